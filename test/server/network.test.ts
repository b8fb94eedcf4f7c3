import { describe, expect, test } from 'bun:test'
import { networkOf } from '../../src/server/network.ts'

describe('the network of', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:50312', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['0:0:0:0:0:ffff:cb00:7107', '203.0.113.7'],
    ['[::ffff:203.0.113.7]:80', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::9]:443', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::9]', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['1::2:3:4:5:6', '1:0:0:2::/64'],
    ['64:ff9b::cb00:7107', '64:ff9b:0:0::/64'],
  ])('%s is %s', (address, key) => {
    expect(networkOf(address)).toEqual({ key, isPrivate: false })
  })

  test.each([
    '127.0.0.1',
    '127.9.9.9',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.0.1',
    '100.64.0.1',
    '100.127.255.255',
    '::ffff:10.1.2.3',
    '::ffff:a01:203',
    '::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
  ])('%s is private', (address) => {
    expect(networkOf(address)?.isPrivate).toBe(true)
  })

  test.each(['172.32.0.1', '100.128.0.1', '11.0.0.1', '192.169.0.1', '::2', 'fec0::1'])(
    '%s is not',
    (address) => {
      expect(networkOf(address)?.isPrivate).toBe(false)
    },
  )

  test.each([
    '',
    'unknown',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '_hidden',
    '1.2.3.4:',
    '[::1',
    ':::',
    'a b',
  ])('%j is none', (text) => {
    expect(networkOf(text)).toBeUndefined()
  })
})
