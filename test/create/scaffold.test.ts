import { afterAll, beforeEach, describe, expect, test } from 'bun:test'
import { mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { packageName } from '../../create/package-name.ts'
import create from '../../create/package.json' with { type: 'json' }
import rivulet from '../../package.json' with { type: 'json' }
import { eventually } from './eventually.ts'

const root = join(import.meta.dir, '../..')
const cli = join(root, 'create/create-rivulet.ts')
const temporary = await realpath(await mkdtemp(join(tmpdir(), 'create-rivulet-')))
let cwd = temporary

beforeEach(async () => {
  cwd = await mkdtemp(join(temporary, 'test-'))
})

afterAll(() => rm(temporary, { recursive: true, force: true }))

describe('bun create rivulet my-app', () => {
  test('writes the starter, exactly as it is here, and what an app has around it', async () => {
    expect(await createRivulet('my-app')).toMatchObject({ exitCode: 0, stderr: '' })

    const starter = await Array.fromAsync(
      new Bun.Glob('{components,pages,streams}/**/*').scan({ cwd: root, dot: true }),
    )
    starter.push('test/starter.test.ts')
    const around = ['.gitignore', 'README.md', 'bunfig.toml', 'package.json', 'tsconfig.json']
    expect(await files(join(cwd, 'my-app'))).toEqual([...around, ...starter].sort())
    for (const path of starter) expect(await read('my-app', path)).toBe(await read(root, path))
  })

  test('writes a package.json with the versions of this release', async () => {
    await createRivulet('my-app')
    expect(create.version).toBe(rivulet.version)
    expect(JSON.parse(await read('my-app/package.json'))).toEqual({
      name: 'my-app',
      private: true,
      type: 'module',
      scripts: {
        dev: 'rivulet dev',
        start: 'rivulet start',
        test: 'bun test',
        types: 'bun check --no-script',
      },
      dependencies: { rivulet: `^${rivulet.version}`, zod: rivulet.dependencies.zod },
      devDependencies: { 'bun-types': rivulet.devDependencies['bun-types'] },
    })
  })

  test('writes a README under the name of the app, and ignores node_modules', async () => {
    await createRivulet('my-app')
    expect(await read('my-app/README.md')).toStartWith('# my-app\n')
    expect(await read('my-app/README.md')).not.toContain('{{')
    expect(await read('my-app/.gitignore')).toStartWith('node_modules/\n')
  })

  test('says what to do next, without colors when nobody looks', async () => {
    const { stdout } = await createRivulet('my-app')
    expect(stdout).toBe(`
Created my-app in ${join(cwd, 'my-app')}

Next:
  cd my-app
  bun install
  bun dev

Then open http://localhost:3000

`)
  })
})

describe('the directory', () => {
  test('may have spaces and quotes: the command to go there can be pasted', async () => {
    const { stdout } = await createRivulet("apps/Ann's app")
    expect(stdout).toContain("  cd 'apps/Ann'\\''s app'\n")
    expect(await name("apps/Ann's app")).toBe('ann-s-app')
  })

  test('may be absolute', async () => {
    const { stdout } = await createRivulet(join(cwd, 'far/away'))
    expect(stdout).toContain(`  cd ${join(cwd, 'far/away')}\n`)
    expect(await name('far/away')).toBe('away')
  })

  test('may be this one, with a .git in it', async () => {
    await mkdir(join(cwd, '.git'))
    const { stdout, exitCode } = await createRivulet('.')
    expect(exitCode).toBe(0)
    expect(stdout).not.toContain('  cd ')
    expect(await name('.')).toBe(basename(cwd).toLowerCase())
  })

  test('must be empty', async () => {
    await Bun.write(join(cwd, 'app/README.md'), 'mine')
    for (const path of ['a', 'b', 'c']) await Bun.write(join(cwd, 'app', path), '')
    expect(await createRivulet('app')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `error: The directory ${join(cwd, 'app')} is not empty.

Expected: a directory that does not exist yet, or an empty one (a .git may be there)
Got: README.md, a, b and 1 more

Choose another name, or add --force: it replaces files of the same name and deletes none.
`,
    })
    expect(await files(join(cwd, 'app'))).toEqual(['README.md', 'a', 'b', 'c'])
  })

  test('need not be empty with --force, which replaces but deletes nothing', async () => {
    await Bun.write(join(cwd, 'app/README.md'), 'mine')
    await Bun.write(join(cwd, 'app/pages/old.tsx'), 'kept')
    expect(await createRivulet('app', '--force')).toMatchObject({ exitCode: 0, stderr: '' })
    expect(await read('app/README.md')).toStartWith('# app\n')
    expect(await read('app/pages/old.tsx')).toBe('kept')
  })

  test.each(['file', 'file/app'])('must not be a file or below one: %s', async (path) => {
    await Bun.write(join(cwd, 'file'), '')
    const { stderr, exitCode } = await createRivulet(path)
    expect(stderr).toContain(`The directory ${join(cwd, path)} cannot be read.`)
    expect(stderr).toContain('Got: a file')
    expect(exitCode).toBe(1)
  })

  test.each(['', ' ', 'a\nb', '\x1b[31mred'])('must have a name: %j', async (path) => {
    const { stderr, exitCode } = await createRivulet(path)
    expect(stderr).toContain('This is no name for a directory.')
    expect(stderr).toContain(`Got: ${JSON.stringify(path)}`)
    expect(exitCode).toBe(1)
    expect(await files(cwd)).toEqual([])
  })
})

