import { expect, test } from 'bun:test'
import type { Connection } from '../../src/stream/connection.ts'
import { Heartbeat } from '../../src/stream/heartbeat.ts'
import { Client } from './client.ts'
import { openConnection, openWindow } from './open-connection.ts'

function connect(): { connection: Connection; client: Client } {
  const { connection } = openConnection(openWindow())
  return { connection, client: new Client(connection.body) }
}

const beats = ({ text }: Client): number =>
  text.split('\n\n').filter((block) => block === ':').length

test('every quiet connection gets a comment once per interval', async () => {
  const heartbeat = new Heartbeat(150)
  const quiet = [connect(), connect(), connect()]
  const start = performance.now()
  for (const { connection, client } of quiet) {
    await client.drain()
    heartbeat.add(connection)
  }
  for (const { client } of quiet) await client.until('three beats', (one) => beats(one) >= 3)
  // Timers may come late, never early: the first comes after an interval, less a slot of the wheel.
  const intervals = (performance.now() - start) / 150
  for (const { client } of quiet) expect(beats(client)).toBeLessThan(intervals + 0.2)
  for (const { connection } of quiet) heartbeat.remove(connection)
})

test('a connection that has left gets none, and removing it again harms nobody', async () => {
  const heartbeat = new Heartbeat(15)
  const [gone, there] = [connect(), connect()]
  for (const { connection, client } of [gone, there]) {
    await client.drain()
    heartbeat.add(connection)
  }
  heartbeat.remove(gone.connection)
  heartbeat.remove(gone.connection)
  await there.client.until('two beats', (one) => beats(one) === 2)
  expect(beats(await gone.client.drain())).toBe(0)
  heartbeat.remove(there.connection)
})
