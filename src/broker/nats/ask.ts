import type { NatsLink } from './link.ts'
import type { Settings } from './options.ts'
import type { Session } from './session.ts'
import { unlessLost } from './unless-lost.ts'

/** Work on a session; once `alive` says no, nobody waits for it any more. */
export type Work<T> = (session: Session, alive: () => boolean) => Promise<T>

/** Asks NATS for something; rejects within the timeout, or at once when the broker is closed. */
export type Ask = <T>(what: string, work: Work<T>) => Promise<T>

/**
 * Bounds all that is asked through a link. `what` begins each error: "a could not be read";
 * `problem` says what stands in the way, if anything is known to. With `again` the work is begun
 * anew when the link is lost and comes back in time.
 */
export function createAsk(
  link: NatsLink,
  { timeout, name }: Settings,
  problem: () => string | undefined,
  again = false,
): Ask {
  const pending = new Set<(error: Error) => void>()
  link.closing.addEventListener('abort', () => {
    for (const reject of pending) reject(new Error('the broker is closed'))
  })

  return <T>(what: string, work: Work<T>): Promise<T> => {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const refuse = (error: unknown): void => reject(explain(error))
    const timer = setTimeout(() => {
      const reason = problem()
      const why = reason === undefined ? '' : `: ${reason}`
      refuse(new Error(`no answer within ${timeout} ms${why}`))
    }, timeout)
    const alive = (): boolean => pending.has(refuse)
    pending.add(refuse)
    begin()
    return promise.finally(() => {
      clearTimeout(timer)
      pending.delete(refuse)
    })

    function begin(): void {
      link.session().then((session) => {
        if (!alive()) return
        const { lost } = session
        unlessLost(work(session, alive), lost).then(resolve, (error: unknown) =>
          again && lost.aborted && alive() ? begin() : refuse(error),
        )
      }, refuse)
    }

    function explain(error: unknown): unknown {
      if (link.closing.aborted) return new Error(`${what}: the broker is closed.`)
      // What is wrong with the question itself says so.
      if (error instanceof TypeError) return error
      const reason = error instanceof Error ? error.message : String(error)
      // It says already what was expected.
      if (reason.includes('\n\nExpected: '))
        return new Error(`${what}. ${reason}`, { cause: error })
      return new Error(
        `${what}.\n\nExpected: an answer of NATS at ${name} within ${timeout} ms\nGot: ${reason}`,
        { cause: error },
      )
    }
  }
}
