import { afterAll, expect, test } from 'bun:test'
import fc from 'fast-check'
import { createTestApp } from 'rivulet/testing'
import { fixture } from '../fixture.ts'
import { Client } from '../stream/client.ts'
import { hostileText } from './hostile-text.ts'

const root = await fixture({
  'components/Post.tsx': `
    import { def } from 'rivulet'
    import { z } from 'zod'
    export const Post = def({ title: z.string(), body: z.string() }, ({ title, body, attrs }) => (
      <article {...attrs({ title })}>
        <h3>{title}</h3>
        <pre>{body}</pre>
      </article>
    ))`,
  'streams/posts.tsx': `
    import { prepend, stream } from 'rivulet'
    import { Post } from '../components/Post.tsx'
    export default stream({ events: { post: prepend(Post) }, history: { events: 5 } })`,
})
const app = await createTestApp({ root })
afterAll(() => app.close())

interface Props {
  readonly title: string
  readonly body: string
}
const { Post } = (await import(`${root}/components/Post.tsx`)) as { Post: (props: Props) => object }
const { default: posts } = (await import(`${root}/streams/posts.tsx`)) as {
  default: { publish(event: 'post', props: Props): Promise<string> }
}

const props = fc.record({ title: hostileText, body: hostileText })

test('whatever visitors write, a client gets the very markup of the component, live and replayed', async () => {
  const { body } = await app.fetch('/sse/posts')
  const live = await new Client(body).drain()
  await fc.assert(
    fc.asyncProperty(fc.array(props, { minLength: 1, maxLength: 5 }), async (given) => {
      const { lastEventId = '' } = live
      const before = live.events.length
      const sent: { id: string; event: string; data: string }[] = []
      for (const one of given) {
        const id = await posts.publish('post', one)
        const markup = String(Post(one))
        expect(markup).not.toContain('\r')
        sent.push({ id, event: 'post', data: markup.toWellFormed() })
      }
      await live.until('all', ({ events }) => events.length >= before + given.length)
      expect(live.events.slice(before)).toEqual(sent)
      const again = await app.fetch('/sse/posts', { headers: { 'last-event-id': lastEventId } })
      const replayed = await new Client(again.body).drain()
      expect(replayed.events).toEqual(sent)
      await replayed.leave()
    }),
    { numRuns: 200 },
  )
  await live.leave()
})
