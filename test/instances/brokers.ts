import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startMockKafka } from '../broker/kafka/mock-kafka.ts'
import { NatsServer } from '../broker/nats/server.ts'
import { startRedis } from '../broker/redis/redis-process.ts'
import type { RequirementName } from '../run/requirements.ts'

/** A broker that instances share, and the server that it needs. */
export interface SharedBroker {
  readonly url: string
  /** Ends the server and starts it again; absent where there is none, or where it forgets all. */
  readonly restart?: { kill(): Promise<void>; start(): Promise<void> }
  close(): Promise<void>
}

/** How each of them is started, and what for. */
export const SHARED: Readonly<
  Record<string, { needs: RequirementName[]; start: () => Promise<SharedBroker> }>
> = {
  sqlite: {
    needs: [],
    async start() {
      const folder = await mkdtemp(join(tmpdir(), 'rivulet-sqlite-'))
      const close = () => rm(folder, { recursive: true, force: true })
      return { url: `sqlite://${folder}/events.db`, close }
    },
  },
  redis: {
    needs: ['redis-server'],
    async start() {
      const server = await startRedis()
      return { url: `redis://127.0.0.1:${server.port}`, restart: server, close: server.close }
    },
  },
  nats: {
    needs: ['nats-server'],
    async start() {
      const server = await NatsServer.create()
      return { url: server.url, restart: server, close: () => server.close() }
    },
  },
  kafka: {
    needs: ['kcat'],
    async start() {
      const server = await startMockKafka()
      return { url: `kafka://127.0.0.1:${server.port}/rivulet`, close: () => server.close() }
    },
  },
}
