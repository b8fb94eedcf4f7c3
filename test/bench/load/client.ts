/** A process of its own that holds many event streams open and counts what arrives. */
import type { Socket } from 'bun'
import { now } from '../machine/clock.ts'
import { Histogram } from './histogram.ts'
import { MarkReader } from './mark-reader.ts'
import type { Answer, Order } from './message.ts'

interface Listening {
  readonly reader: MarkReader
  readonly stalled: boolean
  readonly opened: PromiseWithResolvers<void>
  head: boolean
  last: number | undefined
}

/** Connections that are being opened at the same time: fewer than any server's backlog. */
const AT_ONCE = 100

const sockets = new Set<Socket<Listening>>()
let latency = new Histogram()
let disorder = 0
let ended = 0
let delivered = 0
let expected = Infinity
/** The connection that ids are read from: all get the same. */
let witness: Socket<Listening> | undefined
let lastId: string | undefined

function answer(message: Answer): void {
  process.send?.(message)
}

function reach(): void {
  if (delivered < expected) return
  expected = Infinity
  answer({ type: 'reached' })
}

function take(socket: Socket<Listening>, part: Buffer): void {
  const listening = socket.data
  if (!listening.head) {
    listening.head = true
    const status = part.toString('latin1', 0, 12)
    if (status !== 'HTTP/1.1 200') listening.opened.reject(new Error(`A server said ${status}`))
    else listening.opened.resolve()
    if (listening.stalled) socket.pause()
  }
  if (socket === witness) lastId = idIn(part) ?? lastId
  const at = now()
  listening.reader.read(part, (seq, made) => {
    if (listening.last !== undefined && seq !== listening.last + 1) disorder++
    listening.last = seq
    if (listening.stalled) return
    latency.add(at - made)
    delivered++
  })
  reach()
}

function idIn(part: Buffer): string | undefined {
  return [...part.toString('latin1').matchAll(/^id: (.+)$/gm)].at(-1)?.[1]
}

async function open({ port, path, headers, stalled, last }: Order & { type: 'open' }) {
  const opened = Promise.withResolvers<void>()
  const data = { reader: new MarkReader(), stalled, opened, head: false, last }
  const socket = await Bun.connect<Listening>({
    hostname: '127.0.0.1',
    port,
    socket: {
      open: (self) => void (self.data = data),
      data: take,
      close(self) {
        if (sockets.delete(self)) ended++
        opened.reject(new Error('A server closed a connection at once'))
      },
      error: (_, error) => opened.reject(error),
    },
  })
  sockets.add(socket)
  witness ??= socket
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n${lines.join('')}\r\n`,
  )
  await opened.promise
}

async function openAll(order: Order & { type: 'open' }): Promise<void> {
  let left = order.count
  const lane = async (): Promise<void> => {
    while (left-- > 0) await open(order)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  answer({ type: 'opened' })
}

process.on('message', (order: Order) => {
  if (order.type === 'open') {
    openAll(order).catch((error: unknown) => answer({ type: 'failed', reason: String(error) }))
  } else if (order.type === 'expect') {
    expected = order.delivered
    reach()
  } else if (order.type === 'take') {
    answer({ type: 'seen', seen: { latency: latency.entries(), disorder, ended, lastId } })
    latency = new Histogram()
    disorder = ended = 0
  } else {
    const all = [...sockets]
    sockets.clear()
    witness = undefined
    // A reset leaves nothing in TIME_WAIT, so the ports are free for the next part.
    for (const socket of all) socket.terminate()
    answer({ type: 'closed' })
  }
})
process.on('disconnect', () => process.exit())
