import { KafkaError } from './kafka-error.ts'
import type { KafkaRequest } from './request.ts'

/** Announces how a client will prove who it is; answers the error, if any. */
export function saslHandshake(mechanism: string): KafkaRequest<void> {
  return {
    name: 'SaslHandshake',
    key: 17,
    version: 1,
    write: (writer) => void writer.string(mechanism),
    read(reader) {
      const code = reader.int16()
      const known = reader.array(() => reader.string()).join(', ')
      if (code !== 0)
        throw new KafkaError(code, `SASL with ${mechanism}`, `the server has ${known}`)
    },
  }
}

/** One step of the proof; answers the server's part of it, and how many milliseconds it is good for. */
export function saslAuthenticate(
  bytes: Buffer,
): KafkaRequest<{ readonly bytes: Buffer; readonly lifetime: number }> {
  return {
    name: 'SaslAuthenticate',
    key: 36,
    version: 1,
    write: (writer) => void writer.bytesOf(bytes),
    read(reader) {
      const code = reader.int16()
      const details = reader.string()
      if (code !== 0) throw new KafkaError(code, 'Logging in', details)
      return { bytes: reader.bytesOf() ?? Buffer.alloc(0), lifetime: reader.int64() }
    },
  }
}
