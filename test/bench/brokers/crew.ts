import { type Child, startChild } from '../machine/child.ts'
import type { InstanceAnswer, InstanceOrder } from './order.ts'

/** One instance, which answers each order before it is given the next. */
export class Instance {
  readonly #child: Child
  #waiting = Promise.withResolvers<InstanceAnswer>()

  private constructor(url: string, topics: number) {
    const file = `${import.meta.dir}/instance.ts`
    this.#child = startChild([process.execPath, file, url, String(topics)], {
      // Bun's fetch has 256 requests at a time, and these do not end.
      env: { BUN_CONFIG_MAX_HTTP_REQUESTS: '65000' },
      onMessage: (message) => {
        const { resolve } = this.#waiting
        this.#waiting = Promise.withResolvers()
        resolve(message as InstanceAnswer)
      },
    })
  }

  /** Resolves when all of its clients listen. */
  static async start(url: string, topics: number): Promise<Instance> {
    const instance = new Instance(url, topics)
    await instance.#waiting.promise
    return instance
  }

  ask(order: InstanceOrder): Promise<InstanceAnswer> {
    const answer = this.#waiting.promise
    this.#child.send(order)
    return answer
  }

  stop(): Promise<void> {
    return this.#child.stop()
  }
}
