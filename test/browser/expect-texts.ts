import { expect } from 'bun:test'
import type { Locator } from 'playwright-core'

/**
 * Waits until the elements hold exactly these texts, in this order. Fails with the difference when
 * that takes more than `timeout` ms.
 */
export async function expectTexts(
  elements: Locator,
  texts: readonly string[],
  timeout = 10_000,
): Promise<void> {
  const deadline = performance.now() + timeout
  for (;;) {
    const actual = await elements.allTextContents().then(
      (found) => found.map((text) => text.trim()),
      // A page that is just being left cannot tell; the next one can.
      (error: unknown) => [String(error)],
    )
    if (Bun.deepEquals(actual, texts)) return
    if (performance.now() > deadline) return expect(actual).toEqual([...texts])
    await Bun.sleep(40)
  }
}
