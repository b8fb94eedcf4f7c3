import { MARK } from './tick.ts'

const AT = 64

/** Finds the marks of events in the bytes of one connection, wherever they were cut. */
export class MarkReader {
  #rest: Buffer | undefined

  /** Calls `found` for every mark that is complete now. */
  read(part: Buffer, found: (seq: number, at: number) => void): void {
    const bytes = this.#rest === undefined ? part : Buffer.concat([this.#rest, part])
    this.#rest = undefined
    for (let at = bytes.indexOf(AT); at >= 0; at = bytes.indexOf(AT, at + MARK)) {
      if (at + MARK > bytes.length) {
        this.#rest = Buffer.from(bytes.subarray(at))
        return
      }
      found(digits(bytes, at + 1, 9), digits(bytes, at + 11, 16))
    }
  }
}

function digits(bytes: Buffer, from: number, count: number): number {
  let value = 0
  for (let at = from; at < from + count; at++) value = value * 10 + (bytes[at] ?? 48) - 48
  return value
}
