import type { NatsConnection } from '@nats-io/transport-node'
import { type Driver, importDriver } from './driver.ts'
import { LinkLog } from './link-log.ts'
import type { Settings } from './options.ts'
import { pause } from './pause.ts'
import type { Session } from './session.ts'
import { openStream, StreamRefused, type StreamState } from './stream.ts'

/** Milliseconds between two pings; with the third of them unanswered the connection is lost. */
const PING = 2000
/** Milliseconds between two attempts to reach the server, or its stream. */
const RETRY = 500

/**
 * The connection to NATS: kept up until it is closed, and with it the stream.
 *
 * The client reconnects by itself, to any server of a cluster. Each time the stream is looked at
 * anew, since it may be another one by then, and a new `Session` begins.
 */
export class NatsLink {
  /** Times that the link was lost and came back. */
  reconnects = 0
  readonly #settings: Settings
  readonly #log: LinkLog
  readonly #closing = new AbortController()
  readonly #adopt: (state: StreamState) => void
  #session: Session | undefined
  #waiting = nextSession()
  #lost = new AbortController()
  #beginning: AbortSignal | undefined
  #problem: Error | undefined
  /** Why waiting is no use. */
  #fatal: Error | undefined
  #connection: NatsConnection | undefined

  /** `adopt` is told how the stream stands, before anything is done with it. */
  constructor(settings: Settings, adopt: (state: StreamState) => void) {
    this.#settings = settings
    this.#log = new LinkLog(settings.name)
    this.#adopt = adopt
    this.#problem = new Error('the connection is being made')
    void this.#run()
  }

  /** Why nothing goes through just now. */
  get problem(): string | undefined {
    return this.#problem?.message
  }

  get closing(): AbortSignal {
    return this.#closing.signal
  }

  /** The session, or the next one; rejects when there will be none. */
  async session(): Promise<Session> {
    if (this.#fatal !== undefined) throw this.#fatal
    return this.#session ?? this.#waiting.promise
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#lost.abort()
    this.#session = undefined
    this.#problem = this.#fatal = new Error('the broker is closed')
    this.#waiting.reject(this.#fatal)
    await this.#connection?.close()
  }

  async #run(): Promise<void> {
    try {
      const driver = await importDriver()
      while (!this.closing.aborted) await this.#connect(driver)
    } catch (error) {
      // There is no client, and there will be none.
      this.#refuse(error as Error)
    }
  }

  async #connect(driver: Driver): Promise<void> {
    const { connection: given, servers, timeout } = this.#settings
    try {
      this.#connection = await driver.connect({
        name: 'rivulet',
        pingInterval: PING,
        maxPingOut: 2,
        reconnectTimeWait: RETRY,
        reconnectJitter: RETRY,
        timeout,
        noAsyncTraces: true,
        ...given,
        servers: [...servers],
        maxReconnectAttempts: -1,
        ignoreAuthErrorAbort: true,
      })
      await (this.closing.aborted
        ? this.#connection.close()
        : this.#attend(driver, this.#connection))
    } catch (error) {
      this.#down(error as Error)
    }
    await pause(RETRY, this.closing)
  }

  /** Follows a connection through its losses, until it is closed. */
  async #attend(driver: Driver, connection: NatsConnection): Promise<void> {
    let cause = 'the connection was closed'
    void this.#begin(driver, connection)
    for await (const status of connection.status()) {
      if (status.type === 'staleConnection') cause = 'the server does not answer'
      if (status.type === 'error' && status.error.name !== 'PermissionViolationError')
        cause = status.error.message
      if (status.type === 'disconnect') this.#down(new Error(cause))
      if (status.type !== 'reconnect') continue
      cause = 'the connection was closed'
      void this.#begin(driver, connection)
    }
    this.#down(new Error(cause))
  }

  /** Begins a session as soon as the stream can be had, unless the connection is lost before. */
  async #begin(driver: Driver, connection: NatsConnection): Promise<void> {
    const { domain, timeout, stream, connection: given } = this.#settings
    const lost = this.#lost.signal
    // The client tells of one reconnect as often as it had tried (transport-node 3.4).
    if (this.#beginning === lost) return
    this.#beginning = lost
    while (!lost.aborted) {
      try {
        const options = { checkAPI: false, timeout, ...(domain === undefined ? {} : { domain }) }
        const manager = await driver.jetstreamManager(connection, options)
        const state = await openStream(manager, this.#settings)
        if (lost.aborted) return
        this.#up({
          driver,
          connection,
          manager,
          client: manager.jetstream(),
          stream,
          api: domain === undefined ? '$JS.API' : `$JS.${domain}.API`,
          newInbox: () => driver.createInbox(given.inboxPrefix),
          begin: state,
          lost,
        })
        return
      } catch (error) {
        if (lost.aborted) return
        if (error instanceof StreamRefused) this.#refuse(error)
        else this.#down(error as Error, lost)
      }
      await pause(RETRY, lost)
    }
  }

  #up(session: Session): void {
    this.#adopt(session.begin)
    this.#fatal = this.#problem = undefined
    this.#session = session
    if (this.#log.back()) this.reconnects++
    this.#waiting.resolve(session)
  }

  /** `within` is the loss that this belongs to already. */
  #down(cause: Error, within?: AbortSignal): void {
    if (this.closing.aborted) return
    this.#problem = cause
    this.#log.lost(cause)
    if (within === this.#lost.signal) return
    this.#lost.abort()
    this.#lost = new AbortController()
    if (this.#session === undefined) return
    this.#session = undefined
    this.#waiting = nextSession()
  }

  #refuse(cause: Error): void {
    if (this.closing.aborted) return
    this.#problem = this.#fatal = cause
    this.#log.lost(cause)
    this.#waiting.reject(cause)
    this.#waiting = nextSession()
  }
}

/** Often nobody waits for it: that it is rejected is no news then. */
function nextSession(): PromiseWithResolvers<Session> {
  const waiting = Promise.withResolvers<Session>()
  waiting.promise.catch(() => undefined)
  return waiting
}
