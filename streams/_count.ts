import { setImmediate } from 'node:timers/promises'

/** How far the counting of a file is; with the hash it is done. */
export interface Progress {
  readonly name: string
  readonly size: number
  readonly done: number
  readonly lines: number
  readonly words: number
  readonly sha256?: string
  readonly failure?: string
}

const STEP = 1024 * 1024
const LINE_FEED = 10
const SPACE = 32

/** Hashes a file and counts its lines and words, a mebibyte at a time, leaving room for requests. */
export async function* countFile(file: File, start: Progress): AsyncGenerator<Progress> {
  const hasher = new Bun.CryptoHasher('sha256')
  let progress = start
  let inWord = false
  try {
    for (let at = 0; at < file.size; at += STEP) {
      const bytes = new Uint8Array(await file.slice(at, at + STEP).arrayBuffer())
      let { lines, words } = progress
      for (const byte of bytes) {
        if (byte === LINE_FEED) lines++
        if (byte > SPACE && !inWord) words++
        inWord = byte > SPACE
      }
      hasher.update(bytes)
      yield (progress = { ...progress, done: at + bytes.byteLength, lines, words })
      await setImmediate()
    }
    yield { ...progress, sha256: hasher.digest('hex') }
  } catch (error) {
    yield { ...progress, failure: `It could not be read: ${String(error)}` }
  }
}
