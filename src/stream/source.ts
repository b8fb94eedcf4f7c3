import type { Params, SourceItem, StreamDefinition } from './definition.ts'
import { PublishError } from './message.ts'

/** The shortest and the longest wait before a source that failed starts again, in milliseconds. */
const BACKOFF = { first: 250, longest: 30_000 }

export interface SourceRun {
  readonly definition: StreamDefinition
  readonly params: Params
  /** The topic, for the log. */
  readonly topic: string
  /** Resolves with the id of the newest event that the source had yielded before. */
  readonly lastId: () => Promise<string | undefined>
  readonly signal: AbortSignal
  /** Resolves with the cursor of a durable event. */
  readonly publish: (item: SourceItem) => Promise<string | undefined>
}

/**
 * Runs a stream's source until it returns or the signal aborts. Resolves with the cursor of its
 * last event once it has returned by itself, and `undefined` when it was aborted.
 *
 * A source that throws, or whose broker is away, is started again from its last id, after a
 * jittered, doubling wait; an item that the stream does not accept is logged and passed over.
 */
export async function runSource(
  run: SourceRun,
): Promise<{ cursor: string | undefined } | undefined> {
  const { definition, params, topic, signal } = run
  let after: string | undefined
  let knowsAfter = false
  let cursor: string | undefined
  for (let failures = 0; !signal.aborted && definition.run !== undefined; failures++) {
    try {
      if (!knowsAfter) after = await run.lastId()
      knowsAfter = true
      for await (const item of until(signal, definition.run(params, { after, signal }))) {
        try {
          cursor = (await run.publish(item)) ?? cursor
        } catch (error) {
          if (!(error instanceof PublishError)) throw error
          console.error(`The source of ${topic} yielded an event that is skipped.\n`, error)
        }
        after = item.id ?? after
        failures = 0
      }
      return signal.aborted ? undefined : { cursor }
    } catch (error) {
      if (signal.aborted) return undefined
      if (definition.place) definition.place.stats.sourceFailures++
      const wait =
        Math.min(BACKOFF.longest, BACKOFF.first * 2 ** failures) * (0.5 + Math.random() / 2)
      console.error(
        `The source of ${topic} failed; it starts again in ${Math.round(wait)} ms.\n`,
        error,
      )
      await pause(wait, signal)
    }
  }
  return undefined
}

/** The items up to the abort, also of a source that ignores its signal and waits for ever. */
async function* until<Item>(signal: AbortSignal, items: AsyncIterable<Item>): AsyncIterable<Item> {
  const iterator = items[Symbol.asyncIterator]()
  let abort = (): void => undefined
  const onAbort = (): void => abort()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    while (!signal.aborted) {
      // A promise per item: a race with one that lasts would keep a reaction for each on it.
      const item = Promise.withResolvers<IteratorResult<Item> | undefined>()
      abort = () => item.resolve(undefined)
      iterator.next().then(item.resolve, item.reject)
      const result = await item.promise
      if (result === undefined || result.done || signal.aborted) return
      yield result.value
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    // Not awaited: a generator that is parked on an await answers only when that settles.
    iterator.return?.().catch((error: unknown) => console.error('A source failed to end.\n', error))
  }
}

/** Resolves after a time, or as soon as the signal aborts. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const done = (): void => resolve()
  const timer = setTimeout(done, milliseconds)
  signal.addEventListener('abort', done, { once: true })
  return promise.finally(() => {
    clearTimeout(timer)
    signal.removeEventListener('abort', done)
  })
}
