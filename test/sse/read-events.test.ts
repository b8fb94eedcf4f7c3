import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { encodeEvent, HEARTBEAT } from '../../src/sse/event.ts'
import { readEvents, type ReadEvent } from '../../src/sse/read-events.ts'
import { sseResponse } from '../../src/sse/response.ts'
import { hostileText } from './hostile-text.ts'
import { cut, parseBytes } from './parse-bytes.ts'

function respond(parts: readonly Uint8Array[]): Response {
  return sseResponse(
    new ReadableStream({
      start(controller) {
        for (const part of parts) controller.enqueue(part)
        controller.close()
      },
    }),
  )
}

async function all(response: Response): Promise<ReadEvent[]> {
  return Array.fromAsync(readEvents(response))
}

test('events come with their name, data and the last id so far', async () => {
  const response = respond([
    encodeEvent({ retry: 3000, id: 'e.1' }),
    HEARTBEAT,
    encodeEvent({ data: 'a\nb' }),
    encodeEvent({ event: 'tick', id: 'e.2', data: '' }),
  ])
  expect(await all(response)).toEqual([
    { event: 'message', data: 'a\nb', id: 'e.1' },
    { event: 'tick', data: '', id: 'e.2' },
  ])
})

test('it reads what eventsource-parser reads, however the bytes are cut', async () => {
  const events = fc.array(
    fc.record({ event: fc.constantFrom('message', 'tick'), data: hostileText }),
  )
  await fc.assert(
    fc.asyncProperty(events, fc.array(fc.nat(), { maxLength: 6 }), async (sent, places) => {
      const bytes = Buffer.concat(sent.map(encodeEvent))
      const expected = parseBytes([bytes]).map(({ event = 'message', data }) => ({ event, data }))
      const read = await all(respond(cut(bytes, places)))
      expect(read.map(({ event, data }) => ({ event, data }))).toEqual(expected)
    }),
    { numRuns: 300 },
  )
})

test('a response without a body has no events', async () => {
  expect(await all(new Response(null, { status: 204 }))).toEqual([])
})

test.each(['before the first event', 'while one is awaited'])(
  'return() ends it %s',
  async (when) => {
    const cancelled = Promise.withResolvers<void>()
    const events = readEvents(
      sseResponse(new ReadableStream({ cancel: () => cancelled.resolve() })),
    )
    const next = when === 'while one is awaited' ? events.next() : undefined
    await events.return(undefined)
    await cancelled.promise
    if (next) expect(await next).toEqual({ done: true, value: undefined })
  },
)
