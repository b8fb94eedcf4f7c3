import { describe, expect, test } from 'bun:test'
import { eventually } from '../../create/eventually.ts'
import { requires } from '../../run/requires.ts'
import { Recorder } from '../listener.ts'
import { cursorOf, kept, Scratch, textsOf } from './scratch.ts'

const scratch = new Scratch()

describe('publishers in other processes', () => {
  test.each(['full', 'normal'] as const)(
    'one of two is killed with SIGKILL: whatever was acknowledged is kept and heard, once, in one order (synchronous=%s)',
    async (synchronous) => {
      const path = scratch.path()
      const broker = scratch.open(path, { synchronous })
      const recorder = new Recorder()
      await broker.subscribe('a', await cursorOf(broker, 'a'), recorder)
      const victim = publisher(path, 'victim', 1e6, synchronous)
      const survivor = publisher(path, 'survivor', 400, synchronous)
      await eventually('its first events', () => victim.acknowledged().length > 100)
      victim.process.kill('SIGKILL')
      await Promise.all([victim.end, survivor.end])
      expect(survivor.acknowledged().length).toBe(400)
      const acknowledged = [...victim.acknowledged(), ...survivor.acknowledged()]
      await eventually('all events', () => {
        const heard = new Set(recorder.texts)
        return acknowledged.every((text) => heard.has(text))
      })
      const texts = (await textsOf(broker, 'a')) ?? []
      expect(recorder.texts).toEqual(texts)
      expect(new Set(texts).size).toBe(texts.length)
      expect(recorder.gaps).toEqual([])
      // A file that was not closed opens again, with all of it.
      await broker.close()
      expect(await textsOf(scratch.open(path), 'a')).toEqual(texts)
    },
    30_000,
  )

  test('those that start at once make one file', async () => {
    for (let round = 0; round < 3; round++) {
      const path = scratch.path()
      const publishers = ['a', 'b', 'c', 'd'].map((name) => publisher(path, name, 25, 'full'))
      for (const { end } of publishers) expect(await end).toBe(0)
      expect((await textsOf(scratch.open(path), 'a'))?.length).toBe(100)
    }
  }, 30_000)
})

test('events of others are heard long before the next poll', async () => {
  const path = scratch.path()
  const [one, other] = [scratch.open(path, { poll: 10_000 }), scratch.open(path, { poll: 10_000 })]
  const recorder = new Recorder()
  await one.subscribe('a', await cursorOf(one, 'a'), recorder)
  const start = performance.now()
  for (let count = 1; count <= 10; count++) {
    await other.publish('a', String(count), kept)
    await recorder.heard(count)
    await Bun.sleep(20)
  }
  expect(performance.now() - start).toBeLessThan(4000)
})

test('it lets a process end, though nobody closed it, even while the file is locked', async () => {
  const script = `const { createSqliteBroker } = await import('./src/sqlite.ts')
    const broker = createSqliteBroker({ path: process.argv[1], poll: 50, timeout: 60_000 })
    const { cursor } = await broker.read('a')
    await broker.subscribe('a', cursor, { next() {}, gap() {} })
    await broker.publish('a', '1', { retention: { events: 9, age: 9e9, bytes: 9e9 } })
    const { Database } = await import('bun:sqlite')
    globalThis.lock = new Database(process.argv[1])
    lock.run('BEGIN IMMEDIATE')
    await Bun.sleep(200)`
  const child = Bun.spawn([process.execPath, '-e', script, scratch.path()], {
    cwd: `${import.meta.dir}/../../..`,
    stdin: 'ignore',
    timeout: 20_000,
  })
  expect(await child.exited).toBe(0)
})

