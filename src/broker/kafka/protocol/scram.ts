import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'

/** More rounds than anybody uses; a server could keep us busy with them. */
const MOST_ROUNDS = 1_000_000

/** The client's side of SCRAM (RFC 5802), without channel binding. The password never travels. */
export class ScramClient {
  /** The first message. */
  readonly first: string
  readonly #hash: 'sha256' | 'sha512'
  readonly #password: string
  readonly #nonce: string
  readonly #firstBare: string
  #expected: Buffer | undefined

  constructor(
    hash: 'sha256' | 'sha512',
    username: string,
    password: string,
    nonce = randomBytes(18).toString('base64'),
  ) {
    this.#hash = hash
    this.#password = password
    this.#nonce = nonce
    this.#firstBare = `n=${username.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`
    this.first = `n,,${this.#firstBare}`
  }

  /** The second message, which answers the server's first. */
  proof(challenge: string): string {
    const { r: nonce = '', s: salt = '', i: rounds = '' } = attributes(challenge)
    if (!nonce.startsWith(this.#nonce) || nonce === this.#nonce || salt === '')
      throw new Error('SCRAM: the server did not answer this login.')
    if (!/^\d{1,7}$/.test(rounds) || Number(rounds) < 1 || Number(rounds) > MOST_ROUNDS)
      throw new Error(`SCRAM: the server asks for ${rounds} rounds.`)
    const size = this.#hash === 'sha256' ? 32 : 64
    const password = this.#password.normalize('NFKC')
    const salted = pbkdf2Sync(
      password,
      Buffer.from(salt, 'base64'),
      Number(rounds),
      size,
      this.#hash,
    )
    const key = this.#hmac(salted, 'Client Key')
    const withoutProof = `c=biws,r=${nonce}`
    const all = `${this.#firstBare},${challenge},${withoutProof}`
    const signature = this.#hmac(createHash(this.#hash).update(key).digest(), all)
    this.#expected = this.#hmac(this.#hmac(salted, 'Server Key'), all)
    const proof = key.map((byte, index) => byte ^ (signature[index] ?? 0))
    return `${withoutProof},p=${Buffer.from(proof).toString('base64')}`
  }

  /** Throws unless the server's last message shows that it knows the password, too. */
  verify(last: string): void {
    const { v: signature = '', e: error } = attributes(last)
    const expected = this.#expected ?? Buffer.alloc(0)
    const given = Buffer.from(signature, 'base64')
    if (error !== undefined) throw new Error(`SCRAM: ${error}`)
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw new Error('SCRAM: the server does not know the password.')
  }

  #hmac(key: Buffer, text: string): Buffer {
    return createHmac(this.#hash, key).update(text).digest()
  }
}

function attributes(message: string): Partial<Record<string, string>> {
  return Object.fromEntries(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]))
}
