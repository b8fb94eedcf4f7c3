import { brokerContract } from './contract.ts'
import { createLaggingBroker } from './lagging.ts'

// The broker that other tests use for what only happens over a network is held to the contract, too.
let turn = 0
brokerContract('lagging', () => createLaggingBroker(() => turn++ % 3))
