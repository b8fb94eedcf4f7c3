import { ScramClient } from './scram.ts'

/** Who we are, and how to prove it. */
export type SaslOptions =
  | {
      /** `plain` sends the password as it is: only under TLS. */
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
      readonly username: string
      readonly password: string
    }
  | {
      readonly mechanism: 'oauthbearer'
      /** Asked for a token at each login, and again before one expires. */
      readonly token: () => string | Promise<string>
    }

/** Sends one message of ours; resolves with the server's, and the milliseconds that the login is good for. */
type Step = (bytes: Buffer) => Promise<{ readonly bytes: Buffer; readonly lifetime: number }>

/** Logs in; resolves with the milliseconds until that has to be done again, 0 for never. */
export async function logIn(sasl: SaslOptions, step: Step): Promise<number> {
  if (sasl.mechanism === 'oauthbearer') {
    // RFC 7628, 3.1; the server says an error as JSON, in place of success.
    const message = `n,,\u0001auth=Bearer ${await sasl.token()}\u0001\u0001`
    const { bytes, lifetime } = await step(Buffer.from(message))
    if (bytes.length > 0)
      throw new Error(`The token was refused: ${bytes.toString().slice(0, 200)}`)
    return lifetime
  }
  const { mechanism, username, password } = sasl
  if (mechanism === 'plain')
    return (await step(Buffer.from(`\u0000${username}\u0000${password}`))).lifetime
  const scram = new ScramClient(
    mechanism === 'scram-sha-256' ? 'sha256' : 'sha512',
    username,
    password,
  )
  const challenge = await step(Buffer.from(scram.first))
  const proof = await step(Buffer.from(scram.proof(challenge.bytes.toString())))
  scram.verify(proof.bytes.toString())
  return proof.lifetime
}
