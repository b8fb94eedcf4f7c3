import type { Broker } from '../broker/broker.ts'

/** What a development server keeps while it loads the app again and again. */
export interface Host {
  /** Logs outlive a reload, so that a stream goes on where it was. */
  readonly broker: Broker
  /** The URLs of scripts that every page gets besides its own; the host answers them itself. */
  readonly scripts: readonly string[]
}

const HOST = Symbol.for('rivulet.host')

/** The host of this process, if a development server runs the app; every module graph sees the same. */
export function currentHost(): Host | undefined {
  return (globalThis as { [HOST]?: Host })[HOST]
}

/** Makes a host the process's own. */
export function setHost(host: Host | undefined): void {
  ;(globalThis as { [HOST]?: Host | undefined })[HOST] = host
}
