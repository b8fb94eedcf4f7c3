import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** Where a visitor comes from, as far as limits go. */
export interface Network {
  /** Of IPv4 the address. Of IPv6 the /64, which one household or server has to itself (RFC 6177). */
  readonly key: string
  /** Of a network that is nobody's on the internet: mostly a proxy, or this machine. */
  readonly isPrivate: boolean
}

/** Reads an address, also with a port behind it as some proxies write it; `undefined` for what is none. */
export function networkOf(text: string): Network | undefined {
  const address = /^\[(.*)\](:\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
  if (isIPv4(address)) return { key: address, isPrivate: PRIVATE.check(address, 'ipv4') }
  if (!isIPv6(address)) return undefined
  const groups = groupsOf(address)
  if (groups.slice(0, 6).join(':') === MAPPED) return networkOf(v4Of(groups.slice(6)))
  const isPrivate = PRIVATE.check(groups.join(':'), 'ipv6')
  return { key: `${groups.slice(0, 4).join(':')}::/64`, isPrivate }
}

/** IPv4 on a socket that takes both (RFC 4291, 2.5.5.2). */
const MAPPED = '0:0:0:0:0:ffff'

/** The eight groups. The URL parser writes every form of an address in one way (URL standard, 3.5). */
function groupsOf(address: string): string[] {
  const [head = '', tail] = new URL(`http://[${address.replace(/%.*/, '')}]`).hostname
    .slice(1, -1)
    .split('::')
  const first = head === '' ? [] : head.split(':')
  const last = tail ? tail.split(':') : []
  return [...first, ...Array<string>(8 - first.length - last.length).fill('0'), ...last]
}

function v4Of(groups: readonly string[]): string {
  return groups
    .map((group) => parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 255])
    .join('.')
}

const PRIVATE = new BlockList()
PRIVATE.addSubnet('127.0.0.0', 8)
PRIVATE.addSubnet('10.0.0.0', 8)
PRIVATE.addSubnet('172.16.0.0', 12)
PRIVATE.addSubnet('192.168.0.0', 16)
PRIVATE.addSubnet('169.254.0.0', 16)
// Between carriers and their customers (RFC 6598), and between some hosts and their proxies.
PRIVATE.addSubnet('100.64.0.0', 10)
PRIVATE.addAddress('::1', 'ipv6')
PRIVATE.addSubnet('fc00::', 7, 'ipv6')
PRIVATE.addSubnet('fe80::', 10, 'ipv6')
