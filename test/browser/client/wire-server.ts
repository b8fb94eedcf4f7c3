import type { Server, TLSOptions } from 'bun'
import { clientScript } from '../../../src/server/client-script.ts'

/** One event of a topic. */
interface Entry {
  readonly id: string
  readonly event: string
  readonly data: string
}

/** A topic of the test server: its log, and whoever listens. */
interface Topic {
  epoch: number
  /** Entries that were there before the log begins. */
  forgotten: number
  entries: Entry[]
  /** What whoever asks is told instead of events. */
  verdict: 'end' | 'expired' | number | undefined
}

/** One open connection. */
export interface WireConnection {
  readonly url: URL
  readonly request: Request
  readonly topics: readonly string[]
  /** Writes text as it is. */
  write(text: string): void
  /** Ends it, as a server does. */
  end(): void
}

export interface WireOptions {
  readonly port?: number
  readonly tls?: TLSOptions
  /** Attributes and markup of the pages' head, after the scripts. */
  readonly head?: string
}

const MODULES = { 2: 'htmx.org/dist/htmx.min.js', 4: 'htmx4/dist/htmx.min.js' } as const

/**
 * A server that speaks Rivulet's wire, so that a test can say what it answers, and when. Its pages
 * have a Content-Security-Policy of `default-src 'self'`.
 */
export class WireServer {
  readonly server: Server<undefined>
  readonly url: string
  readonly open = new Set<WireConnection>()
  /** Every request for events, in order. */
  readonly asked: Request[] = []
  /** Answers other than the usual, by path; `undefined` for the usual one. */
  answer: (request: Request, url: URL) => Response | undefined | Promise<Response | undefined> =
    () => undefined
  /** The `retry:` of every connection. */
  retry = 40
  readonly #topics = new Map<string, Topic>()
  readonly #head: string

  constructor({ port = 0, tls, head = '' }: WireOptions = {}) {
    this.#head = head
    this.server = Bun.serve({
      port,
      hostname: 'localhost',
      idleTimeout: 120,
      ...(tls && { tls, http2: true }),
      fetch: (request) => this.#fetch(request),
    })
    this.url = `${tls ? 'https' : 'http'}://localhost:${this.server.port}`
  }

