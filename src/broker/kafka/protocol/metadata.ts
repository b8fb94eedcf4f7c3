import type { KafkaRequest } from './request.ts'
import type { WireReader } from './wire-reader.ts'

/** Where a server listens. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** What a cluster says of itself and of one topic. */
export interface Metadata {
  readonly nodes: ReadonlyMap<number, Address>
  readonly controller: number
  readonly cluster: string | null
  /** Of the topic: an error code, or 0. */
  readonly error: number
  /** What tells a topic from an earlier one of its name; from Kafka 2.8 on. */
  readonly topicId: string | undefined
  /** The node that leads each partition, by the partition's number; -1 while there is none. */
  readonly leaders: readonly number[]
}

/** Asks for a topic without creating it. Needs Kafka 2.8. */
export function metadata(topic: string): KafkaRequest<Metadata> {
  return {
    name: 'Metadata',
    key: 3,
    version: 10,
    flexible: true,
    write(writer) {
      writer.unsigned(2).raw(Buffer.alloc(16)).compactString(topic).unsigned(0)
      writer.int8(0).int8(0).int8(0).unsigned(0)
    },
    read(reader) {
      reader.int32()
      const nodes = new Map(
        reader.compactArray(() => {
          const node = [reader.int32(), addressOf(reader.compactString(), reader)] as const
          reader.compactString()
          reader.tags()
          return node
        }),
      )
      const cluster = reader.compactString()
      const controller = reader.int32()
      const [found] = reader.compactArray(() => {
        const error = reader.int16()
        reader.compactString()
        const topicId = reader.raw(16).toString('hex')
        reader.int8()
        const leaders = leadersOf(
          reader.compactArray(() => {
            reader.int16()
            const partition = [reader.int32(), reader.int32()] as const
            reader.int32()
            for (let list = 0; list < 3; list++) reader.compactArray(() => reader.int32())
            reader.tags()
            return partition
          }),
        )
        reader.int32()
        reader.tags()
        return { error, topicId, leaders }
      })
      return { nodes, cluster, controller, ...(found ?? UNKNOWN) }
    },
  }
}

/** The same of servers that know no ids of topics. These may create a topic that is asked for. */
export function oldMetadata(topic: string): KafkaRequest<Metadata> {
  return {
    name: 'Metadata',
    key: 3,
    version: 2,
    write: (writer) => void writer.array([topic], (name) => writer.string(name)),
    read(reader) {
      const nodes = new Map(
        reader.array(() => {
          const node = [reader.int32(), addressOf(reader.string(), reader)] as const
          reader.string()
          return node
        }),
      )
      const cluster = reader.string()
      const controller = reader.int32()
      const [found] = reader.array(() => {
        const error = reader.int16()
        reader.string()
        reader.int8()
        const leaders = leadersOf(
          reader.array(() => {
            reader.int16()
            const partition = [reader.int32(), reader.int32()] as const
            for (let list = 0; list < 2; list++) reader.array(() => reader.int32())
            return partition
          }),
        )
        return { error, topicId: undefined, leaders }
      })
      return { nodes, cluster, controller, ...(found ?? UNKNOWN) }
    },
  }
}

const UNKNOWN = { error: 3, topicId: undefined, leaders: [] }

function addressOf(host: string | null, reader: WireReader): Address {
  return { host: host ?? '', port: reader.int32() }
}

function leadersOf(
  partitions: readonly (readonly [partition: number, leader: number])[],
): number[] {
  const leaders = Array.from({ length: partitions.length }, () => -1)
  for (const [partition, leader] of partitions) leaders[partition] = leader
  return leaders
}
