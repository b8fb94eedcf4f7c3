import { afterAll, afterEach } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Broker, DEFAULT_RETENTION } from '../../../src/broker/broker.ts'
import { createSqliteBroker, type SqliteBrokerOptions } from '../../../src/sqlite.ts'

/** Folders of a test file, and brokers of one test, which end with it. */
export class Scratch {
  readonly #folders: string[] = []
  readonly #brokers: Broker[] = []

  constructor() {
    afterEach(() => this.closeAll())
    // Not before the brokers of others are closed, in whatever order that happens.
    afterAll(() => {
      for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true })
    })
  }

  /** The path of a file that does not exist yet, in a folder of its own. */
  path(): string {
    const folder = mkdtempSync(join(tmpdir(), 'rivulet-sqlite-'))
    this.#folders.push(folder)
    return join(folder, 'events.db')
  }

  open(path: string, options: Partial<SqliteBrokerOptions> = {}): Broker {
    const broker = createSqliteBroker({ path, ...options })
    this.#brokers.push(broker)
    return broker
  }

  async closeAll(): Promise<void> {
    for (const broker of this.#brokers.splice(0)) await broker.close()
  }
}

export const kept = { retention: DEFAULT_RETENTION }

export async function cursorOf(broker: Broker, topic: string): Promise<string> {
  const backlog = await broker.read(topic)
  if (backlog === undefined) throw new Error('the broker knows no cursor')
  return backlog.cursor
}

export async function textsOf(broker: Broker, topic: string): Promise<string[] | undefined> {
  return (await broker.read(topic))?.entries.map(({ text }) => text)
}