test.each([
  ['my-app', 'my-app'],
  ['apps/My Café/', 'my-cafe'],
  ['.hidden_thing', 'hidden-thing'],
  ['@acme/web', 'web'],
  ['v2.0', 'v2-0'],
  ['日本', 'rivulet-app'],
  ['rivulet', 'rivulet-app'],
  ['zod', 'zod-app'],
])('a directory %s makes the package %s', (directory, expected) => {
  expect(packageName(directory, ['rivulet', 'zod'])).toBe(expected)
})

test('a name stays within what npm allows', () => {
  expect(packageName('x'.repeat(300), [])).toHaveLength(210)
})

describe('the command line', () => {
  test('--help prints the usage', async () => {
    for (const flag of ['--help', '-h']) {
      const { stdout, exitCode } = await createRivulet(flag)
      expect(stdout).toStartWith('Usage: bun create rivulet [directory]\n')
      expect(exitCode).toBe(0)
    }
  })

  test('--version prints the version', async () => {
    expect(await createRivulet('--version')).toEqual({
      exitCode: 0,
      stdout: `${rivulet.version}\n`,
      stderr: '',
    })
  })

  test.each(
    [
      ['--template', 'x'],
      ['one', 'two'],
      ['-f', 'a b', ''],
    ].map((args) => [args]),
  )('refuses what it does not know: %j', async (args) => {
    expect(await createRivulet(...args)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `error: These arguments are not understood.

Expected: one directory, and of the options only --force, --help and --version
Got: ${args.map((arg) => (/^[a-z-]+$/.test(arg) ? arg : JSON.stringify(arg))).join(' ')}

See: bun create rivulet --help
`,
    })
  })

  test('never asks without a terminal', async () => {
    const { stderr, exitCode } = await createRivulet()
    expect(stderr).toBe(`error: No directory was named, and there is no terminal to ask in.

Expected: bun create rivulet <directory>
Got: bun create rivulet

Try: bun create rivulet my-app
`)
    expect(exitCode).toBe(1)
  })

  test.skipIf(process.platform === 'win32')('asks in a terminal, in color', async () => {
    const screen = await inTerminal('asked\n', {})
    expect(screen).toContain('Directory: [my-app]')
    expect(screen).toContain('\x1b[32mCreated\x1b[39m')
    expect(await name('asked')).toBe('asked')
  })

  test.skipIf(process.platform === 'win32')('takes Enter for my-app, and NO_COLOR', async () => {
    const screen = await inTerminal('\n', { NO_COLOR: '1' })
    expect(screen).toContain('Created my-app in')
    expect(screen).not.toContain('\x1b[')
    expect(await name('my-app')).toBe('my-app')
  })
})

async function createRivulet(...args: string[]) {
  const child = Bun.spawn([process.execPath, cli, ...args], {
    cwd,
    env: { ...process.env, FORCE_COLOR: undefined },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { stdout, stderr, exitCode }
}

/** A terminal with colors, whatever surroundings the tests run in: a CI says that it has none. */
const COLORFUL = {
  TERM: 'xterm-256color',
  NO_COLOR: undefined,
  FORCE_COLOR: undefined,
  CI: undefined,
}

/** Types `answer` at the prompt of a real (pseudo) terminal, and returns all that was on its screen. */
async function inTerminal(answer: string, env: Record<string, string>): Promise<string> {
  const decoder = new TextDecoder()
  let screen = ''
  const child = Bun.spawn([process.execPath, cli], {
    cwd,
    env: { ...process.env, ...COLORFUL, ...env },
    terminal: {
      data(terminal, bytes) {
        const asked = screen.includes('[my-app] ')
        screen += decoder.decode(bytes, { stream: true })
        if (!asked && screen.includes('[my-app] ')) terminal.write(answer)
      },
    },
  })
  expect(await child.exited).toBe(0)
  // The last bytes may still be on their way from the terminal when the process has ended.
  await eventually('the next steps are on the screen', () => screen.includes('localhost:3000'))
  child.terminal?.close()
  return screen
}

async function files(directory: string): Promise<string[]> {
  const paths = await readdir(directory, { recursive: true, withFileTypes: true })
  return paths
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort()
}

/** Reads a file; `paths` are taken from the directory of the test unless they are absolute. */
function read(...paths: [string, ...string[]]): Promise<string> {
  return Bun.file(paths[0].startsWith('/') ? join(...paths) : join(cwd, ...paths)).text()
}

async function name(directory: string): Promise<unknown> {
  return JSON.parse(await read(directory, 'package.json')).name
}
