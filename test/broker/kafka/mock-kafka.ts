import { eventually } from '../../create/eventually.ts'
import { findExecutable } from '../../run/executable.ts'

/** A Kafka server: where it listens, and its end. */
export interface KafkaServer {
  readonly port: number
  close(): Promise<void>
}

/**
 * Starts the server that librdkafka brings along for tests, inside of a `kcat` that listens to a topic of its own.
 * It speaks Kafka's protocol and keeps its records in memory; each of its topics has four partitions.
 */
export async function startMockKafka(): Promise<KafkaServer> {
  const kcat = findExecutable('kcat') ?? 'kcat'
  const child = Bun.spawn(
    [kcat, '-C', '-b', 'ignored', '-X', 'test.mock.num.brokers=1', '-t', 'hold'],
    { stdin: 'ignore', stdout: 'ignore', stderr: 'pipe' },
  )
  let said = ''
  const reading = (async () => {
    for await (const chunk of child.stderr) if (said.length < 10_000) said += Buffer.from(chunk)
  })()
  const port = await eventually('the address of the mock server', () => {
    if (child.exitCode !== null) throw new Error(`kcat has ended: ${said}`)
    return /replaced with 127\.0\.0\.1:(\d+)/.exec(said)?.[1]
  })
  return {
    port: Number(port),
    async close() {
      child.kill('SIGKILL')
      await child.exited
      await reading
    },
  }
}
