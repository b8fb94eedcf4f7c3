import { afterAll, beforeAll } from 'bun:test'
import { requires } from '../../run/requires.ts'
import { brokerContract } from '../contract.ts'
import { sharedBrokerContract } from '../shared-contract.ts'
import { type KafkaServer, startMockKafka } from './mock-kafka.ts'
import { openKafka } from './open.ts'
import { kcatPublish } from './kcat.ts'
import { TcpProxy } from '../tcp-proxy.ts'

const { describe } = requires('kcat')

describe('on the server of librdkafka', () => {
  let server: KafkaServer
  beforeAll(async () => {
    server = await startMockKafka()
  })
  afterAll(() => server.close())

  brokerContract('kafka', () => openKafka(server.port, 'app'))

  sharedBrokerContract('kafka', async () => {
    const own = await startMockKafka()
    const proxy = new TcpProxy(own.port)
    await proxy.open()
    return {
      open: async () => openKafka(proxy.port, 'app', { timeout: 2000 }),
      // The server keeps its log in its own memory: it is away, but lives on.
      kill: () => proxy.shut(),
      start: () => proxy.open(),
      poison: (topic) => poison(own.port, 'app', topic),
      stall: async () => proxy.stall(),
      heal: async () => proxy.heal(),
      close: async () => {
        await proxy.shut()
        await own.close()
      },
    }
  })
})

/** A real Kafka to test against, such as `KAFKA_URL=127.0.0.1:9092`. */
const real = process.env.KAFKA_URL
if (real !== undefined) {
  describe('on a real Kafka', () => {
    const port = Number(real.split(':').at(-1))
    const once = Date.now().toString(36)
    let tests = 0

    brokerContract('kafka', () => openKafka(port, `contract-${once}`, { partitions: 4 }))

    sharedBrokerContract('kafka', async () => {
      const app = `shared-${once}-${tests++}`
      const proxy = new TcpProxy(port)
      await proxy.open()
      return {
        open: async () => openKafka(proxy.port, app, { partitions: 4 }),
        kill: () => proxy.shut(),
        start: () => proxy.open(),
        poison: (topic) => poison(port, app, topic),
        stall: async () => proxy.stall(),
        heal: async () => proxy.heal(),
        close: () => proxy.shut(),
      }
    })
  })
}

/** Writes a record that has the topic for its key, and for its value no text. */
function poison(port: number, app: string, topic: string): Promise<void> {
  const line = [...Buffer.from(`${topic}\t`), 0xff]
  return kcatPublish(port, line, '-t', app, '-K', '\t', '-X', 'partitioner=murmur2_random')
}
