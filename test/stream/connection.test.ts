import { describe, expect, test } from 'bun:test'
import type { Connection } from '../../src/stream/connection.ts'
import { Client } from './client.ts'
import { openConnection, openWindow } from './open-connection.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const EVENT = encode('data: x\n\n')
const HELLO = 'retry: 3000\nid: 0\n\n'

function frame(cursor: number, bytes = EVENT) {
  return { bytes, cursor: `${cursor}`, key: undefined, at: performance.now() }
}

/** What the connection has handed over, and nobody has taken. */
async function queued(connection: Connection): Promise<number> {
  const client = new Client(connection.body)
  connection.close()
  return (await client.until('its end', ({ ended }) => ended)).bytes
}

describe('a stalled reader', () => {
  test('costs no queue, however much is published', async () => {
    const window = openWindow()
    const { connection, reader } = openConnection(window)
    for (let cursor = 1; cursor <= 50_000; cursor++) {
      window.append(frame(cursor))
      connection.flush(reader)
    }
    expect(await queued(connection)).toBe(HELLO.length)
  })

  test('of much that it has missed has one chunk at most', async () => {
    const window = openWindow()
    for (let cursor = 1; cursor <= 1000; cursor++)
      window.append(frame(cursor, encode('x'.repeat(1024))))
    const { connection, reader } = openConnection(window, 0)
    for (let turn = 0; turn < 100; turn++) connection.flush(reader)
    expect(await queued(connection)).toBeLessThan(66 * 1024)
  })

  test('is sent no heartbeat', async () => {
    const { connection } = openConnection(openWindow())
    for (let beat = 0; beat < 100; beat++) connection.beat(beat)
    expect(await queued(connection)).toBe(HELLO.length)
  })

  test('is cut off when it takes nothing for the stall timeout, and no sooner', () => {
    const { connection, stats, ends } = openConnection(openWindow(), 0, { stallTimeout: 1000 })
    for (const now of [100, 600, 1099]) connection.beat(now)
    expect(connection.isOver).toBe(false)
    connection.beat(1100)
    expect(connection.isOver).toBe(true)
    expect([ends, stats.stalled]).toEqual([{ connection: 1, reader: 1 }, 1])
  })

  test('that takes a little now and then is not', async () => {
    const window = openWindow()
    const { connection, reader } = openConnection(window, 0, { stallTimeout: 1000 })
    const client = new Client(connection.body)
    for (let cursor = 1; cursor <= 10; cursor++) {
      window.append(frame(cursor, encode('x'.repeat(64 * 1024))))
      connection.flush(reader)
      connection.beat(cursor * 900)
      await client.read()
    }
    expect(connection.isOver).toBe(false)
    connection.close()
  })

  test('catches up as soon as it reads again', async () => {
    const window = openWindow()
    const { connection, reader, stats } = openConnection(window)
    for (let cursor = 1; cursor <= 1000; cursor++) {
      window.append(frame(cursor))
      connection.flush(reader)
    }
    const client = await new Client(connection.body).drain()
    expect(client.events).toHaveLength(1000)
    expect([stats.delivered, stats.replayed, stats.bytes]).toEqual([1000, 0, 9000])
  })
})

test('a reader that waits gets a heartbeat, once', async () => {
  const { connection } = openConnection(openWindow())
  const client = await new Client(connection.body).drain()
  connection.beat(0)
  expect((await client.drain()).text).toBe(`${HELLO}:\n\n`)
})

test('what a client has missed is counted as replayed', async () => {
  const window = openWindow()
  for (let cursor = 1; cursor <= 3; cursor++) window.append(frame(cursor))
  const { connection, reader, stats } = openConnection(window, 1)
  window.append(frame(4))
  connection.flush(reader)
  const client = await new Client(connection.body).drain()
  expect(client.events).toHaveLength(3)
  expect([stats.delivered, stats.replayed]).toEqual([3, 2])
})

test('a reader beyond the window is told so once, and goes on from there', async () => {
  const window = openWindow(4)
  const { connection, reader, stats } = openConnection(window)
  const append = (cursor: number): void => {
    window.append(frame(cursor, encode(`id: ${cursor}\ndata: x\n\n`)))
    connection.flush(reader)
  }
  for (let cursor = 1; cursor <= 10; cursor++) append(cursor)
  const client = await new Client(connection.body).drain()
  append(11)
  expect((await client.drain()).text).toBe(
    `${HELLO}event: reset\nid: 10\ndata: \n\nid: 11\ndata: x\n\n`,
  )
  expect(stats.resets).toBe(1)
})

describe('the end', () => {
  test('comes after everything before it', async () => {
    const window = openWindow()
    const { connection, reader } = openConnection(window)
    window.append(frame(1))
    reader.endWith(encode('event: end\n\n'))
    const client = await new Client(connection.body).until('its end', ({ ended }) => ended)
    expect(client.text).toBe(`${HELLO}data: x\n\nevent: end\n\n`)
    expect(connection.isOver).toBe(true)
  })

  test('of a permission leaves out what has not been sent by then', async () => {
    const window = openWindow()
    const { connection, reader } = openConnection(window)
    window.append(frame(1))
    reader.expireAt(Date.now())
    await Bun.sleep(5)
    const client = await new Client(connection.body).until('its end', ({ ended }) => ended)
    expect(client.text).toBe(`${HELLO}event: expired\ndata: \n\n`)
  })

  test('of its age is the end of a connection, which is told to come back soon', async () => {
    const { connection } = openConnection(openWindow(), 0, { endsAt: 1000 })
    const client = await new Client(connection.body).drain()
    connection.beat(999)
    connection.beat(1000)
    expect((await client.drain()).ended).toBe(true)
    expect(client.text).toMatch(/^retry: 3000\nid: 0\n\n:\n\nretry: \d{3,4}\n\n$/)
  })

  test.each(['the client leaves', 'the server closes'])('is told once when %s', async (who) => {
    const { connection, reader, ends } = openConnection(openWindow())
    if (who === 'the client leaves') await connection.body.cancel()
    connection.close()
    connection.close(encode('late'))
    reader.endWith(encode('late'))
    connection.flush(reader)
    connection.beat(0)
    expect(ends).toEqual({ connection: 1, reader: 1 })
  })
})
