/** A message of a process that was asked something. */
export interface Answer {
  readonly type: string
  readonly reason?: string
}

/** Milliseconds within which a process has to answer. */
const PATIENCE = 30_000

/** Runs what follows in a folder, with as many open files as the system allows. */
const RUN =
  'ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"; cd "$1" && shift && exec "$@"'

/** A process that answers what it is asked, one thing after the other. It ends with this one. */
export class Party<Order extends object> {
  readonly process: Bun.Subprocess<'ignore', 'pipe', 'inherit'>
  #answered = Promise.withResolvers<Answer>()

  /** A Bun that runs a program in a folder: it takes the JSX settings of a tsconfig.json there. */
  constructor(
    folder: string,
    program: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ) {
    this.process = Bun.spawn(['sh', '-c', RUN, 'sh', folder, process.execPath, ...program], {
      env: { ...process.env, NODE_ENV: 'production', ...env },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'inherit',
      serialization: 'json',
      ipc: (message) => this.#answered.resolve(message as Answer),
    })
  }

  tell(order: Order): void {
    this.process.send(order)
  }

  async ask<Result extends Answer>(order: Order): Promise<Result> {
    this.#answered = Promise.withResolvers()
    this.tell(order)
    const late = setTimeout(
      () => this.#answered.reject(new Error(`No answer to ${JSON.stringify(order)}`)),
      PATIENCE,
    )
    try {
      const answer = await this.#answered.promise
      if (answer.type === 'failed') throw new Error(answer.reason)
      return answer as Result
    } finally {
      clearTimeout(late)
    }
  }

  /** Ends it at once; resolves when it has. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL')
    await this.process.exited
  }
}
