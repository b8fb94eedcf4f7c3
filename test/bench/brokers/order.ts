/** What the bench asks of an instance. */
export type InstanceOrder =
  /** Publishes events to all topics in turn; with `every`, so many milliseconds apart, else 64 at a time. */
  | { readonly type: 'publish'; readonly count: number; readonly every: number }
  /** What has been heard since the last time. */
  | { readonly type: 'take' }

/** What an instance answers. */
export type InstanceAnswer =
  | { readonly type: 'ready' }
  | { readonly type: 'published'; readonly rejected: number }
  | {
      readonly type: 'taken'
      readonly heard: number
      readonly latency: readonly (readonly [number, number])[]
    }
