import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRegistry } from './registry.ts'

const root = join(import.meta.dir, '../..')

/**
 * Packs Rivulet and its `create-rivulet`, and makes an app of them in a new temporary folder, the way a
 * user does: `bun create rivulet app`, then `bun install`. Neither sees this repository.
 */
export async function newApp() {
  const temporary = await realpath(await mkdtemp(join(tmpdir(), 'rivulet-app-')))
  const app = join(temporary, 'app')
  const tarballs = await Promise.all([
    pack(root, join(temporary, 'rivulet')),
    pack(join(root, 'create'), join(temporary, 'create-rivulet')),
  ])
  const registry = await startRegistry(tarballs)
  // Bun.env has the NODE_ENV=test of `bun test`, which nobody has who types these commands.
  const env = {
    ...Bun.env,
    BUN_CONFIG_REGISTRY: registry.url,
    BUN_INSTALL_CACHE_DIR: join(temporary, 'cache'),
    FORCE_COLOR: undefined,
    NO_COLOR: '1',
    NODE_ENV: undefined,
  }

  return {
    /** Runs `bun` with `args` in the app (before it exists, beside it) until it ends. */
    bun: async (...args: string[]) => {
      const cwd = args[0] === 'create' ? temporary : app
      return run([process.execPath, ...args], cwd, env)
    },
    env,
    /** The absolute path of a file of the app. */
    path: (...parts: string[]) => join(app, ...parts),
    [Symbol.asyncDispose]: async () => {
      await registry.stop()
      await rm(temporary, { recursive: true, force: true })
    },
  }
}

async function pack(directory: string, destination: string): Promise<string> {
  const command = [process.execPath, 'pm', 'pack', '--quiet', '--destination', destination]
  const { stdout, output, exitCode } = await run(command, directory, Bun.env)
  if (exitCode !== 0) throw new Error(`bun pm pack failed in ${directory}:\n${output}`)
  return stdout.trim()
}

async function run(command: string[], cwd: string, env: Record<string, string | undefined>) {
  const child = Bun.spawn(command, { cwd, env, stdout: 'pipe', stderr: 'pipe' })
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { stdout, output: stdout + stderr, exitCode }
}
