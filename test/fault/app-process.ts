import { resolve } from 'node:path'
import type { AppOrder, AppState } from './message.ts'
import { Party } from './party.ts'

const APP = resolve(import.meta.dir, 'app')

/** The ways to start the app: with an idle timer of 5 seconds, or as everybody does. */
const PROGRAMS = {
  'short idle timer': ['../server-process.ts'],
  'rivulet start': ['../../../src/cli/rivulet.ts', 'start', '--port', '0'],
}

/** The app in a process of its own. */
export class AppProcess extends Party<AppOrder> {
  /** Its port, once it listens. */
  readonly port: Promise<number>

  /** `options` are those of `rivulet()`; the name goes before the number of each event. */
  constructor(program: keyof typeof PROGRAMS, options: object, name = 'a') {
    super(APP, PROGRAMS[program], { FAULT_OPTIONS: JSON.stringify(options), FAULT_NAME: name })
    this.port = portOf(this.process.stdout)
  }

  state(): Promise<AppState> {
    return this.ask<AppState>({ type: 'state' })
  }

  async publish(topic: 'ticks' | 'heavy', count: number, size = 0): Promise<void> {
    await this.ask({ type: 'publish', topic, count, size })
  }
}

async function portOf(stdout: ReadableStream<Uint8Array>): Promise<number> {
  let said = ''
  for await (const part of stdout) {
    said += new TextDecoder().decode(part)
    const port = /:(\d+)\n/.exec(said)?.[1]
    if (port !== undefined) return Number(port)
  }
  throw new Error(`The app does not listen. It said:\n${said}`)
}
