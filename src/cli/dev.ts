import type { ServerWebSocket } from 'bun'
import { createMemoryBroker } from '../broker/memory.ts'
import { clientScript } from '../server/client-script.ts'
import { setHost } from '../server/host.ts'
import { type Address, listening } from './address.ts'
import { type DevError, describeError, printError } from './dev-error.ts'
import { devErrorPage } from './dev-page.ts'
import { onShutdown, stopServer } from './shutdown.ts'
import { loadVersion, type Version } from './version.ts'
import { watchApp } from './watch.ts'

const TOPIC = 'rivulet-dev'

/** How long a request waits for the first version, in milliseconds. */
const FIRST_PATIENCE = 1000
/** How long a version may take to be loaded when the server is to end, in milliseconds. */
const LAST_PATIENCE = 500

/** What Elysia keeps on its sockets, and what marks ours. */
interface SocketData {
  /** The version that rendered the page behind the socket. */
  readonly rivuletVersion?: string | null
  open?(socket: ServerWebSocket<SocketData>): void
  message?(socket: ServerWebSocket<SocketData>, message: string | Buffer): void
  drain?(socket: ServerWebSocket<SocketData>): void
  close?(socket: ServerWebSocket<SocketData>, code: number, reason: string): void
}

/**
 * Serves the app of a folder, and serves it anew when its files change.
 *
 * The host owns the socket, the logs and the watch; versions of the app come and go behind it. A
 * version that cannot be loaded is reported, in the terminal and in every open page, and the one
 * before goes on.
 */
export async function dev(root: string, address: Address): Promise<void> {
  const client = await clientScript('dev.ts')
  const broker = createMemoryBroker()

  let version: Version | undefined
  /** Counts attempts to load the app; of those that failed, none is served. */
  let attempt = 0
  let served = 0
  let failure: DevError | undefined

  const server = listening(address, () =>
    Bun.serve<SocketData>({
      port: address.port,
      hostname: address.host ?? 'localhost',
      idleTimeout: 60,
      development: true,
      async fetch(request, self) {
        const { pathname, host, searchParams } = new URL(request.url)
        if (pathname === '/rivulet/dev') {
          const origin = request.headers.get('origin')
          // Any page of the web may try to open a socket to this machine; ours only may listen.
          if (origin !== null && URL.parse(origin)?.host !== host)
            return new Response('Forbidden', { status: 403 })
          const data = { rivuletVersion: searchParams.get('version') }
          if (self.upgrade(request, { data })) return
          return new Response('A WebSocket is expected.', { status: 426 })
        }
        if (pathname === '/rivulet/dev.js') {
          return new Response(script(searchParams.get('version')), {
            headers: { 'content-type': 'text/javascript; charset=utf-8' },
          })
        }
        // Browsers that were open before come back while the first version is being loaded.
        // Not for long: what it waits for may be this very answer.
        if (version === undefined) await Promise.race([reloading, Bun.sleep(FIRST_PATIENCE)])
        if (version !== undefined) return version.fetch(request)
        return devErrorPage(failure ?? { message: 'Loading…', where: '', excerpt: '' })
      },
      websocket: {
        open(socket) {
          const { rivuletVersion } = socket.data
          if (rivuletVersion === undefined) return socket.data.open?.(socket)
          socket.subscribe(TOPIC)
          if (served > 0 && rivuletVersion !== String(served))
            socket.send(JSON.stringify({ type: 'reload' }))
          if (failure !== undefined && version !== undefined)
            socket.send(JSON.stringify({ type: 'error', error: failure }))
        },
        message: (socket, message) => socket.data.message?.(socket, message),
        drain: (socket) => socket.data.drain?.(socket),
        close: (socket, code, reason) => socket.data.close?.(socket, code, reason),
      },
    }),
  )
  const script = (rendered: string | null): string =>
    `const rivuletVersion = ${Number(rendered)};\n${client}`
  const tell = (message: object): void => void server.publish(TOPIC, JSON.stringify(message))

  function report(error: unknown): DevError {
    const described = describeError(root, error)
    printError(described)
    return described
  }

  async function reload(files: readonly string[]): Promise<void> {
    const begun = performance.now()
    const old = version
    attempt++
    setHost({ broker, scripts: [`/rivulet/dev.js?version=${attempt}`] })
    try {
      version = await loadVersion(root, server, report)
    } catch (error) {
      failure = report(error)
      return tell({ type: 'error', error: failure })
    }
    failure = undefined
    served = attempt
    if (files.length > 0) {
      const shown =
        files.slice(0, 3).join(', ') + (files.length > 3 ? `, and ${files.length - 3} more` : '')
      console.log(`reloaded in ${Math.round(performance.now() - begun)} ms: ${shown}`)
    }
    const onlyStyles = files.length > 0 && files.every((file) => file.endsWith('.css'))
    tell(onlyStyles ? { type: 'styles', styles: version.styles } : { type: 'reload' })
    // Not awaited: the next change must not wait for the answers of the version before this one.
    old?.retire().catch(report)
  }

  // A graph hears of most that nobody has caught, but not of an async function of its own (Bun 1.4.5).
  process.on('unhandledRejection', report)
  let reloading = reload([])
  const unwatch = watchApp(root, (files) => {
    reloading = reloading.then(() => reload(files)).catch((error: unknown) => void report(error))
  })
  onShutdown(async () => {
    unwatch()
    // An app that is never loaded, because it waits for itself, say, must not keep its server.
    await Promise.race([reloading, Bun.sleep(LAST_PATIENCE)])
    await version?.retire()
    await broker.close()
    await stopServer(server, async () => undefined, 1000)
  })
  await reloading
  console.log(
    `Listening on ${server.url.href.replace(/\/$/, '')} (rivulet dev: edit, and the page follows)`,
  )
}
