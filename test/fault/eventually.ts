/** Asks again and again until something holds; throws when it does not in time. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  milliseconds = 30_000,
): Promise<void> {
  for (const end = Date.now() + milliseconds; !(await holds()); await Bun.sleep(100))
    if (Date.now() > end) throw new Error(`Not within ${milliseconds} ms: ${what}`)
}
