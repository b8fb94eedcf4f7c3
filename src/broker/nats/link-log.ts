/** Says once that the link is lost, and once that it is back. */
export class LinkLog {
  readonly #name: string
  #since: number | undefined
  #connected = false

  constructor(name: string) {
    this.#name = name
  }

  lost(cause: Error): void {
    if (this.#since !== undefined) return
    this.#since = Date.now()
    const what = this.#connected ? 'The link to' : 'There is no link to'
    const is = this.#connected ? ' is lost' : ' yet'
    console.error(
      `${what} NATS at ${this.#name}${is}; what is published is refused until it is there.\n${cause.message}`,
    )
  }

  /** Answers whether it had been there before. */
  back(): boolean {
    const [since, again] = [this.#since, this.#connected]
    this.#since = undefined
    this.#connected = true
    if (since === undefined) return false
    const seconds = ((Date.now() - since) / 1000).toFixed(1)
    console.info(
      `The link to NATS at ${this.#name} is ${again ? 'back' : 'there'} after ${seconds} s.`,
    )
    return again
  }
}
