/** The known name that a misspelt one most likely meant, or `undefined` when none is close. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined
  let least = Math.max(2, Math.floor(name.length / 3)) + 1
  for (const candidate of known) {
    const edits = distance(name.toLowerCase(), candidate.toLowerCase())
    // As many edits as letters: the two have nothing in common.
    if (edits < least && edits < Math.max(name.length, candidate.length))
      [best, least] = [candidate, edits]
  }
  return best
}

/** Edits between two names: Levenshtein's distance, with two rows. */
function distance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, substitution))
    }
    above = row
  }
  return above[b.length] ?? 0
}
