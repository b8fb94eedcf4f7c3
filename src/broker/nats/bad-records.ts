/** Milliseconds between two lines about bad records. */
const PACE = 1000
/** Records that are remembered, so that reading one again does not count it again. */
const REMEMBERED = 1024

/** Counts the records that are no events, and says so: the first at once, then at most one a second. */
export class BadRecords {
  count = 0
  readonly #seen = new Set<number>()
  #quietUntil = 0
  #unsaid = 0

  /** A record of a subject; an ephemeral one has no sequence number. */
  add(subject: string, seq: number | undefined, reason: string): void {
    if (seq !== undefined && this.#seen.has(seq)) return
    if (seq !== undefined) this.#seen.add(seq)
    for (const oldest of this.#seen) {
      if (this.#seen.size <= REMEMBERED) break
      this.#seen.delete(oldest)
    }
    this.count++
    if (performance.now() < this.#quietUntil) {
      this.#unsaid++
      return
    }
    this.#quietUntil = performance.now() + PACE
    const where = seq === undefined ? 'an ephemeral record' : `record ${seq}`
    const more = this.#unsaid === 0 ? '' : `\n${this.#unsaid} more since the last time.`
    this.#unsaid = 0
    console.error(`NATS: ${where} of ${subject} is no event, and passed over: ${reason}.${more}`)
  }
}
