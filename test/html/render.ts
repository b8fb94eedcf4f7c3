import type { Child } from 'rivulet'
import { toElement } from '../../src/html/element.ts'

/** The markup of anything that a view may return. */
export async function render(child: Child): Promise<string> {
  return (await toElement(child)).markup
}

/** The message that a rendering throws, at once or later; fails when it does not throw. */
export async function errorOf(make: () => Child): Promise<string> {
  try {
    const markup = await render(make())
    return `nothing was thrown, but rendered: ${markup}`
  } catch (error) {
    return error instanceof TypeError ? error.message : `not a TypeError: ${String(error)}`
  }
}
