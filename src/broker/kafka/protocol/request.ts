import type { WireReader } from './wire-reader.ts'
import type { WireWriter } from './wire-writer.ts'

/** One question to a Kafka server, in one version of its message. */
export interface KafkaRequest<Answer> {
  readonly name: string
  /** The number of the message ("API key" in the protocol's tables). */
  readonly key: number
  readonly version: number
  /** Whether this version has tagged fields, also in its headers (KIP-482). */
  readonly flexible?: boolean
  write(writer: WireWriter): void
  read(reader: WireReader): Answer
}