  topic(name: string): Topic {
    const topic = this.#topics.get(name) ?? {
      epoch: 1,
      forgotten: 0,
      entries: [],
      verdict: undefined,
    }
    this.#topics.set(name, topic)
    return topic
  }

  cursor(name: string): string {
    const { epoch, forgotten, entries } = this.topic(name)
    return `e${epoch}.${forgotten + entries.length}`
  }

  /** Publishes an event of a topic; its target is a list that it is added to. */
  publish(name: string, data: string, event = 'message'): void {
    const topic = this.topic(name)
    const id = `e${topic.epoch}.${topic.forgotten + topic.entries.length + 1}`
    const entry = { id, event, data: event === 'message' ? `<li>${data}</li>` : data }
    topic.entries.push(entry)
    this.#tell(name, block(entry))
  }

  /** Sends a block without an id to whoever listens now. */
  ephemeral(name: string, event: string, data: string): void {
    this.#tell(name, block({ event, data }))
  }

  /** Tells whoever listens to a topic, now and later, that they may not or need not. */
  judge(name: string, verdict: Topic['verdict']): void {
    this.topic(name).verdict = verdict
    this.#tell(name, verdictBlock(verdict))
  }

  /** Loses the log of a topic, as a restart does. */
  forget(name: string): void {
    const topic = this.topic(name)
    topic.epoch++
    topic.forgotten = 0
    topic.entries = []
  }

  /** Ends every connection. */
  dropAll(): void {
    for (const connection of this.open) connection.end()
  }

  /** The markup of a topic, as a page paints it. */
  part(name: string, attributes = ''): string {
    const { entries } = this.topic(name)
    const items = entries.filter(({ event }) => event === 'message').map(({ data }) => data)
    const after = `?after=${encodeURIComponent(this.cursor(name))}`
    return `<section data-topic="${name}" hx-ext="sse" sse-connect="/sse/${name}${after}" sse-close="end"
hx-get="/sse/${name}" hx-trigger="sse:reset" hx-target="this" hx-swap="outerHTML" hx-disinherit="*" ${attributes}
><ol sse-swap="message" hx-swap="beforeend" hx-target="this">${items.join('')}</ol><p sse-swap="note" hx-swap="innerHTML" hx-target="this"></p></section>`
  }

  /** A whole page of htmx 2 or 4. */
  page(major: 2 | 4, body: string, head = ''): string {
    const config =
      '{"includeIndicatorStyles":false,"includeIndicatorCSS":false,"allowEval":false,"defaultSettleDelay":0}'
    return `<!doctype html><html lang="en"><head><title>htmx ${major}</title>
<meta name="htmx-config" content='${config}'>${this.#head}${head}
<script src="/htmx-${major}.js" defer></script><script src="/sse.js" defer></script></head><body>${body}</body></html>`
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async stop(): Promise<void> {
    this.dropAll()
    await this.server.stop(true)
  }

  #tell(name: string, text: string): void {
    for (const connection of this.open) {
      const isShared = connection.url.pathname === '/sse'
      if (connection.topics.includes(name))
        connection.write(isShared ? topicBlock(name) + text : text)
    }
  }

  async #fetch(request: Request): Promise<Response> {
    const url = new URL(request.url)
    const { pathname, searchParams } = url
    const wantsEvents = request.headers.get('accept') === 'text/event-stream'
    if (wantsEvents) this.asked.push(request)
    const answer = await this.answer(request, url)
    if (answer !== undefined) return answer
    if (pathname === '/favicon.ico') return new Response(null, { status: 204 })
    if (pathname === '/sse.js' || pathname === '/share.js')
      return script(await clientScript(`${pathname.slice(1, -3)}.ts`))
    const major = /^\/htmx-([24])\.js$/.exec(pathname)?.[1]
    if (major !== undefined)
      return script(
        await Bun.file(Bun.resolveSync(MODULES[major === '2' ? 2 : 4], import.meta.dir)).text(),
      )
    const page = /^\/page-([24])$/.exec(pathname)?.[1]
    if (page !== undefined) {
      const topics = searchParams.get('topics')?.split(',').filter(Boolean) ?? []
      const body = topics.map((name) => this.part(name)).join('')
      return html(
        this.page(
          page === '2' ? 2 : 4,
          body + (searchParams.get('body') ?? ''),
          searchParams.get('head') ?? '',
        ),
      )
    }
    if (pathname === '/sse') return this.#many(request, url)
    if (pathname.startsWith('/sse/')) {
      const name = pathname.slice('/sse/'.length)
      if (!wantsEvents) return html(this.part(name))
      const verdict = this.topic(name).verdict
      if (typeof verdict === 'number') return new Response('No.', { status: verdict })
      const after = searchParams.get('after') ?? undefined
      return this.#connect(request, url, [name], () => this.#replay(name, after))
    }
    return new Response('Not found', { status: 404 })
  }

  #many(request: Request, url: URL): Response {
    const asked = url.searchParams.getAll('on').map((on) => {
      const at = on.lastIndexOf('@')
      return at < 0
        ? { name: on, after: undefined }
        : { name: on.slice(0, at), after: on.slice(at + 1) || undefined }
    })
    const names = asked.map(({ name }) => name)
    if (names.length === 0 || names.length > 100) return new Response('Too many', { status: 400 })
    return this.#connect(request, url, names, () =>
      asked.map(({ name, after }) => topicBlock(name) + this.#replay(name, after)).join(''),
    )
  }

  /** What a client gets first: hello, and what it has missed. */
  #replay(name: string, after: string | undefined): string {
    const { entries, forgotten, epoch, verdict } = this.topic(name)
    if (verdict !== undefined) return verdictBlock(verdict)
    const cursor = this.cursor(name)
    const from =
      after === undefined ? entries.length : Number(after.slice(after.indexOf('.') + 1)) - forgotten
    const isKnown = after === undefined || after.startsWith(`e${epoch}.`)
    if (!isKnown || from < 0 || from > entries.length)
      return `id: ${cursor}\n\nevent: reset\nid: ${cursor}\ndata:\n\n`
    return `id: ${after ?? cursor}\n\n${entries.slice(from).map(block).join('')}`
  }

  #connect(request: Request, url: URL, topics: readonly string[], first: () => string): Response {
    const encoder = new TextEncoder()
    let connection: WireConnection | undefined
    const { open, retry } = this
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        const write = (text: string): void => controller.enqueue(encoder.encode(text))
        connection = {
          url,
          request,
          topics,
          write,
          end() {
            if (open.delete(connection!)) controller.close()
          },
        }
        open.add(connection)
        write(`retry: ${retry}\n\n${first()}`)
      },
      cancel() {
        open.delete(connection!)
      },
    })
    return new Response(body, {
      headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
    })
  }
}

function block({ id, event, data }: { id?: string; event: string; data: string }): string {
  const head =
    (event === 'message' ? '' : `event: ${event}\n`) + (id === undefined ? '' : `id: ${id}\n`)
  return `${head}${data
    .split('\n')
    .map((line) => `data: ${line}\n`)
    .join('')}\n`
}

function topicBlock(name: string): string {
  return block({ event: 'topic', data: name })
}

function verdictBlock(verdict: Topic['verdict']): string {
  if (verdict === 'end') return block({ event: 'end', id: 'end', data: '' })
  if (verdict === 'expired') return block({ event: 'expired', data: '' })
  return verdict === undefined ? '' : block({ event: 'denied', data: String(verdict) })
}

function html(text: string): Response {
  return new Response(text, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'self'",
    },
  })
}

function script(text: string): Response {
  return new Response(text, {
    headers: { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'max-age=600' },
  })
}
