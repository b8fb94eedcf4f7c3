import type { Redis } from 'ioredis'
import { SCRIPT } from './script.ts'

const SHA = new Bun.CryptoHasher('sha1').update(SCRIPT).digest('hex')

const CLOSED = 'the server has closed the connection'
const UNSENT = 'the connection was closed before anything was sent'

/** Errors with which a server says that it did nothing, because of what it is just now. */
const REFUSED = /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN|LOADING|MASTERDOWN|READONLY|BUSY|NOREPLICAS) /

/** Whether a command was not done, and another server, or the same one later, may do it. */
export function isNotDone(error: unknown): boolean {
  return error instanceof Error && (error.message === UNSENT || REFUSED.test(error.message))
}

/** One connection to one server, until it ends: it is not opened again. */
export class Connection {
  /** Resolves with the reason. */
  readonly ended: Promise<Error>
  readonly #client: Redis
  #cause: Error | undefined

  /** `client` must be connected, and neither reconnect nor queue what it cannot send. */
  constructor(client: Redis) {
    this.#client = client
    client.on('error', (error: Error) => (this.#cause ??= error))
    this.ended = new Promise((resolve) => {
      const end = (): void => resolve(this.#cause ?? new Error(CLOSED))
      if (client.status === 'end') end()
      else client.once('end', end)
    })
  }

  /** Sends a command; when the connection ends before the answer, rejects with the reason. */
  async call(command: string, ...args: (string | number)[]): Promise<unknown> {
    try {
      return await this.#client.call(command, ...args)
    } catch (error) {
      // An answer of the server, or of the client that there will be none: it knows no reason.
      const message = error instanceof Error ? error.message : ''
      if (message.startsWith("Stream isn't writeable")) throw new Error(UNSENT, { cause: error })
      if (message !== 'Connection is closed.') throw error
      throw this.#cause ?? new Error(CLOSED, { cause: error })
    }
  }

  /** Runs one of the script's operations on the shard that the tag names. */
  async script(tag: string, ...args: (string | number)[]): Promise<unknown> {
    try {
      return await this.call('EVALSHA', SHA, 1, tag, ...args)
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return await this.call('EVAL', SCRIPT, 1, tag, ...args)
    }
  }

  /** Ends it once everything sent has been answered. */
  leave(): void {
    this.#client.quit().catch((error: Error) => (this.#cause ??= error))
  }

  /** Ends it at once. */
  close(): void {
    this.#client.disconnect()
  }
}
