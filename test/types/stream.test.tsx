import { append, def, ephemeral, json, latest, stream } from 'rivulet'
import { z } from 'zod'
import { checked } from './unrun.ts'

const Toast = def(
  { message: z.string(), tone: z.enum(['info', 'error']).default('info') },
  () => null,
)
const Count = def({ count: z.number() }, () => null)

/** Streams are declared inside, so that nothing is: these tests are never run. */
const many = () =>
  stream({
    events: { toast: append(Toast), count: latest(Count), data: json(z.object({ n: z.number() })) },
  })
const single = () => stream(Toast)
const named = () => stream(Toast, { event: 'toast' })
const room = () =>
  stream({
    params: { room: z.string(), day: z.coerce.number<number>() },
    events: { toast: append(Toast) },
  })

checked('publish takes the props of the event', () => [
  many().publish('toast', { message: 'a' }),
  many().publish('toast', { message: 'a', tone: 'error' }),
  many().publish('count', { count: 1 }),
  many().publish('data', { n: 1 }),
  // @ts-expect-error no such event
  many().publish('tost', { message: 'a' }),
  // @ts-expect-error message is missing
  many().publish('toast', { tone: 'info' }),
  // @ts-expect-error misspelt
  many().publish('toast', { message: 'a', tnoe: 'info' }),
  // @ts-expect-error no such tone
  many().publish('toast', { message: 'a', tone: 'loud' }),
  // @ts-expect-error the props of another event
  many().publish('toast', { count: 1 }),
  // @ts-expect-error n is a number
  many().publish('data', { n: '1' }),
  // @ts-expect-error an event has props
  many().publish('toast'),
])

checked('a component that streams itself has one event', () => [
  single().publish('message', { message: 'a' }),
  named().publish('toast', { message: 'a' }),
  // @ts-expect-error the event is called message
  single().publish('toast', { message: 'a' }),
  // @ts-expect-error the event is called toast
  named().publish('message', { message: 'a' }),
  // @ts-expect-error message is missing
  single().publish('message', {}),
  // @ts-expect-error misspelt
  named().publish('toast', { mesage: 'a' }),
])

checked('what is loaded or yielded needs no `as const`', () => [
  stream(Toast, { load: () => ({ message: 'a', tone: 'error' }) }),
  stream(Toast, { load: async () => ({ message: 'a', tone: 'error' }) }),
  stream(Toast, {
    async *source() {
      yield { message: 'a', tone: 'error' }
    },
  }),
  stream(Toast, {
    params: { id: z.string() },
    load: ({ id }) => ({ message: 'a', tone: id === '' ? 'error' : 'info' }),
  }),
  // @ts-expect-error no such tone
  stream(Toast, { load: () => ({ message: 'a', tone: 'loud' }) }),
])

checked('a stream with params is published to at some', () => [
  room().at({ room: 'a', day: 1 }).publish('toast', { message: 'a' }),
  // @ts-expect-error which room?
  room().publish('toast', { message: 'a' }),
  // @ts-expect-error day is missing
  room().at({ room: 'a' }),
  // @ts-expect-error day is a number
  room().at({ room: 'a', day: 'monday' }),
  // @ts-expect-error misspelt
  room().at({ room: 'a', day: 1, roon: 'a' }),
  // @ts-expect-error no such event
  room().at({ room: 'a', day: 1 }).publish('tost', { message: 'a' }),
  // @ts-expect-error message is missing
  room().at({ room: 'a', day: 1 }).publish('toast', {}),
])

checked('a stream is painted with its params', () => {
  const Many = many()
  const Room = room()
  return [
    <Many />,
    <Room room="a" day={1} />,
    // @ts-expect-error day is missing
    <Room room="a" />,
    // @ts-expect-error day is a number
    <Room room="a" day="monday" />,
    // @ts-expect-error there is no param
    <Many room="a" />,
  ]
})

checked('a target is for an event of the stream', () =>
  stream({
    events: { toast: append(Toast), count: latest(Count) },
    view: (_, Target) => (
      <section>
        <Target event="toast" as="ul" class="toasts" aria-label="Toasts" />
        <Target event="count" />
        {/* @ts-expect-error no such event */}
        <Target event="tost" />
        {/* @ts-expect-error which event? */}
        <Target />
        {/* @ts-expect-error no such element */}
        <Target event="toast" as="ull" />
      </section>
    ),
  }),
)

checked('params reach view, load, source and authorize', () =>
  stream({
    params: { room: z.string(), day: z.coerce.number<string>() },
    events: { toast: append(Toast) },
    authorize: ({ params, request }) => params.day.toFixed() === request.url,
    load: ({ room: name }) => ({ toast: [{ message: name.trim() }] }),
    async *source({ day }, { after, signal }) {
      if (!signal.aborted)
        yield { event: 'toast', props: { message: day.toFixed() + (after ?? '') } }
    },
    view: ({ room: name, day }) => name.trim() + day.toFixed(),
  }),
)

checked('a param that is not declared is an error', () => [
  stream({
    params: { room: z.string() },
    events: { toast: append(Toast) },
    // @ts-expect-error no such param
    view: ({ roon }) => roon,
  }),
  stream({
    params: { room: z.string() },
    events: { toast: append(Toast) },
    // @ts-expect-error a promise of what? yes or no
    authorize: async ({ params }) => params.room,
  }),
])

checked('load answers props by event', () => [
  stream({
    events: { toast: append(Toast), count: latest(Count) },
    load: () => ({ count: { count: 1 } }),
  }),
  stream({
    events: { toast: append(Toast) },
    // @ts-expect-error message is missing
    load: () => ({ toast: [{ tone: 'info' as const }] }),
  }),
  stream({
    events: { count: latest(Count) },
    // @ts-expect-error count is a number
    load: async () => ({ count: { count: '1' } }),
  }),
  stream(Count, { load: async () => ({ count: 1 }) }),
  // @ts-expect-error count is a number
  stream(Count, { load: async () => ({ count: '1' }) }),
])

checked('a source yields events of the stream', () => [
  stream({
    events: { toast: append(Toast) },
    // @ts-expect-error no such event
    async *source() {
      yield { event: 'tost', props: { message: 'a' } }
    },
  }),
  stream({
    events: { toast: append(Toast) },
    // @ts-expect-error message is missing
    async *source() {
      yield { event: 'toast', props: {} }
    },
  }),
  stream(Count, {
    async *source(_, { signal }) {
      if (!signal.aborted) yield { count: 1 }
    },
    id: ({ count }) => count.toFixed(),
  }),
  stream(Count, {
    // @ts-expect-error count is a number
    async *source() {
      yield { count: '1' }
    },
  }),
  // @ts-expect-error an id is a text
  stream(Count, { id: ({ count }) => count }),
])

checked('events are rendered by components that declare their props', () => [
  ephemeral(Toast),
  // @ts-expect-error a plain function declares none
  append(() => null),
  // @ts-expect-error a stream has events
  stream({}),
  // @ts-expect-error a component is no delivery: how does it reach the page?
  stream({ events: { toast: Toast } }),
])
