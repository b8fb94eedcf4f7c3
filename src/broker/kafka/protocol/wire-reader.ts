/** Reads what Kafka's protocol is made of; throws a `RangeError` where the bytes end too early. */
export class WireReader {
  readonly #buffer: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#buffer = bytes
  }

  get at(): number {
    return this.#at
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#buffer.length - this.#at
  }

  int8(): number {
    return this.#buffer.readInt8(this.#take(1))
  }

  int16(): number {
    return this.#buffer.readInt16BE(this.#take(2))
  }

  int32(): number {
    return this.#buffer.readInt32BE(this.#take(4))
  }

  uint32(): number {
    return this.#buffer.readUInt32BE(this.#take(4))
  }

  int64(): number {
    return Number(this.#buffer.readBigInt64BE(this.#take(8)))
  }

  unsigned(): number {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#buffer[this.#take(1)] ?? 0
      value += (byte & 127) * factor
      if (byte < 128) return value
      if (factor > 2 ** 63) throw new RangeError('A number has more than ten bytes.')
    }
  }

  signed(): number {
    const value = this.unsigned()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  string(): string | null {
    const length = this.int16()
    return length < 0 ? null : this.raw(length).toString('utf8')
  }

  compactString(): string | null {
    const length = this.unsigned() - 1
    return length < 0 ? null : this.raw(length).toString('utf8')
  }

  bytesOf(): Buffer | null {
    const length = this.int32()
    return length < 0 ? null : this.raw(length)
  }

  recordBytes(): Buffer | null {
    const length = this.signed()
    return length < 0 ? null : this.raw(length)
  }

  array<T>(read: () => T): T[] {
    return this.#items(this.int32(), read)
  }

  compactArray<T>(read: () => T): T[] {
    return this.#items(this.unsigned() - 1, read)
  }

  /** Passes over the fields that later versions of a message may add (KIP-482). */
  tags(): void {
    for (let tags = this.unsigned(); tags > 0; tags--) {
      this.unsigned()
      this.raw(this.unsigned())
    }
  }

  raw(length: number): Buffer {
    const at = this.#take(length)
    return this.#buffer.subarray(at, at + length)
  }

  #items<T>(count: number, read: () => T): T[] {
    const items: T[] = []
    for (let index = 0; index < count; index++) items.push(read())
    return items
  }

  #take(length: number): number {
    const at = this.#at
    if (length < 0 || at + length > this.#buffer.length)
      throw new RangeError(`${length} bytes are missing at ${at} of ${this.#buffer.length}.`)
    this.#at = at + length
    return at
  }
}
