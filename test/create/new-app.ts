import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRegistry } from './registry.ts'

const root = join(import.meta.dir, '../..')

/**
 * Packs Rivulet and its `create-rivulet`, and makes an app of them in a new temporary folder, the way a
 * user does: `bun create rivulet app`, then `bun install`. Neither sees this repository.
 */
export async function newApp() {
  await using cleanup = new AsyncDisposableStack()
  const temporary = await realpath(await mkdtemp(join(tmpdir(), 'rivulet-app-')))
  cleanup.defer(() => rm(temporary, { recursive: true, force: true }))
  const app = join(temporary, 'app')
  const tarballs = await Promise.all([
    pack(root, join(temporary, 'rivulet')),
    pack(join(root, 'create'), join(temporary, 'create-rivulet')),
  ])
  const registry = await startRegistry(tarballs)
  cleanup.defer(registry.stop)
  // Bun.env has the NODE_ENV=test of `bun test`, which nobody has who types these commands.
  const env = {
    ...Bun.env,
    BUN_CONFIG_REGISTRY: registry.url,
    BUN_INSTALL_CACHE_DIR: join(temporary, 'cache'),
    FORCE_COLOR: undefined,
    NO_COLOR: '1',
    NODE_ENV: undefined,
  }

  const owned = cleanup.move()
  return {
    /** Runs `bun` with `args` in the app (before it exists, beside it), and returns its output. */
    bun: (...args: string[]) => run(args, args[0] === 'create' ? temporary : app, env),
    env,
    /** The absolute path of a file of the app. */
    path: (...parts: string[]) => join(app, ...parts),
    close: () => owned.disposeAsync(),
  }
}

async function pack(directory: string, destination: string): Promise<string> {
  await run(['pm', 'pack', '--quiet', '--destination', destination], directory, Bun.env)
  const [tarball] = await readdir(destination)
  return join(destination, tarball ?? '')
}

async function run(
  args: string[],
  cwd: string,
  env: Record<string, string | undefined>,
): Promise<string> {
  const command = [process.execPath, ...args]
  const child = Bun.spawn(command, { cwd, env, stdout: 'pipe', stderr: 'pipe' })
  const output = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  const exitCode = await child.exited
  if (exitCode === 0) return output.join('')
  throw new Error(`bun ${args.join(' ')} ended with ${exitCode}:\n${output.join('')}`)
}
