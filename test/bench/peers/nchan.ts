import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { TICK, tickText } from '../load/tick.ts'
import { startChild } from '../machine/child.ts'
import type { Peer, Server } from './peer.ts'

const MODULE = '/usr/lib/nginx/modules/ngx_nchan_module.so'
/** Messages that it keeps: as many as Rivulet does by default. */
const KEPT = 256

/** nginx with the nchan module: C, one worker, events published to it over one connection. */
export const nchan: Peer = {
  name: 'nchan',
  missing() {
    if (Bun.which('nginx') === null) return 'nginx'
    return existsSync(MODULE) ? undefined : 'libnginx-mod-nchan'
  },
  async start(): Promise<Server> {
    const folder = mkdtempSync(join(tmpdir(), 'bench-nchan-'))
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
    const port = freePort()
    await Bun.write(join(folder, 'nginx.conf'), configuration(folder, port))
    const child = startChild(['nginx', '-p', folder, '-c', join(folder, 'nginx.conf')])
    const publisher = await connect(port)
    let seq = 0
    return {
      pid: child.pid,
      port,
      path: '/sse/ticks',
      async publish(count, size = TICK) {
        let requests = ''
        for (let left = count; left > 0; left--) requests += request(tickText(++seq, size))
        publisher.write(requests)
      },
      async collect() {},
      async stop() {
        publisher.end()
        await child.stop()
      },
    }
  },
}

function configuration(folder: string, port: number): string {
  return `
load_module ${MODULE};
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log error;
${userInfo().uid === 0 ? 'user root;' : ''}
events { worker_connections 16384; }
http {
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 1h;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  client_body_buffer_size 1m;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location = /sse/ticks {
      nchan_subscriber eventsource;
      nchan_channel_id ticks;
      nchan_subscriber_first_message newest;
    }
    location = /publish {
      nchan_publisher;
      nchan_channel_id ticks;
      nchan_message_buffer_length ${KEPT};
      nchan_message_timeout 1h;
    }
  }
}
`
}

function request(text: string): string {
  const body = `<li>${text}</li>`
  return `POST /publish HTTP/1.1\r\nHost: localhost\r\nX-EventSource-Event: tick\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

/** A port that was free a moment ago: nginx cannot choose one and say which. */
function freePort(): number {
  const probe = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { port } = probe
  probe.stop(true)
  return port
}

async function connect(port: number): ReturnType<typeof Bun.connect> {
  for (let attempt = 0; ; attempt++) {
    try {
      // The answers are of no interest: what counts is what arrives at the other end.
      return await Bun.connect({ hostname: '127.0.0.1', port, socket: { data() {} } })
    } catch (error) {
      if (attempt === 50) throw error
      await Bun.sleep(100)
    }
  }
}
