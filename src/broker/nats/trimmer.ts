import type { Retention } from '../broker.ts'
import type { Ask } from './ask.ts'
import { SETTLED, trim } from './trim.ts'

/** Topics whose growth is counted at a time. */
const MOST_TOPICS = 65_536
const LEAST_EVENTS = 64
const LEAST_BYTES = 64 * 1024
/** Milliseconds more than a record is left alone, so that what comes along with it goes as well. */
const LATER = 1000

interface Growth {
  events: number
  bytes: number
  /** Somewhat more than half of the retention, by chance: not all processes shall trim at once. */
  readonly patience: number
}

/**
 * Has topics trimmed, one after the other: each some seconds after it has grown by half of what it
 * retains or a little more. What is read is right without it; it gives the room back.
 */
export class Trimmer {
  readonly #ask: Ask
  readonly #growth = new Map<string, Growth>()
  readonly #due = new Set<string>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #closed = false
  #told = false

  constructor(ask: Ask) {
    this.#ask = ask
  }

  /** An event was added. */
  note(subject: string, bytes: number, retention: Retention): void {
    const growth = this.#growth.get(subject) ?? {
      events: 0,
      bytes: 0,
      patience: 0.5 + Math.random() / 2,
    }
    growth.events++
    growth.bytes += bytes
    if (this.#due.has(subject)) return
    this.#growth.set(subject, growth)
    const events = Math.max(LEAST_EVENTS, retention.events * growth.patience)
    const most = Math.max(LEAST_BYTES, retention.bytes * growth.patience)
    if (growth.events < events && growth.bytes < most) return this.#forgetOldest()
    this.#growth.delete(subject)
    this.#due.add(subject)
    this.#later()
  }

  /** Somebody has trimmed it. */
  trimmed(subject: string): void {
    this.#growth.delete(subject)
    this.#due.delete(subject)
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#due.clear()
    this.#growth.clear()
  }

  /** Not at once: what is new is left alone, and more will have come by then. */
  #later(): void {
    this.#timer ??= setTimeout(() => void this.#work(), SETTLED + LATER).unref()
  }

  async #work(): Promise<void> {
    const due = [...this.#due]
    for (const subject of due) {
      try {
        await this.#ask(`${subject} could not be trimmed`, (session) => trim(session, subject))
      } catch (error) {
        // It is tried again when the topic has grown as much again.
        if (!this.#closed && !this.#told) console.warn(String(error))
        this.#told = true
      }
      this.#due.delete(subject)
      if (this.#closed) return
    }
    this.#timer = undefined
    if (this.#due.size > 0) this.#later()
  }

  #forgetOldest(): void {
    if (this.#growth.size <= MOST_TOPICS) return
    for (const subject of this.#growth.keys()) {
      this.#growth.delete(subject)
      return
    }
  }
}
