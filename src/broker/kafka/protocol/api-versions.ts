import { checkCode } from './kafka-error.ts'
import type { KafkaRequest } from './request.ts'

/** The versions of each message that a server understands, by its number. */
export type ApiVersions = ReadonlyMap<number, { readonly min: number; readonly max: number }>

/** Asks which messages a server understands. Version 0 is understood by each. */
export const apiVersions: KafkaRequest<ApiVersions> = {
  name: 'ApiVersions',
  key: 18,
  version: 0,
  write() {},
  read(reader) {
    checkCode(reader.int16(), 'The server does not say what it understands')
    return new Map(
      reader.array(() => [reader.int16(), { min: reader.int16(), max: reader.int16() }]),
    )
  },
}
