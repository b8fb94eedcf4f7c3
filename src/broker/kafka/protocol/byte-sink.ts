/** Bytes that grow while something is decompressed, up to a limit. */
export class ByteSink {
  readonly #limit: number
  #buffer = Buffer.allocUnsafe(4096)
  #length = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get length(): number {
    return this.#length
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  push(from: Buffer, start: number, end: number): void {
    this.#grow(end - start)
    from.copy(this.#buffer, this.#length, start, end)
    this.#length += end - start
  }

  /** Copies what was written `distance` bytes ago; the copy may overlap itself. */
  repeat(distance: number, length: number): void {
    if (distance < 1) throw new RangeError('A copy has no distance.')
    this.#grow(length)
    const buffer = this.#buffer
    for (let at = this.#length, end = at + length; at < end; at++) {
      buffer[at] = buffer[at - distance] ?? 0
    }
    this.#length += length
  }

  #grow(size: number): void {
    const needed = this.#length + size
    if (needed > this.#limit)
      throw new RangeError(`More than ${this.#limit} bytes are packed in it.`)
    if (needed <= this.#buffer.length) return
    const larger = Buffer.allocUnsafe(
      Math.min(this.#limit, Math.max(2 * this.#buffer.length, needed)),
    )
    this.#buffer.copy(larger, 0, 0, this.#length)
    this.#buffer = larger
  }
}
