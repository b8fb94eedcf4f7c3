import { expect, test } from 'bun:test'
import { ScramClient } from '../../../../src/broker/kafka/protocol/scram.ts'

// The example of RFC 7677, 3.
const nonce = 'rOprNGfwEbeRWgbNEkqO'
const challenge =
  'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096'

test('the exchange of RFC 7677', () => {
  const client = new ScramClient('sha256', 'user', 'pencil', nonce)
  expect(client.first).toBe('n,,n=user,r=rOprNGfwEbeRWgbNEkqO')
  expect(client.proof(challenge)).toBe(
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
  )
  client.verify('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')
})

test('a server that does not know the password is not believed', () => {
  const client = new ScramClient('sha256', 'user', 'pencil', nonce)
  client.proof(challenge)
  const other = `v=${Buffer.alloc(32).toString('base64')}`
  for (const last of [other, 'v=', '', 'e=other-error'])
    expect(() => client.verify(last)).toThrow(/SCRAM/)
})

test('a user name cannot add an attribute', () => {
  expect(new ScramClient('sha512', 'a,b=c', 'p', 'n').first).toBe('n,,n=a=2Cb=3Dc,r=n')
})

test.each([
  ['another nonce', 'r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096'],
  ['our nonce alone', `r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`],
  ['no salt', `r=${nonce}x,i=4096`],
  ['no rounds', `r=${nonce}x,s=W22ZaJ0SNY7soEsUEjb6gQ==`],
  ['too many rounds', `r=${nonce}x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=9999999`],
])('a challenge with %s is refused', (_, text) => {
  const client = new ScramClient('sha256', 'user', 'pencil', nonce)
  expect(() => client.proof(text)).toThrow(/SCRAM/)
})
