import { expect } from 'bun:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Broker, DEFAULT_RETENTION } from '../../../src/broker/broker.ts'
import { requires } from '../../run/requires.ts'
import { Recorder } from '../listener.ts'
import { NatsServer } from './server.ts'

const { test } = requires('nats-server')
const TOPICS = ['a', 'b', 'c']
const options = { retention: { ...DEFAULT_RETENTION, events: 30 } }

/** Comes, reads, listens for a while, goes, and comes back to where it was: every event in its turn. */
async function visit(broker: Broker, topic: string): Promise<number> {
  let gaps = 0
  const backlog = await broker.read(topic)
  if (backlog === undefined) throw new Error('no cursor')
  const seen = backlog.entries.map(({ text }) => Number(text))
  let { cursor } = backlog
  for (let visits = 0; visits < 3; visits++) {
    const recorder = new Recorder()
    const unsubscribe = await broker.subscribe(topic, cursor, recorder)
    await sleep(Math.random() * 20)
    unsubscribe()
    gaps += recorder.gaps.length
    if (recorder.gaps.length > 0) seen.length = 0
    seen.push(...recorder.texts.map(Number))
    cursor = recorder.entries.at(-1)?.cursor ?? recorder.gaps.at(-1) ?? cursor
    await sleep(Math.random() * 10)
  }
  const first = seen[0] ?? 0
  expect(seen).toEqual(seen.map((_, index) => first + index))
  return gaps
}

test.each([undefined, 0, 20_000])(
  'visitors come and go while others publish, with a cache of %p bytes: no event is missed or comes twice',
  async (cache) => {
    await using server = await NatsServer.create()
    const [one, other] = [
      server.open({ cache, timeout: 5000 }),
      server.open({ cache, timeout: 5000 }),
    ]
    let [going, published, visits] = [true, 0, 0]
    const publishing = TOPICS.map(async (topic, index) => {
      for (let number = 0; going; number++) {
        await (index === 0 ? one : other).publish(topic, `${number}`, options)
        published++
        if (number % 5 === 0) await sleep(1)
      }
    })
    const until = performance.now() + 1000
    await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        while (performance.now() < until) {
          await visit(index % 2 === 0 ? one : other, TOPICS[index % 3] ?? 'a')
          visits++
        }
      }),
    )
    going = false
    await Promise.all(publishing)
    expect(published).toBeGreaterThan(20)
    expect(visits).toBeGreaterThan(4)
  },
  30_000,
)
