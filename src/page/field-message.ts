import { z } from 'zod'

/**
 * What a visitor is told of a field that does not fit, where the schema has no words of its own (zod
 * asks a schema's own message first). `undefined` leaves it to zod, whose words are for programmers.
 */
export function fieldMessage(issue: z.core.$ZodRawIssue): string | undefined {
  if (hasWords(issue)) return undefined
  if (isEmpty(issue)) return 'Please fill this in.'
  switch (issue.code) {
    case 'invalid_type':
      return KINDS.get(issue.expected)
    case 'too_small':
      return bound(issue.origin, ['At least', 'More than'], Number(issue.minimum), issue.inclusive)
    case 'too_big':
      return bound(issue.origin, ['At most', 'Less than'], Number(issue.maximum), issue.inclusive)
    case 'not_multiple_of':
      return `A multiple of ${issue.divisor}, please.`
    case 'invalid_format':
      return FORMATS.get(issue.format) ?? 'This does not look right.'
    case 'invalid_value':
      return 'Please choose one of what there is.'
    default:
      return undefined
  }
}

const english = z.locales.en().localeError

/** Whether the app has words of its own, or speaks another language: `z.config(z.locales.de())`. */
function hasWords(issue: z.core.$ZodRawIssue): boolean {
  const { customError, localeError } = z.config()
  if (customError?.(issue) !== undefined) return true
  return localeError !== undefined && localeError(issue) !== english(issue)
}

const KINDS = new Map([
  ['number', 'Please enter a number.'],
  ['int', 'Please enter a whole number.'],
  ['bigint', 'Please enter a whole number.'],
  ['date', 'Please enter a date.'],
  ['file', 'Please choose a file.'],
])

const FORMATS = new Map([
  ['email', 'Please enter an email address.'],
  ['url', 'Please enter a web address, like https://example.org.'],
  ['e164', 'Please enter a phone number with its country, like +491234567.'],
  ['date', 'Please enter a date.'],
])

function isEmpty({ code, input, ...issue }: z.core.$ZodRawIssue): boolean {
  if (code === 'invalid_type') return input === undefined
  return code === 'too_small' && issue.origin === 'string' && input === ''
}

function bound(
  origin: string,
  [included, excluded]: readonly [string, string],
  value: number,
  isInclusive = true,
): string | undefined {
  const word = isInclusive ? included : excluded
  if (origin === 'number' || origin === 'int') return `${word} ${value}, please.`
  if (origin === 'string') return `${word} ${value} character${value === 1 ? '' : 's'}, please.`
  if (origin === 'file') return `${word} ${bytes(value)}, please.`
  if (origin === 'array') return `${word} ${value} of these, please.`
  return undefined
}

/** In the largest unit that it fills. */
function bytes(count: number): string {
  const [unit, size] = [['MB', 1e6] as const, ['KB', 1e3] as const].find(
    ([, least]) => count >= least,
  ) ?? ['bytes', 1]
  return `${Number((count / size).toFixed(1))} ${unit}`
}
