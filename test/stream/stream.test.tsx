import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { append, latest, type Delivery } from '../../src/stream/delivery.ts'
import { stream } from '../../src/stream/stream.ts'
import { Line } from './line.tsx'

describe('a declaration is refused', () => {
  test.each(['', 'a b', 'a,b', 'a\nb', 'ä', 'open', 'error', 'reset', 'end', 'x'.repeat(129)])(
    'with an event called %j',
    (event) => {
      expect(() => stream({ events: { [event]: append(Line) } })).toThrow(
        /^The stream of test\/stream\/stream.test.tsx:\d+ has an event that cannot be sent\.\n\nExpected: a name of 1 to 128 printable ASCII characters without space and comma, and none of open, error, topic, reset, end, denied, expired\nGot: "/,
      )
      expect(() => stream(Line, { event })).toThrow('has an event that cannot be sent')
    },
  )

  test.each<[string, (component: never) => Delivery, unknown, string]>([
    [
      'append',
      append as never,
      (): string => '',
      'append() takes a component whose props are declared.\n\nExpected: append(Toast), where Toast is made by def({ … }, view)\nGot: the function ',
    ],
    [
      'latest',
      latest as never,
      { text: '' },
      'latest() takes a component whose props are declared.\n\nExpected: latest(Toast), where Toast is made by def({ … }, view)\nGot: object',
    ],
  ])('with %s of something else than a component', (_, delivery, given, message) => {
    expect(() => delivery(given as never)).toThrow(message)
  })
})

test('params, source, load and view are typed by the declaration', () => {
  const events = { line: append(Line), state: latest(Line) }
  stream({
    params: { room: z.string(), page: z.coerce.number() },
    events,
    async *source({ room, page }, { after, signal }) {
      const text = room + page.toFixed() + (after ?? '') + signal.aborted
      yield { event: 'line', props: { text } }
      yield { event: 'state', props: { text }, id: '7' }
    },
    load: ({ room }) => ({ line: [{ text: room }], state: { text: room } }),
    authorize: ({ params, request }) => params.page > 1 && request.method === 'GET',
    view: ({ room }, Target) => (
      <section aria-label={room}>
        <Target event="state" as="output" />
      </section>
    ),
  })
  stream({
    events,
    // @ts-expect-error no such event
    async *source() {
      yield { event: 'lime', props: { text: '' } }
    },
  })
  stream({
    events,
    // @ts-expect-error a wrong prop
    load: () => ({ line: [{ text: 7 }] }),
  })
  stream({
    events,
    // @ts-expect-error no such event
    view: (_, Target) => <Target event="lime" />,
  })
  stream(Line, {
    params: { task: z.uuid() },
    id: ({ text }) => text,
    load: ({ task }) => ({ text: task }),
  })
  // @ts-expect-error no such prop
  stream(Line, { id: ({ tone }) => tone })
  expect(() => stream({ events })).not.toThrow()
})
