import { UsageError } from './usage-error.ts'

/** Where a server listens. */
export interface Address {
  /** 0 takes any free port. */
  readonly port: number
  readonly host: string | undefined
}

/** Says in words what `listen` fails with. */
export function listening<Result>({ port, host }: Address, listen: () => Result): Result {
  try {
    return listen()
  } catch (error) {
    const { code } = error as { code?: string }
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
    const why = code === 'EACCES' ? 'not allowed to this user' : 'in use already'
    throw new UsageError(`Port ${port}${host ? ` of ${host}` : ''} is ${why}.

Expected: a free port; take another with --port, PORT, or 0 for any`)
  }
}
