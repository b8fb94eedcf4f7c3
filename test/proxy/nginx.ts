import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../create/eventually.ts'
import { findExecutable } from '../run/executable.ts'
import { runQuietly } from '../run/process.ts'

export interface Nginx {
  /** Where it listens, for TLS and HTTP/2. */
  readonly port: number
  stop(): Promise<void>
}

/** Runs nginx with a `server` of the README, in front of servers on these ports. */
export async function startNginx(block: string, ports: readonly number[]): Promise<Nginx> {
  const folder = await mkdtemp(join(tmpdir(), 'nginx-'))
  const port = freePort()
  const key = join(folder, 'app.key')
  const certificate = join(folder, 'app.crt')
  const made = await runQuietly(
    `openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -keyout ${key} -out ${certificate}`.split(
      ' ',
    ),
  )
  if (made.exitCode !== 0) throw new Error(made.output)
  const [first = '', second = first] = ports.map(String)
  const server = block
    .replace('127.0.0.1:3000', `127.0.0.1:${first}`)
    .replace('127.0.0.1:3001', `127.0.0.1:${second}`)
    .replace('listen 443', `listen 127.0.0.1:${port}`)
    .replace('/etc/ssl/app.crt', certificate)
    .replace('/etc/ssl/app.key', key)
    .replace('proxy_read_timeout 60s', 'proxy_read_timeout 2s')
  await Bun.write(join(folder, 'nginx.conf'), configuration(folder, server))
  const nginx = findExecutable('nginx') ?? 'nginx'
  const child = Bun.spawn([nginx, '-p', folder, '-c', join(folder, 'nginx.conf')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  await eventually('nginx', async () => {
    if (child.exitCode !== null) throw new Error(await new Response(child.stderr).text())
    const socket = await Bun.connect({
      hostname: '127.0.0.1',
      port,
      socket: { data: () => undefined },
    }).catch(() => undefined)
    socket?.end()
    return socket !== undefined
  })
  return {
    port,
    async stop() {
      child.kill('SIGTERM')
      await child.exited
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Everything that nginx writes goes into the folder. */
function configuration(folder: string, server: string): string {
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 256; }
http {
  access_log off;
  gzip on;
  gzip_types text/plain text/css application/javascript;
${folders.map((name) => `  ${name}_temp_path ${folder}/${name};`).join('\n')}
${server}
}
`
}

function freePort(): number {
  const server = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: () => undefined } })
  const { port } = server
  server.stop(true)
  return port
}
