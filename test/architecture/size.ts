import type { Source } from './source.ts'

/** Lists the files that have more lines than allowed. */
export function tooLong(sources: readonly Source[], limit: number): string[] {
  return sources.flatMap(({ path, text }) => {
    const lines = text.replace(/\n$/, '').split('\n').length
    return lines > limit ? [`${path} has ${lines} lines, at most ${limit} are allowed`] : []
  })
}
