import { resolve } from 'node:path'

/** How the broker on a SQLite file behaves. */
export interface SqliteBrokerOptions {
  /** The file, relative to the working directory. It is made when there is none; its folder is not. */
  readonly path: string
  /**
   * When an event counts as kept, and `publish` resolves. Neither loses one when processes are killed.
   *
   * - `full`, the default: once the disk has it. Survives a power failure too, and costs one `fsync`
   *   per commit, which the whole process waits for.
   * - `normal`: once the operating system has it. A power failure or a crash of the system may undo
   *   the newest events. So that no cursor ever means two things, those from before a restart of the
   *   machine are a gap. Where the system has no boot id (it is not Linux), `full` is used instead.
   */
  readonly synchronous?: 'full' | 'normal' | undefined
  /** Milliseconds after which `publish`, `read` and `subscribe` give up. Default 5000, 100 to 60,000. */
  readonly timeout?: number | undefined
  /**
   * Milliseconds between two looks at the file while nothing is heard of it. Default 1000, 50 to 10,000.
   * Events of other processes are heard at once, from the system; this is for when it tells nothing.
   */
  readonly poll?: number | undefined
  /**
   * Milliseconds that an event stays in the file after its topic retains it no longer, so that a
   * process which is behind still hears it. Default 10,000, 0 to 3,600,000.
   */
  readonly grace?: number | undefined
}

/** The options with every default filled in, and an absolute path. */
export type SqliteSettings = {
  readonly [Name in keyof SqliteBrokerOptions]-?: NonNullable<SqliteBrokerOptions[Name]>
}

const BOUNDS = {
  timeout: { least: 100, most: 60_000, otherwise: 5000 },
  poll: { least: 50, most: 10_000, otherwise: 1000 },
  grace: { least: 0, most: 3_600_000, otherwise: 10_000 },
} as const

const NAMES = ['synchronous', 'timeout', 'poll', 'grace']

/** Reads `sqlite:events.db`, `sqlite:///var/lib/app/events.db?timeout=2000` or options; throws when they say nothing sensible. */
export function readOptions(given: string | SqliteBrokerOptions): SqliteSettings {
  const options = typeof given === 'string' ? parseUrl(given) : given
  const { path, synchronous = 'full' } = options
  if (path === '' || path === ':memory:' || path.includes('\0')) {
    throw new TypeError(`The sqlite broker has no file.

Expected: the path of a file (what lives in memory alone is the memory broker, the default)
Got: ${JSON.stringify(path)}`)
  }
  if (synchronous !== 'full' && synchronous !== 'normal')
    throw invalid('synchronous', 'full or normal', synchronous)
  return {
    path: resolve(path),
    synchronous,
    timeout: milliseconds('timeout', options.timeout),
    poll: milliseconds('poll', options.poll),
    grace: milliseconds('grace', options.grace),
  }
}

function parseUrl(url: string): SqliteBrokerOptions {
  const match = /^sqlite:(?:\/\/(?=\/))?([^?#]*)(?:\?([^#]*))?$/.exec(url)
  const path = match?.[1]
  if (path === undefined || path.startsWith('//')) {
    throw new TypeError(`This is no URL of a SQLite file.

Expected: sqlite:events.db, relative to the working directory, or sqlite:///var/lib/app/events.db
Got: ${url}`)
  }
  const query = new URLSearchParams(match?.[2])
  for (const name of query.keys()) {
    if (!NAMES.includes(name)) throw invalid('URL', `of the options ${NAMES.join(', ')}`, name)
  }
  const number = (name: string): number | undefined => {
    const text = query.get(name)
    return text === null ? undefined : text.trim() === '' ? Number.NaN : Number(text)
  }
  return {
    path: decode(path, url),
    synchronous: (query.get('synchronous') ?? undefined) as 'full' | 'normal' | undefined,
    timeout: number('timeout'),
    poll: number('poll'),
    grace: number('grace'),
  }
}

function decode(path: string, url: string): string {
  try {
    return decodeURIComponent(path)
  } catch (cause) {
    const text = `The path in ${url} is not percent-encoded.\n\nExpected: %25 for a percent sign\nGot: ${path}`
    throw new TypeError(text, { cause })
  }
}

function milliseconds(name: keyof typeof BOUNDS, value: number | undefined): number {
  const { least, most, otherwise } = BOUNDS[name]
  if (value === undefined) return otherwise
  if (Number.isFinite(value) && value >= least && value <= most) return value
  throw invalid(name, `${least} to ${most} milliseconds`, value)
}

function invalid(name: string, expected: string, got: unknown): TypeError {
  return new TypeError(
    `The option ${name} of the sqlite broker cannot be used.\n\nExpected: ${expected}\nGot: ${String(got)}`,
  )
}
