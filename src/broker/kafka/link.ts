import { Cluster } from './cluster.ts'
import { KafkaError } from './protocol/kafka-error.ts'
import type { KafkaSettings } from './settings.ts'
import type { Standing } from './standing.ts'

/** Milliseconds before an attempt after a failed one: doubled each time, up to the most, and jittered. */
const FIRST_PAUSE = 100
const MOST_PAUSE = 2000

/** Failures in a row that pass by themselves, as when a leader moves. */
const MOST_PASSING = 5

/** Milliseconds between two looks at whether the topic is still what it was, and at least. */
const CHECK = 30_000
const LEAST_CHECK = 1000

/** Keeps the topic's servers connected, for one purpose, until it is closed. */
export class Link {
  readonly #name: string
  readonly #settings: KafkaSettings
  readonly #standing: Standing
  readonly #openIsProof: boolean
  readonly #abort = new AbortController()
  #cluster: Promise<Cluster> | undefined
  #open: Cluster | undefined
  #failures = 0
  #checkedAt = -Infinity
  #checking: ReturnType<typeof setInterval> | undefined

  /** Nothing is connected before `cluster` is called. Unless opening it is proof enough, `works` has to be called. */
  constructor(name: string, settings: KafkaSettings, standing: Standing, openIsProof: boolean) {
    this.#openIsProof = openIsProof
    this.#name = name
    this.#settings = settings
    this.#standing = standing
  }

  /** Resolves once the servers are connected, however long that takes; rejects when the link is closed. */
  cluster(): Promise<Cluster> {
    if (this.#cluster === undefined) {
      this.#cluster = this.#connect()
      // Whoever waits for it is told; nobody may be waiting.
      this.#cluster.catch(() => undefined)
    }
    return this.#cluster
  }

  /** It proved its worth: answers came that only a working cluster gives. */
  works(): void {
    this.#failures = 0
    this.#standing.works(this.#name)
  }

  /**
   * A cluster is of no more use: for the given error, or because the topic is no longer what it was. Connecting
   * anew begins at once. That leaders move is nothing to talk of, unless it does not end.
   */
  renew(cluster: Cluster, error?: unknown): void {
    if (this.#open !== cluster) return
    this.#open = undefined
    this.#cluster = undefined
    cluster.close()
    if (this.#abort.signal.aborted) return
    if (error !== undefined) this.#failed(error)
    void this.cluster()
  }

  /** Looks soon whether the topic is still what it was. */
  check(): void {
    if (performance.now() - this.#checkedAt < LEAST_CHECK) return
    this.#checkedAt = performance.now()
    void this.#check()
  }

  close(): void {
    this.#abort.abort(new Error('The broker is closed.'))
    clearInterval(this.#checking)
    this.#open?.close()
  }

  async #connect(): Promise<Cluster> {
    const { signal } = this.#abort
    this.#checking ??= setInterval(() => this.check(), CHECK)
    for (;;) {
      await pause(this.#failures, signal)
      try {
        const cluster = await Cluster.open(this.#settings, signal)
        this.#open = cluster
        if (this.#openIsProof) this.works()
        void cluster.ended.then((error) => this.renew(cluster, error))
        return cluster
      } catch (error) {
        signal.throwIfAborted()
        this.#failed(error)
      }
    }
  }

  async #check(): Promise<void> {
    const cluster = this.#open
    if (cluster === undefined) return
    try {
      if (!(await cluster.isCurrent())) this.renew(cluster)
    } catch (error) {
      this.renew(cluster, error)
    }
  }

  #failed(error: unknown): void {
    const passing = error instanceof KafkaError && (error.isPassing || error.isOutOfRange)
    this.#failures++
    if (!passing || this.#failures > MOST_PASSING) this.#standing.lost(this.#name, error)
  }
}

async function pause(failures: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  if (failures === 0) return
  const longest = Math.min(FIRST_PAUSE * 2 ** (failures - 1), MOST_PAUSE)
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, longest * (0.5 + Math.random() / 2))
    signal.addEventListener('abort', done)
  })
  signal.throwIfAborted()
}
