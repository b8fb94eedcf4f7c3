/** Does one thing after the other, where some take time. Whatever is given to it must not throw. */
export class InOrder {
  #last: Promise<void> | undefined

  /** Resolves when what has been given so far is done; `undefined` when it is. */
  get pending(): Promise<void> | undefined {
    return this.#last
  }

  /** Does something at once if nothing is under way, otherwise in its turn. */
  run(work: () => void | Promise<void>): void {
    const done = this.#last === undefined ? work() : this.#last.then(work)
    if (done === undefined) return
    const last = done.then(() => {
      if (this.#last === last) this.#last = undefined
    })
    this.#last = last
  }
}
