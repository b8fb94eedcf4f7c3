/** Writes what Kafka's protocol is made of: big-endian numbers, counted strings, variable-length integers. */
export class WireWriter {
  #buffer = Buffer.allocUnsafe(1024)
  #at = 0

  /** What was written. It is a view: write nothing more once it is in use. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#at)
  }

  get length(): number {
    return this.#at
  }

  int8(value: number): this {
    this.#at = this.#room(1).writeInt8(value, this.#at)
    return this
  }

  int16(value: number): this {
    this.#at = this.#room(2).writeInt16BE(value, this.#at)
    return this
  }

  int32(value: number): this {
    this.#at = this.#room(4).writeInt32BE(value, this.#at)
    return this
  }

  uint32(value: number): this {
    this.#at = this.#room(4).writeUInt32BE(value, this.#at)
    return this
  }

  int64(value: number): this {
    this.#at = this.#room(8).writeBigInt64BE(BigInt(value), this.#at)
    return this
  }

  /** An unsigned integer, seven bits in a byte, the lowest first. */
  unsigned(value: number): this {
    const buffer = this.#room(10)
    let rest = value
    for (; rest > 127; rest = Math.floor(rest / 128)) buffer[this.#at++] = (rest % 128) | 128
    buffer[this.#at++] = rest
    return this
  }

  /** A signed integer, zigzag: 0, -1, 1, -2 become 0, 1, 2, 3. */
  signed(value: number): this {
    return this.unsigned(value < 0 ? -2 * value - 1 : 2 * value)
  }

  string(text: string): this {
    this.int16(Buffer.byteLength(text))
    return this.#text(text)
  }

  nullString(): this {
    return this.int16(-1)
  }

  compactString(text: string): this {
    this.unsigned(Buffer.byteLength(text) + 1)
    return this.#text(text)
  }

  /** Bytes after their count; `null` has the count -1. */
  bytesOf(bytes: Uint8Array): this {
    return this.int32(bytes.byteLength).raw(bytes)
  }

  /** As in a record: a signed count, then the bytes; `null` has the count -1. */
  recordBytes(bytes: Uint8Array | null): this {
    return bytes === null ? this.signed(-1) : this.signed(bytes.byteLength).raw(bytes)
  }

  array<T>(items: readonly T[], write: (item: T) => void): this {
    this.int32(items.length)
    for (const item of items) write(item)
    return this
  }

  raw(bytes: Uint8Array): this {
    this.#room(bytes.byteLength).set(bytes, this.#at)
    this.#at += bytes.byteLength
    return this
  }

  #text(text: string): this {
    this.#at += this.#room(3 * text.length).write(text, this.#at)
    return this
  }

  #room(size: number): Buffer {
    if (this.#at + size > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(2 * this.#buffer.length, this.#at + size))
      this.#buffer.copy(larger, 0, 0, this.#at)
      this.#buffer = larger
    }
    return this.#buffer
  }
}
