import { Hub, type HubOptions } from '../../src/stream/hub.ts'
import type { Params, StreamDefinition } from '../../src/stream/definition.ts'

const NO_LIMITS = {
  connections: Infinity,
  perAddress: Infinity,
  perUser: Infinity,
  perStream: Infinity,
}

/** A hub without limits. */
export function openHub(options: Partial<HubOptions> = {}): Hub {
  return new Hub({
    heartbeat: 15_000,
    retry: 3000,
    stallTimeout: 60_000,
    maxAge: Infinity,
    limits: NO_LIMITS,
    ...options,
  })
}

/** Connects to one topic, as its endpoint does. */
export function connectTo(
  hub: Hub,
  definition: StreamDefinition,
  after?: string | null,
  { params = {}, signal }: { params?: Params; signal?: AbortSignal } = {},
): Promise<ReadableStream<Uint8Array>> {
  return hub.connect({
    wanted: [{ definition, params, variant: '', after, until: undefined }],
    refused: [],
    signal: signal ?? new AbortController().signal,
    release: () => undefined,
  })
}
