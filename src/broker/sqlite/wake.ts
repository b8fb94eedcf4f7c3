import { type FSWatcher, watch } from 'node:fs'
import { describeFailure } from './sqlite-failure.ts'

/** Milliseconds after a sign of life at which to look again: 1, 2, 4, ... up to this. */
const LAST_LOOK = 256
/** Milliseconds between two looks where the system cannot tell of changes. */
const BLIND_LOOK = 25

/**
 * Calls `look` whenever somebody has written to a file.
 *
 * The file is a write-ahead log. The system tells of a write at once, but SQLite makes it visible
 * only after its `fsync` (measured: with synchronous=FULL, one look per sign sees each event only
 * with the next one). So after every sign there is a row of looks, each after twice as long; at rest
 * there are none.
 */
export class Wake {
  readonly #look: () => void
  #watcher: FSWatcher | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #wait = 0
  #blind = false

  constructor(look: () => void) {
    this.#look = look
  }

  /** Watches this file from now on, and no other. */
  watch(path: string): void {
    this.stop()
    try {
      this.#watcher = watch(path, { persistent: false }, () => this.#sign())
      this.#watcher.on('error', (error) => this.#lookBlindly(path, error))
    } catch (error) {
      this.#lookBlindly(path, error)
    }
    // For what came between the last look and now; not at once, since the caller is still at work.
    this.#wait = 1
    this.#lookLater()
  }

  /** Nothing is called any more. */
  stop(): void {
    this.#watcher?.close()
    this.#watcher = undefined
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#blind = false
  }

  #sign(): void {
    this.#wait = 1
    this.#lookLater()
    this.#look()
  }

  #lookLater(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(
      () => {
        this.#wait *= 2
        if (this.#blind || this.#wait <= LAST_LOOK) this.#lookLater()
        this.#look()
      },
      this.#blind ? BLIND_LOOK : this.#wait,
    )
    this.#timer.unref()
  }

  /** No watches are left, say (fs.inotify.max_user_watches): dearer, but it works. */
  #lookBlindly(path: string, cause: unknown): void {
    console.error(
      `${path} cannot be watched; it is looked at every ${BLIND_LOOK} ms instead: ${describeFailure(cause)}`,
    )
    this.#watcher?.close()
    this.#watcher = undefined
    this.#blind = true
    this.#lookLater()
  }
}
