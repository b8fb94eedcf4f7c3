import { afterAll, beforeAll } from 'bun:test'
import { createNatsBroker } from '../../../src/broker/nats/nats-broker.ts'
import { requires } from '../../run/requires.ts'
import { brokerContract } from '../contract.ts'
import { NatsServer } from './server.ts'

const { describe } = requires('nats-server')

describe('one server', () => {
  let server: NatsServer
  beforeAll(async () => {
    server = await NatsServer.create()
  })
  afterAll(() => server.close())

  brokerContract('NATS', () => createNatsBroker(server.url))
})
