import { now } from '../machine/clock.ts'

/**
 * The text of an event: `@000000042@1735689600000000@xxxx…`, its number, the microsecond of its making,
 * and padding up to `size` characters. Peers in other languages write the same.
 */
export function tickText(seq: number, size: number): string {
  const mark = `@${String(seq).padStart(9, '0')}@${String(now()).padStart(16, '0')}@`
  return mark.padEnd(size, 'x')
}

/** Bytes of a mark. */
export const MARK = 28

/** Characters of text that make an event of about 140 bytes, with its id, name and element. */
export const TICK = 90

/** The whole event as the hand-written peers send it: as long as Rivulet's own. */
export function tickBlock(seq: number, text: string): string {
  return `event: tick\nid: ${tickId(seq)}\ndata: <li>${text}</li>\n\n`
}

/** As long as an id of the memory broker. */
export function tickId(seq: number): string {
  return `0000000000.${seq}`
}
