import { type Child, startChild } from '../machine/child.ts'
import { Histogram } from './histogram.ts'
import type { Answer, Order } from './message.ts'

/** Connections that one client process holds. */
const PER_PROCESS = 4000
/** Milliseconds after which what has not arrived is lost. */
const PATIENCE = 30_000

/** What arrived since the last question. */
export interface Arrived {
  readonly latency: Histogram
  /** Events that did not follow the one before. */
  readonly disorder: number
  /** Connections that ended though nobody asked for it. */
  readonly ended: number
  /** The last id that the connections were sent. */
  readonly lastId: string | undefined
}

export interface OpenOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly stalled?: boolean
  readonly last?: number | undefined
}

/** The clients of one server, in processes of their own. */
export class Load {
  readonly #clients: Client[] = []

  /** Opens connections; resolves when every one has the head of its answer. */
  async open(port: number, path: string, count: number, options: OpenOptions = {}): Promise<void> {
    const { headers = {}, stalled = false, last } = options
    const processes = Math.max(1, Math.ceil(count / PER_PROCESS))
    while (this.#clients.length < processes) this.#clients.push(new Client())
    await Promise.all(
      this.#clients.map((client, index) => {
        const share = Math.floor((count + index) / this.#clients.length)
        if (!stalled) client.reading += share
        const order = { type: 'open', port, path, count: share, headers, stalled, last } as const
        return client.ask(order, 'opened')
      }),
    )
  }

  /** Resolves when every reading connection has had `each` more events; rejects when time is up. */
  async expect(each: number): Promise<void> {
    await Promise.all(
      this.#clients.map((client) => {
        client.expected += each * client.reading
        return client.ask({ type: 'expect', delivered: client.expected }, 'reached')
      }),
    )
  }

  async take(): Promise<Arrived> {
    const answers = await Promise.all(
      this.#clients.map((client) => client.ask({ type: 'take' }, 'seen')),
    )
    const latency = new Histogram()
    let disorder = 0
    let ended = 0
    let lastId: string | undefined
    for (const answer of answers) {
      if (answer.type !== 'seen') continue
      latency.merge(answer.seen.latency)
      disorder += answer.seen.disorder
      ended += answer.seen.ended
      lastId = answer.seen.lastId
    }
    return { latency, disorder, ended, lastId }
  }

  /** Cuts every connection, as a network would. */
  async drop(): Promise<void> {
    await Promise.all(
      this.#clients.map((client) => {
        client.reading = 0
        return client.ask({ type: 'close' }, 'closed')
      }),
    )
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clients.map(({ child }) => child.stop()))
  }
}

class Client {
  readonly child: Child
  /** Connections that read. */
  reading = 0
  /** Events that have to have arrived, since the start. */
  expected = 0
  #waiting: { type: Answer['type']; done: PromiseWithResolvers<Answer> } | undefined

  constructor() {
    this.child = startChild([process.execPath, `${import.meta.dir}/client.ts`], {
      onMessage: (message) => this.#answered(message as Answer),
    })
  }

  async ask(order: Order, type: Answer['type']): Promise<Answer> {
    const done = Promise.withResolvers<Answer>()
    this.#waiting = { type, done }
    this.child.send(order)
    const late = setTimeout(() => done.reject(new Error(`No ${type} in time`)), PATIENCE)
    try {
      return await done.promise
    } finally {
      clearTimeout(late)
    }
  }

  #answered(answer: Answer): void {
    if (answer.type === 'failed') this.#waiting?.done.reject(new Error(answer.reason))
    if (answer.type === this.#waiting?.type) this.#waiting.done.resolve(answer)
  }
}
