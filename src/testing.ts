import type { AnyElysia } from 'elysia'
import { rivulet, type RivuletOptions, runningApps } from './server/app.ts'
import { type ReadEvent, readEvents } from './sse/read-events.ts'

export type { ReadEvent } from './sse/read-events.ts'

/** An app without a server: requests go straight in, as they would come from a socket. */
export interface TestApp {
  /** Sends a request; `path` starts with `/`. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** Sends a form, urlencoded, as a browser of the same origin does; with headers of yours, such as `cookie`. */
  submit(
    path: string,
    fields: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>
  /** Connects to a stream's URL; resolves when the connection stands. Ended by `return()` or `close()`. */
  events(
    path: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<AsyncGenerator<ReadEvent>>
  /** Ends every stream and the app. */
  close(): Promise<void>
}

/** Which running apps belong to a test app already. */
const taken = new WeakSet<object>()

/**
 * Starts an app for tests: of the options of `rivulet()`, or the default export of an `app.ts`, which can be
 * started but once.
 *
 * @example
 * ```ts
 * const app = await createTestApp()
 * const events = await app.events('/sse/notifications')
 * await app.submit('/notifications', { message: 'Build done' })
 * expect((await events.next()).value?.data).toContain('Build done')
 * await app.close()
 * ```
 */
export async function createTestApp(options: RivuletOptions | AnyElysia = {}): Promise<TestApp> {
  const app = 'fetch' in options && 'compile' in options ? options : rivulet(options)
  const own = runningApps().filter((one) => one.app === app)
  // An app around one of Rivulet's is another object: then it is whichever nobody else has.
  const running = own.length > 0 ? own : runningApps().filter((one) => !taken.has(one))
  for (const one of running) taken.add(one)
  for (const { ready } of running) await ready
  await app.modules
  const send = async (path: string, init?: RequestInit): Promise<Response> =>
    app.handle(new Request(`http://localhost${path}`, init))
  return {
    fetch: send,
    submit: (path, fields, headers = {}) =>
      send(path, {
        method: 'POST',
        headers: { 'sec-fetch-site': 'same-origin', ...headers },
        body: new URLSearchParams(fields),
      }),
    async events(path, headers = {}) {
      const response = await send(path, { headers: { accept: 'text/event-stream', ...headers } })
      if (response.status === 200) return readEvents(response)
      throw new Error(
        `${path} cannot be listened to.\n\nExpected: 200\nGot: ${response.status} ${await response.text()}`,
      )
    },
    async close() {
      for (const one of running) await one.close()
    },
  }
}
