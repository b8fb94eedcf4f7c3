import { action, Field, Form, page } from 'rivulet'
import { PostCard } from '../components/PostCard.tsx'
import Feed from '../streams/feed.tsx'

const { title, body } = PostCard.schema.shape

export const POST = action({ body: { title, body } }, async ({ body }) => {
  await Feed.publish('new-post', { ...body, at: new Date().toISOString() })
})

export default page({ title: 'Feed' }, () => (
  <>
    <h1>Feed</h1>
    <Form action={POST} class="card">
      <Field name="title" label="Title" autocomplete="off" />
      <Field name="body" label="Text" type="textarea" rows={4} />
      <button>Post</button>
    </Form>
    <Feed />
  </>
))
