import { type Cell, isKept, type Result } from './result.ts'

/** A result as text: an aligned table, the budgets below it, then the notes. */
export function formatResult({ title, rows, budgets = [], notes = [] }: Result): string {
  const columns = Object.keys(rows[0] ?? {})
  const cells = [columns, ...rows.map((row) => columns.map((column) => formatCell(row[column])))]
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => width(line[index]))))
  const lines = cells.map((line) =>
    line
      .map((cell, index) => {
        const wide = widths[index] ?? 0
        return index === 0 ? cell.padEnd(wide) : cell.padStart(wide)
      })
      .join('  '),
  )
  const judged = budgets.map((budget) => {
    const verdict = isKept(budget) ? 'kept  ' : 'MISSED'
    return `${verdict} ${budget.what}: ${formatCell(budget.got)}, ${budget.kind} ${budget.limit}`
  })
  return [`\n${title}`, ...lines, ...judged, ...notes.map((note) => `(${note})`)].join('\n')
}

function formatCell(cell: Cell | undefined): string {
  if (cell === undefined) return ''
  if (typeof cell === 'string') return cell
  if (typeof cell === 'number') return formatNumber(cell)
  if (cell.low === cell.high) return formatNumber(cell.median)
  return `${formatNumber(cell.median)} (${formatNumber(cell.low)}-${formatNumber(cell.high)})`
}

/** Three digits that say something. */
function formatNumber(value: number): string {
  if (Number.isInteger(value)) return String(value)
  const size = Math.abs(value)
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2)
}

function width(cell: string | undefined): number {
  return cell?.length ?? 0
}
