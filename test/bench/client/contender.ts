import { clientScript } from '../../../src/server/client-script.ts'

/** An extension of htmx that applies the events of a stream. */
export interface Contender {
  readonly name: string
  /** The file of htmx that it extends, in node_modules. */
  readonly htmx: string
  /** Its code, as a page loads it. */
  readonly script: () => Promise<string>
  /** An element that adds each message of a URL to a list. */
  readonly markup: (url: string) => string
}

const HTMX = { 2: 'htmx.org/dist/htmx.min.js', 4: 'htmx4/dist/htmx.min.js' } as const

/** What stands in a file of node_modules. */
export function packaged(file: string): Promise<string> {
  return Bun.file(Bun.resolveSync(file, import.meta.dir)).text()
}

const inSwap = (url: string): string =>
  `<div hx-ext="sse" sse-connect="${url}"><ol sse-swap="message" hx-swap="beforeend"></ol></div>`

function ours(major: 2 | 4): Contender {
  return {
    name: `rivulet, htmx ${major}`,
    htmx: HTMX[major],
    script: () => clientScript('sse.ts'),
    markup: inSwap,
  }
}

/** Each of ours is the base of the one that follows it. */
export const contenders: readonly Contender[] = [
  {
    name: 'htmx-ext-sse, htmx 2',
    htmx: HTMX[2],
    script: () => packaged('htmx-ext-sse/dist/sse.min.js'),
    markup: inSwap,
  },
  ours(2),
  {
    name: 'hx-sse, htmx 4',
    htmx: HTMX[4],
    script: () => packaged('htmx4/dist/ext/hx-sse.min.js'),
    // It knows no targets: the element that connects is the one that is swapped.
    markup: (url) => `<ol hx-sse:connect="${url}" hx-swap="beforeend"></ol>`,
  },
  ours(4),
]
