import { connect } from 'node:net'

/** Publishes bytes with the bare protocol of NATS, as any client does; resolves once the server has them. */
export function publishRaw(
  port: number,
  subject: string,
  payload: Uint8Array,
  headers?: Uint8Array,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.on('error', reject)
  socket.on('data', (data) => {
    answer += data.toString()
    if (answer.includes('-ERR')) reject(new Error(answer))
    if (!answer.includes('PONG')) return
    socket.end()
    resolve()
  })
  socket.write('CONNECT {"verbose":false,"headers":true,"lang":"raw","version":"1"}\r\n')
  const size = payload.length
  if (headers === undefined) socket.write(`PUB ${subject} ${size}\r\n`)
  else socket.write(`HPUB ${subject} ${headers.length} ${headers.length + size}\r\n`)
  socket.write(Buffer.concat([headers ?? new Uint8Array(0), payload]))
  socket.write('\r\nPING\r\n')
  return promise
}
