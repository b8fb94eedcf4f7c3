import { BlockList, isIPv6 } from 'node:net'
import type { Visit } from '../stream/visit.ts'

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
  /** Whether addresses of private networks are limited, too: mostly they are a proxy's. */
  readonly limitsPrivate: boolean
  /** The key of the user who asks. */
  readonly user: ((request: Request) => string | undefined) | undefined
}

/** What is asked of a server: `null` where a request did not come from a socket. */
export interface AddressSource {
  requestIP(request: Request): { readonly address: string } | null
}

/** Says of a request what its endpoint has to know of the visitor. */
export function createVisit({
  trustedProxy,
  limitsPrivate,
  user,
}: VisitOptions): (request: Request, server: AddressSource | null) => Visit {
  const { header = 'x-forwarded-for', hops = 1 } = trustedProxy ?? {}
  return (request, server) => {
    const address =
      trustedProxy === undefined
        ? server?.requestIP(request)?.address
        : forwardedAddress(request.headers.get(header), hops)
    const isLimited = address !== undefined && (limitsPrivate || !isPrivate(address))
    return {
      request,
      address: isLimited ? network(address) : undefined,
      user: user?.(request),
    }
  }
}

/** Each proxy adds who came to it at the end; what stands before that anybody could have written. */
function forwardedAddress(header: string | null, hops: number): string | undefined {
  return header?.split(',').at(-hops)?.trim() || undefined
}

/** One household or server has a /64 of IPv6 to itself (RFC 6177), so that counts as one address. */
function network(address: string): string {
  if (!isIPv6(address)) return address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  // The URL parser writes every form of an address in one way (URL standard, 3.5).
  const [head = '', tail] = new URL(`http://[${address.replace(/%.*/, '')}]`).hostname
    .slice(1, -1)
    .split('::')
  const first = head === '' ? [] : head.split(':')
  const last = tail ? tail.split(':') : []
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0')
  return `${[...first, ...zeros, ...last].slice(0, 4).join(':')}::/64`
}

const PRIVATE = new BlockList()
PRIVATE.addSubnet('127.0.0.0', 8)
PRIVATE.addSubnet('10.0.0.0', 8)
PRIVATE.addSubnet('172.16.0.0', 12)
PRIVATE.addSubnet('192.168.0.0', 16)
PRIVATE.addSubnet('169.254.0.0', 16)
PRIVATE.addAddress('::1', 'ipv6')
PRIVATE.addSubnet('fc00::', 7, 'ipv6')
PRIVATE.addSubnet('fe80::', 10, 'ipv6')

function isPrivate(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
  return PRIVATE.check(mapped.replace(/%.*/, ''), isIPv6(mapped) ? 'ipv6' : 'ipv4')
}
