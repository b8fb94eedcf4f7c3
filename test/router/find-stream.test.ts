import { afterAll, describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { rivulet } from 'rivulet'
import { createFindStream } from '../../src/router/find-stream.ts'
import type { PlacedStream } from '../../src/router/load-streams.ts'
import { routePath } from '../../src/router/route-path.ts'
import { fixture } from '../fixture.ts'

/** Streams in each other's way: names beside params beside rests, at all depths. */
const PATTERNS = [
  'rooms',
  'rooms/all',
  'rooms/[room]',
  'rooms/[room]/log',
  'rooms/[room]/[part]',
  'rooms/all/[...path]',
  'docs/[...path]',
  'docs/[page]/log',
  'all/[...path]',
  '[first]/[second]/[third]',
  '[first]/log',
]

/** Each says what it was asked for, and refuses: 400 and more, by its place in the list. */
const asked: string[] = []
Object.assign(globalThis, { askedForStream: (what: string) => void asked.push(what) })

const root = await fixture(
  Object.fromEntries(
    PATTERNS.map((pattern) => {
      const names = [...pattern.matchAll(/\[(?:\.\.\.)?(\w+)\]/g)].map(([, name]) => name)
      return [
        `streams/${pattern}.tsx`,
        `import { append, def, stream } from 'rivulet'
import { z } from 'zod'
export default stream({
  params: { ${names.map((name) => `${name}: z.string()`).join(', ')} },
  events: { e: append(def({}, () => <b />)) },
  authorize: ({ params }) => {
    globalThis.askedForStream(${JSON.stringify(pattern)} + ' ' + JSON.stringify(params))
    return false
  },
})`,
      ]
    }),
  ),
)
const app = rivulet({ root, development: false })
await app.modules
app.listen({ port: 0, reusePort: false })
afterAll(() => app.stop(true))

/** Who was asked when a URL is requested; `undefined` when nobody was. */
async function askedBy(request: (path: string) => Response | Promise<Response>, path: string) {
  asked.length = 0
  const response = await request(path)
  await response.body?.cancel()
  expect(asked.length).toBeLessThanOrEqual(1)
  return asked[0]
}

const handle = (path: string) => app.handle(new Request(`http://localhost${path}`))
const send = (path: string) => fetch(`http://localhost:${app.server?.port}${path}`)
const onMany = (topic: string) => handle(`/sse?on=${encodeURIComponent(topic)}`)

const segment = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('rooms', 'all', 'log', 'docs', 'x') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('%61ll', 'r%6Foms', 'a%20b', 'a%2Fb', '%C3%A9', 'a+b', '~.-_', '*'),
  },
  {
    weight: 1,
    arbitrary: fc
      .string({ minLength: 1, maxLength: 4, unit: 'grapheme' })
      .filter((text) => text.isWellFormed() && !/^\.{1,2}$/.test(text))
      .map(encodeURIComponent),
  },
)

test('a topic belongs to the stream that its URL does, with the same params', async () => {
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.array(segment, { minLength: 1, maxLength: 5 }), async (segments) => {
      const topic = segments.join('/')
      const byUrl = await askedBy(send, `/sse/${topic}`)
      seen.add(byUrl?.split(' ')[0] ?? 'none')
      expect(await askedBy(onMany, topic)).toEqual(byUrl as string)
    }),
    {
      numRuns: 500,
      examples: [
        [['rooms', 'all']],
        [['rooms', 'all', 'log']],
        [['docs', 'x', 'log']],
        [['x', 'x', 'x']],
      ],
    },
  )
  // The property is worth something only if it has come by all of them.
  expect([...seen].toSorted()).toEqual([...PATTERNS, 'none'].toSorted())
})

test.each(['rooms', 'rooms/all', 'rooms/x', 'rooms/x/log', 'docs/a/log', 'x/log', 'a/b/c', 'a/b'])(
  '%s is found without a server, too',
  async (topic) => {
    expect(await askedBy(handle, `/sse/${topic}`)).toEqual((await askedBy(onMany, topic)) as string)
  },
)

describe('what is no topic', () => {
  test.each(['', '/', 'rooms/', '/rooms', 'docs/', 'docs', 'rooms/%', 'rooms/%E0%A4%A', 'x/%/%/%'])(
    '%j belongs to nobody',
    (topic) => {
      expect(find(PATTERNS)(topic)).toBeUndefined()
    },
  )
})

test('the order in which files are found does not matter', () => {
  const topic = fc.array(fc.constantFrom('rooms', 'all', 'log', 'docs', 'x'), {
    minLength: 1,
    maxLength: 4,
  })
  fc.assert(
    fc.property(fc.shuffledSubarray(PATTERNS, { minLength: 3 }), topic, (patterns, parts) => {
      const found = find(patterns)(parts.join('/'))
      expect(find(patterns.toSorted())(parts.join('/'))).toEqual(found)
    }),
    { numRuns: 1000 },
  )
})

/** Streams that are no more than their paths. */
function find(patterns: readonly string[]): ReturnType<typeof createFindStream> {
  return createFindStream(
    patterns.map(
      (pattern) => ({ path: routePath(pattern), definition: pattern }) as unknown as PlacedStream,
    ),
  )
}
