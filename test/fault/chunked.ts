/** Takes the chunks of an HTTP/1.1 body apart (RFC 9112, 7.1), wherever its bytes were cut. */
export class Chunked {
  #rest = ''
  #left = 0
  /** Whether the last chunk has come. */
  isOver = false

  /** What of the body is in the next bytes, as latin1. */
  read(part: string): string {
    let bytes = this.#rest + part
    let body = ''
    this.#rest = ''
    while (bytes !== '' && !this.isOver) {
      if (this.#left > 0) {
        // The line end that follows a chunk counts as two more.
        body += bytes.slice(0, Math.max(0, this.#left - 2))
        const taken = Math.min(this.#left, bytes.length)
        this.#left -= taken
        bytes = bytes.slice(taken)
        continue
      }
      const end = bytes.indexOf('\r\n')
      if (end < 0) {
        this.#rest = bytes
        break
      }
      const size = Number.parseInt(bytes.slice(0, end), 16)
      if (Number.isNaN(size)) throw new Error(`No chunk begins with ${bytes.slice(0, 40)}`)
      this.isOver = size === 0
      this.#left = size + 2
      bytes = bytes.slice(end + 2)
    }
    return body
  }
}
