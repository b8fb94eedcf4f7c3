import { describe, expect, test } from 'bun:test'
import { Connection } from '../../src/stream/connection.ts'
import { Window } from '../../src/stream/window.ts'
import { Client } from './client.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const EVENT = encode('data: x\n\n')

function open(): Window {
  return new Window('0', 1024, (one, other) => Number(one) - Number(other))
}

function connect(window: Window, position = window.head): Connection {
  const after = window.cursor(position)
  return new Connection({ window, position, after, reset: false }, 3000)
}

/** What the connection has handed over, and nobody has taken. */
async function queued(connection: Connection): Promise<number> {
  const client = new Client(connection.body)
  connection.close()
  return (await client.until('its end', ({ ended }) => ended)).bytes
}

describe('a stalled reader', () => {
  test('costs no queue, however much is published', async () => {
    const window = open()
    const connection = connect(window)
    const hello = 'retry: 3000\nid: 0\n\n'
    for (let cursor = 1; cursor <= 50_000; cursor++) {
      window.append({ bytes: EVENT, cursor: `${cursor}`, key: undefined })
      connection.flush()
    }
    expect(await queued(connection)).toBe(hello.length)
  })

  test('of much that it has missed has one chunk at most', async () => {
    const window = open()
    for (let cursor = 1; cursor <= 1000; cursor++)
      window.append({ bytes: encode('x'.repeat(1024)), cursor: `${cursor}`, key: undefined })
    const connection = connect(window, 0)
    for (let turn = 0; turn < 100; turn++) connection.flush()
    expect(await queued(connection)).toBeLessThan(66 * 1024)
  })

  test('is sent no heartbeat', async () => {
    const connection = connect(open())
    for (let beat = 0; beat < 100; beat++) connection.beat()
    expect(await queued(connection)).toBe('retry: 3000\nid: 0\n\n'.length)
  })

  test('catches up as soon as it reads again', async () => {
    const window = open()
    const connection = connect(window)
    for (let cursor = 1; cursor <= 1000; cursor++) {
      window.append({ bytes: EVENT, cursor: `${cursor}`, key: undefined })
      connection.flush()
    }
    const client = await new Client(connection.body).drain()
    expect(client.events).toHaveLength(1000)
  })
})

test('a reader that waits gets a heartbeat, once', async () => {
  const connection = connect(open())
  const client = await new Client(connection.body).drain()
  connection.beat()
  expect((await client.drain()).text).toBe('retry: 3000\nid: 0\n\n:\n\n')
})

test('a reader beyond the window is told so once, and goes on from there', async () => {
  const window = new Window('0', 4, (one, other) => Number(one) - Number(other))
  const connection = connect(window)
  const append = (cursor: number): void => {
    window.append({
      bytes: encode(`id: ${cursor}\ndata: x\n\n`),
      cursor: `${cursor}`,
      key: undefined,
    })
    connection.flush()
  }
  for (let cursor = 1; cursor <= 10; cursor++) append(cursor)
  const client = await new Client(connection.body).drain()
  append(11)
  expect((await client.drain()).text).toBe(
    'retry: 3000\nid: 0\n\nevent: reset\nid: 10\ndata: \n\nid: 11\ndata: x\n\n',
  )
})

describe('the end', () => {
  test('comes after everything before it', async () => {
    const window = open()
    const connection = connect(window)
    window.append({ bytes: EVENT, cursor: '1', key: undefined })
    connection.endWith(encode('event: end\n\n'))
    const client = await new Client(connection.body).until('its end', ({ ended }) => ended)
    expect(client.text).toBe('retry: 3000\nid: 0\n\ndata: x\n\nevent: end\n\n')
    expect(connection.ended.aborted).toBe(true)
  })

  test.each(['the client leaves', 'the server closes'])('is told once when %s', async (who) => {
    const connection = connect(open())
    let ends = 0
    connection.ended.addEventListener('abort', () => ends++)
    if (who === 'the client leaves') await connection.body.cancel()
    connection.close()
    connection.close(encode('late'))
    connection.endWith(encode('late'))
    connection.flush()
    connection.beat()
    expect(ends).toBe(1)
  })
})
