import type { Visit } from '../stream/visit.ts'
import { type Network, networkOf } from './network.ts'

/** How a proxy in front of the app passes on where a request comes from. */
export interface TrustedProxy {
  /** The header that it sets or adds to. Default `x-forwarded-for`. */
  readonly header?: string
  /** Proxies in a row, each of which adds an address to the header. Default 1. */
  readonly hops?: number
}

export interface VisitOptions {
  /** Who passes on the address of the visitor; without it, it is that of the socket. */
  readonly trustedProxy: TrustedProxy | undefined
  /** Whether sockets from private networks are limited, too: mostly they are a proxy's. */
  readonly limitsPrivate: boolean
  /** The key of the user who asks. */
  readonly user: ((request: Request) => string | undefined) | undefined
  /** Seconds without a byte taken after which the server drops the socket. */
  readonly idleTimeout: number
}

/** What is asked of a server. */
export interface AddressSource {
  /** `null` where a request did not come from a socket. */
  requestIP(request: Request): { readonly address: string } | null
  /** Sets the idle timer of one request's socket. */
  timeout?(request: Request, seconds: number): void
}

/** Says of a request for events what its endpoint has to know of the visitor. */
export function createVisit({
  trustedProxy,
  limitsPrivate,
  user,
  idleTimeout,
}: VisitOptions): (request: Request, server: AddressSource | null) => Visit {
  const forwarded = trustedProxy === undefined ? undefined : forwardedAddress(trustedProxy)

  function ofSocket(request: Request, server: AddressSource | null): Network | undefined {
    const network = networkOf(server?.requestIP(request)?.address ?? '')
    return network?.isPrivate && !limitsPrivate ? undefined : network
  }

  return (request, server) => {
    server?.timeout?.(request, idleTimeout)
    const network = forwarded?.(request) ?? ofSocket(request, server)
    const key = user?.(request)
    if (key !== undefined && typeof key !== 'string') {
      throw new TypeError(`limits.user of rivulet() answered no key.

Expected: a string, or undefined
Got: ${typeof key}`)
    }
    return { request, address: network?.key, user: key }
  }
}

/** Each proxy adds who came to it at the end; what stands before that anybody could have written. */
function forwardedAddress({
  header = 'x-forwarded-for',
  hops = 1,
}: TrustedProxy): (request: Request) => Network | undefined {
  if (!HEADER.test(header) || header.toLowerCase() === 'forwarded') {
    throw new TypeError(`trustedProxy.header of rivulet() cannot be read.

Expected: the name of a header that holds addresses, like x-forwarded-for
Got: ${header}`)
  }
  if (!Number.isInteger(hops) || hops < 1) {
    throw new TypeError(`trustedProxy.hops of rivulet() is no number of proxies.

Expected: a whole number of at least 1
Got: ${hops}`)
  }
  // What did not come through all of them is of whoever it came from.
  return (request) => networkOf(request.headers.get(header)?.split(',').at(-hops)?.trim() ?? '')
}

/** A field name (RFC 9110, 5.1). */
const HEADER = /^[\w!#$%&'*+.^`|~-]+$/
