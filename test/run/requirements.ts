import { browserPath } from './browser.ts'
import { findExecutable } from './executable.ts'

/** A program beyond Bun that some tests need. */
export interface Requirement {
  /** Where it is on this machine, or `undefined`. */
  find: () => string | undefined
  /** The Debian package that brings it. */
  package: string
  /** Another that is installed with it where there is such a one: tests take less time with it. */
  quicker?: string
  /** Which tests need it, for the message when it is missing. */
  for: string
}

/** Everything tests may ask for with `requires('name')`: one row per program. */
export const requirements = {
  chromium: {
    find: () => browserPath({ whole: true }),
    package: 'chromium',
    quicker: 'chromium-headless-shell',
    for: 'the browser tests',
  },
  curl: { find: () => findExecutable('curl'), package: 'curl', for: 'a foreign client' },
  kcat: { find: () => findExecutable('kcat'), package: 'kcat', for: 'the kafka broker' },
  'nats-server': {
    find: () => findExecutable('nats-server'),
    package: 'nats-server',
    for: 'the nats broker',
  },
  nginx: { find: () => findExecutable('nginx'), package: 'nginx', for: 'the proxy tests' },
  python3: { find: () => findExecutable('python3'), package: 'python3', for: 'a foreign client' },
  'redis-server': {
    find: () => findExecutable('redis-server'),
    package: 'redis-server',
    for: 'the redis broker',
  },
} as const satisfies Record<string, Requirement>

export type RequirementName = keyof typeof requirements

/** The rows that this machine lacks. */
export function missingRequirements(): RequirementName[] {
  const names = Object.keys(requirements) as RequirementName[]
  return names.filter((name) => requirements[name].find() === undefined)
}

/** Whether a test that does not run is a failure: on a CI nobody reads what was skipped. */
export function nothingMayBeSkipped(): boolean {
  return /^(1|true)$/i.test(process.env.CI ?? '')
}

/** What is missing, for whom, and how to get it: one line per name. */
export function describeMissing(names: readonly RequirementName[]): string {
  return names
    .map((name) => {
      const { package: debian, for: users } = requirements[name]
      const elsewhere =
        name === 'chromium' ? '; a Chrome of your own: CHROMIUM_PATH=/path/to/it' : ''
      return `${name} is missing, for ${users}. Debian: apt-get install ${debian}${elsewhere}`
    })
    .join('\n')
}