requires('python3').describe('a producer in Python', () => {
  const producer = `
import json, sqlite3, sys
events = sqlite3.connect(sys.argv[1], timeout=5)
def publish(topic, event, props, **columns):
    with events:  # one transaction
        names = ['topic', 'text', *columns]
        values = [topic, json.dumps({'event': event, 'props': props}), *columns.values()]
        events.execute(f"INSERT INTO events ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", values)
`

  test('is heard and read like our own', async () => {
    const path = scratch.path()
    const broker = scratch.open(path, { poll: 10_000 })
    const recorder = new Recorder()
    const start = await cursorOf(broker, 'rooms/a')
    await broker.subscribe('rooms/a', start, recorder)
    await broker.publish('rooms/a', 'ours', kept)
    await python(
      `${producer}
publish('rooms/a', 'message', {'text': 'ä€🦊'})
publish('rooms/a', 'presence', 1, key='presence')
publish('rooms/a', 'typing', None, ephemeral=1)
publish('rooms/a', 'presence', 2, key='presence')`,
      path,
    )
    await broker.publish('rooms/a', 'ours again', kept)
    const heard = await recorder.heard(6)
    expect(heard.slice(1, 5).map((text) => JSON.parse(text) as unknown)).toEqual([
      { event: 'message', props: { text: 'ä€🦊' } },
      { event: 'presence', props: 1 },
      { event: 'typing', props: null },
      { event: 'presence', props: 2 },
    ])
    expect(recorder.entries.map(({ cursor }) => cursor === undefined)).toEqual([
      false,
      false,
      false,
      true,
      false,
      false,
    ])
    expect((await textsOf(broker, 'rooms/a'))?.length).toBe(4)
    expect(broker.health?.().badRecords).toBe(0)
  })

  test('is refused at once what can be no event', async () => {
    const path = scratch.path()
    const broker = scratch.open(path)
    const output = await python(
      `${producer}
for columns, values in [
    ('topic, text', ('a', b'{}')),
    ('topic, text', ('a', None)),
    ('topic, text', ('a', 'x' * 5000000)),
    ('topic, text', (b'a', '{}')),
    ('topic, text, ephemeral', ('a', '{}', 2)),
    ('topic, text, at', ('a', '{}', 'today')),
    ('topic, text, seq', ('a', '{}', 2**62)),
]:
    try:
        with events:
            events.execute(f"INSERT INTO events ({columns}) VALUES ({', '.join('?' * len(values))})", values)
    except sqlite3.IntegrityError as error:
        print(error)`,
      path,
    )
    expect(output.trim().split('\n')).toEqual([
      'CHECK constraint failed: text is JSON text of at most 4194304 characters',
      'NOT NULL constraint failed: events.text',
      'CHECK constraint failed: text is JSON text of at most 4194304 characters',
      'CHECK constraint failed: topic is a text',
      'CHECK constraint failed: ephemeral is 0 or 1',
      'CHECK constraint failed: at is in milliseconds since 1970',
      'CHECK constraint failed: seq is given by the file',
    ])
    expect(await textsOf(broker, 'a')).toEqual([])
  })
})

async function python(script: string, path: string): Promise<string> {
  const child = Bun.spawn(['python3', '-c', script, path], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'inherit',
    timeout: 20_000,
  })
  const output = await new Response(child.stdout).text()
  expect(await child.exited).toBe(0)
  return output
}

/** Starts process/publisher.ts; `acknowledged` is what it has written down so far. */
function publisher(path: string, name: string, count: number, synchronous: string) {
  const script = `${import.meta.dir}/process/publisher.ts`
  const words = [script, path, 'a', name, String(count), synchronous]
  const child = Bun.spawn([process.execPath, ...words], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'inherit',
    timeout: 30_000,
  })
  let output = ''
  const reading = (async () => {
    const decoder = new TextDecoder()
    for await (const chunk of child.stdout) output += decoder.decode(chunk, { stream: true })
  })()
  return {
    process: child,
    end: reading.then(() => child.exited),
    // The last line may have been cut off.
    acknowledged: () => output.split('\n').slice(0, -1),
  }
}
