/**
 * Asks `check` again and again, every 20 ms, until it answers neither `undefined` nor `false`, and
 * returns that answer. Throws after `timeout` ms.
 */
export async function eventually<T>(
  what: string,
  check: () => T | undefined | false | Promise<T | undefined | false>,
  timeout = 10_000,
): Promise<T> {
  const deadline = performance.now() + timeout
  for (;;) {
    const answer = await check()
    if (answer !== undefined && answer !== false) return answer
    if (performance.now() > deadline) throw new Error(`Not within ${timeout} ms: ${what}`)
    await Bun.sleep(20)
  }
}
