import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Broker } from '../../../src/broker/broker.ts'
import { createNatsBroker } from '../../../src/broker/nats/nats-broker.ts'
import type { NatsBrokerOptions } from '../../../src/broker/nats/options.ts'
import { eventually } from '../../create/eventually.ts'
import { findExecutable } from '../../run/executable.ts'

/** A NATS server with JetStream, with its own folder, on a port of its own. */
export class NatsServer {
  readonly folder: string
  port = -1
  #process: Bun.Subprocess | undefined
  readonly #flags: readonly string[]
  readonly #brokers: Broker[] = []

  private constructor(folder: string, flags: readonly string[]) {
    this.folder = folder
    this.#flags = flags
  }

  /** `configuration` is added to the server's own. */
  static async create(
    configuration = 'max_payload: 8MB',
    flags: readonly string[] = ['-js'],
  ): Promise<NatsServer> {
    const folder = await mkdtemp(join(tmpdir(), 'rivulet-nats-'))
    const server = new NatsServer(folder, flags)
    await writeFile(join(server.folder, 'nats.conf'), `${configuration}\n`)
    await server.start()
    return server
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`
  }

  /** Starts it, the first time on any free port, and after that on the same one. */
  async start(): Promise<void> {
    const { folder } = this
    const options = [...this.#flags, '-sd', join(folder, 'js'), '-c', join(folder, 'nats.conf')]
    const place = ['-a', '127.0.0.1', '-p', `${this.port}`, '--ports_file_dir', folder]
    const log = ['-l', join(folder, 'log')]
    const child = Bun.spawn([program(), ...options, ...place, ...log], {
      stdio: ['ignore', 'ignore', 'ignore'],
    })
    this.#process = child
    this.port = await eventually('the server', async () => {
      if (child.exitCode !== null) throw new Error(await readFile(join(folder, 'log'), 'utf8'))
      // nats-server_<pid>.ports, written once it listens.
      const file = (await readdir(folder)).find((name) => name.includes(`_${child.pid}.`))
      const ports = file === undefined ? '' : await readFile(join(folder, file), 'utf8')
      const port = /:(\d+)"/.exec(ports)?.[1]
      return port === undefined ? undefined : Number(port)
    })
  }

  /** Ends it at once, as kill -9 does. */
  async kill(): Promise<void> {
    this.#process?.kill('SIGKILL')
    await this.#process?.exited
  }

  /** A broker that is closed with the server, and asks no longer than a second if nothing else is said. */
  open(options: NatsBrokerOptions = {}): Broker {
    const broker = createNatsBroker({ url: this.url, timeout: 1000, ...options })
    this.#brokers.push(broker)
    return broker
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async close(): Promise<void> {
    for (const broker of this.#brokers.splice(0)) await broker.close()
    await this.kill()
    await rm(this.folder, { recursive: true, force: true })
  }
}

function program(): string {
  const path = process.env.NATS_SERVER ?? findExecutable('nats-server')
  if (path === undefined) throw new Error('There is no nats-server.')
  return path
}
