import type { Connection } from './connection.ts'

/** Turns of the wheel: connections beat in this many groups, so that not all are written at once. */
const SLOTS = 15

/** Sends a comment on every connection once per interval, from one timer. */
export class Heartbeat {
  readonly #slots = Array.from({ length: SLOTS }, () => new Set<Connection>())
  readonly #slotOf = new Map<Connection, Set<Connection>>()
  readonly #interval: number
  #turn = 0
  /** Up to when the turns have been taken. */
  #tickedAt = 0
  #timer: ReturnType<typeof setInterval> | undefined

  /** `interval` is in milliseconds. */
  constructor(interval: number) {
    this.#interval = interval
  }

  add(connection: Connection): void {
    const slot = this.#slots[(this.#turn + SLOTS - 1) % SLOTS]
    if (slot === undefined) return
    slot.add(connection)
    this.#slotOf.set(connection, slot)
    if (this.#timer !== undefined) return
    this.#tickedAt = performance.now()
    this.#timer = setInterval(() => this.#tick(), this.#interval / SLOTS)
  }

  remove(connection: Connection): void {
    this.#slotOf.get(connection)?.delete(connection)
    this.#slotOf.delete(connection)
    if (this.#slotOf.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** How many have been added and not removed. */
  get size(): number {
    return this.#slotOf.size
  }

  /** All that have been added and not removed. */
  connections(): Iterable<Connection> {
    return this.#slotOf.keys()
  }

  /** By the clock: a busy process is called less often than it has asked for. */
  #tick(): void {
    const now = performance.now()
    const step = this.#interval / SLOTS
    const due = Math.min(SLOTS, Math.floor((now - this.#tickedAt) / step))
    this.#tickedAt = due === SLOTS ? now : this.#tickedAt + due * step
    for (let left = due; left > 0; left--) {
      for (const connection of this.#slots[this.#turn] ?? []) connection.beat(now)
      this.#turn = (this.#turn + 1) % SLOTS
    }
  }
}
