/** Who asks for a stream, as far as its endpoint has to know. */
export interface Visit {
  readonly request: Request
  /** The network address that is limited; `undefined` when none is. */
  readonly address: string | undefined
  /** Whom the app takes the visitor for, if it says so. */
  readonly user: string | undefined
}
