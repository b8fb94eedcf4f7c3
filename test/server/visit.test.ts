import { describe, expect, test } from 'bun:test'
import { type AddressSource, createVisit, type VisitOptions } from '../../src/server/visit.ts'

const from = (address: string | null): AddressSource => ({
  requestIP: () => (address === null ? null : { address }),
})

function addressOf(
  options: Partial<VisitOptions>,
  source: AddressSource | null,
  headers: Readonly<Record<string, string>> = {},
): string | undefined {
  const visit = createVisit({
    trustedProxy: undefined,
    limitsPrivate: false,
    user: undefined,
    idleTimeout: 98,
    ...options,
  })
  return visit(new Request('http://localhost/sse', { headers }), source).address
}

const spoofed = { 'x-forwarded-for': '198.51.100.1, 198.51.100.2' }

describe('without a proxy', () => {
  test('the address is that of the socket, whatever the request says', () => {
    expect(addressOf({}, from('203.0.113.7'), spoofed)).toBe('203.0.113.7')
  })

  test.each(['127.0.0.1', '::1', '10.0.0.9'])(
    'that of a private network, %s, is not limited',
    (at) => {
      expect(addressOf({}, from(at))).toBeUndefined()
      expect(addressOf({ limitsPrivate: true }, from(at))).toBeDefined()
    },
  )

  test('there may be none', () => {
    expect(addressOf({ limitsPrivate: true }, from(null))).toBeUndefined()
    expect(addressOf({ limitsPrivate: true }, null)).toBeUndefined()
  })
})

describe('behind a proxy', () => {
  const proxy = from('10.0.0.1')

  test.each([
    [{}, '198.51.100.9', '198.51.100.9'],
    [{}, '198.51.100.1, 198.51.100.9', '198.51.100.9'],
    [{}, 'x, , 127.0.0.1, 198.51.100.9:1234', '198.51.100.9'],
    [{}, '10.0.0.7', '10.0.0.7'],
    [{ hops: 2 }, '198.51.100.1, 198.51.100.9, 10.0.0.2', '198.51.100.9'],
    [{ hops: 2 }, '2001:db8::1, 10.0.0.2', '2001:db8:0:0::/64'],
  ])('%p of %j is the address that the proxies have seen', (trustedProxy, header, address) => {
    expect(addressOf({ trustedProxy }, proxy, { 'x-forwarded-for': header })).toBe(address)
  })

  test('another header can be named', () => {
    const trustedProxy = { header: 'CF-Connecting-IP' }
    const headers = { ...spoofed, 'cf-connecting-ip': '203.0.113.7' }
    expect(addressOf({ trustedProxy }, proxy, headers)).toBe('203.0.113.7')
  })

  test.each<Record<string, string>>([
    {},
    { 'x-forwarded-for': 'unknown' },
    { 'x-forwarded-for': '' },
    { 'x-forwarded-for': '198.51.100.9' },
  ])('what has not come through all of them, %p, is of its socket', (headers) => {
    const trustedProxy = { hops: 2 }
    expect(addressOf({ trustedProxy }, from('203.0.113.7'), headers)).toBe('203.0.113.7')
    expect(addressOf({ trustedProxy }, proxy, headers)).toBeUndefined()
  })

  test.each([0, -1, 1.5, NaN, Infinity])('%d hops are refused', (hops) => {
    expect(() => addressOf({ trustedProxy: { hops } }, proxy)).toThrow(
      `trustedProxy.hops of rivulet() is no number of proxies.

Expected: a whole number of at least 1
Got: ${hops}`,
    )
  })

  test.each(['', 'x forwarded', 'Forwarded', 'a:b'])('the header %j is refused', (header) => {
    expect(() => addressOf({ trustedProxy: { header } }, proxy)).toThrow(
      'trustedProxy.header of rivulet() cannot be read.',
    )
  })
})

describe('the user', () => {
  const visit = (user: unknown) =>
    createVisit({
      trustedProxy: undefined,
      limitsPrivate: false,
      user: () => user as string,
      idleTimeout: 98,
    })(new Request('http://localhost/sse'), null)

  test('is whom the app takes the visitor for', () => {
    expect(visit('ada').user).toBe('ada')
    expect(visit(undefined).user).toBeUndefined()
  })

  test.each([[Promise.resolve('ada')], [null], [7]])('is no %p', (user) => {
    expect(() => visit(user)).toThrow('limits.user of rivulet() answered no key.')
  })
})

test('the idle timer of a socket is set, whatever the server has by default', () => {
  const set: number[] = []
  const server = { ...from(null), timeout: (_: Request, seconds: number) => void set.push(seconds) }
  addressOf({ idleTimeout: 98 }, server)
  expect(set).toEqual([98])
})
