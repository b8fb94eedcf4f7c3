import { parseSummary, type Summary } from './summary.ts'

/** Files that run at a time, for each core: many of them mostly wait, for a server to come back, say. */
const PER_CORE = 1.5

/** Longest time for one test; those that start a browser on a busy machine need more than Bun's 5 s. */
const TEST_TIMEOUT_MS = 30_000

export interface SuiteResult {
  exitCode: number
  summary: Summary | undefined
}

/**
 * Runs `bun test` with the given filters and flags. Files are spread over several processes, each file in
 * a fresh global: a file that leaks or calls `process.exit` fails alone.
 */
export async function runSuite(argv: readonly string[]): Promise<SuiteResult> {
  const parallel = `--parallel=${Math.ceil(PER_CORE * navigator.hardwareConcurrency)}`
  const command = [process.execPath, 'test', parallel, `--timeout=${TEST_TIMEOUT_MS}`, ...argv]
  const child = Bun.spawn(command, { stdin: 'inherit', stdout: 'inherit', stderr: 'pipe' })
  const report = await passThrough(child.stderr)
  return { exitCode: await child.exited, summary: parseSummary(report) }
}

/** Shows a stream as it comes, and returns all of it. */
async function passThrough(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of stream) {
    process.stderr.write(chunk)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
