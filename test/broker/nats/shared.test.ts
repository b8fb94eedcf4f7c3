import { createNatsBroker } from '../../../src/broker/nats/nats-broker.ts'
import { subjectOf } from '../../../src/broker/nats/subject.ts'
import { requires } from '../../run/requires.ts'
import { type BrokerServer, sharedBrokerContract } from '../shared-contract.ts'
import { publishRaw } from './raw-client.ts'
import { TcpProxy } from '../tcp-proxy.ts'
import { NatsServer } from './server.ts'

const { describe } = requires('nats-server')

describe('one server for several', () => {
  sharedBrokerContract('NATS', async (): Promise<BrokerServer> => {
    const server = await NatsServer.create()
    const proxy = await TcpProxy.open(() => server.port)
    return {
      open: async () => createNatsBroker(`nats://127.0.0.1:${proxy.port}`),
      kill: () => server.kill(),
      start: () => server.start(),
      poison: (topic) =>
        publishRaw(server.port, subjectOf('rivulet', topic), new Uint8Array([0xff, 0xfe])),
      stall: async () => proxy.stall(),
      heal: async () => proxy.heal(),
      close: async () => {
        await proxy.shut()
        await server.close()
      },
    }
  })
})
