import { expect, test } from 'bun:test'
import { sseResponse } from '../../src/sse/response.ts'

test('no cache and no proxy holds an event back', () => {
  const { status, headers } = sseResponse(new ReadableStream())
  expect(status).toBe(200)
  expect(Object.fromEntries(headers)).toEqual({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  })
})
