import type { SourceContext } from '../../src/stream/definition.ts'
import type { Published } from './model-ledger.ts'
import type { Kind } from './steps.ts'

/** What a source has to yield, one by one, and when it is over. */
export class Feed {
  readonly items: { readonly kind: Kind; readonly text: string }[] = []
  isFinished = false
  /** Runs of the source that have not ended. */
  running = 0
  readonly #yielded = new Set<number>()
  #changed = Promise.withResolvers<void>()

  push(kinds: readonly Kind[]): void {
    for (const kind of kinds) this.items.push({ kind, text: `fed ${this.items.length}` })
    this.#change()
  }

  /** What of it has to be in the log. */
  get durable(): string[] {
    return this.items.filter(({ kind }) => kind !== 'typing').map(({ text }) => text)
  }

  /** Whether there is nothing left to yield, and never will be. */
  hasEnded(published: readonly Published[]): boolean {
    return this.isFinished && this.isPublished(published)
  }

  isPublished(published: readonly Published[]): boolean {
    const last = this.durable.at(-1)
    return last === undefined || published.some(({ text }) => text === last)
  }

  finish(): void {
    this.isFinished = true
    this.#change()
  }

  /** The source: goes on after an item; what is ephemeral is yielded once. */
  async *run({ after, signal }: SourceContext) {
    this.running++
    const aborted = new Promise<void>((resolve) =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    )
    try {
      for (let at = after === undefined ? 0 : Number(after) + 1; ; at++) {
        while (at >= this.items.length && !this.isFinished && !signal.aborted)
          await Promise.race([this.#changed.promise, aborted])
        const item = this.items[at]
        if (item === undefined || signal.aborted) return
        const { kind: event, text } = item
        if (event !== 'typing') yield { event, props: { text }, id: `${at}` }
        else if (!this.#yielded.has(at)) {
          this.#yielded.add(at)
          yield { event, props: { text } }
        }
      }
    } finally {
      this.running--
    }
  }

  #change(): void {
    this.#changed.resolve()
    this.#changed = Promise.withResolvers()
  }
}
