import { action, Field, Form, page, redirect } from 'rivulet'
import { z } from 'zod'
import { ChatMessage } from '../../components/ChatMessage.tsx'
import Room, { roomName } from '../../streams/rooms/[room].tsx'

const { author, text } = ChatMessage.schema.shape
const params = { room: roomName }

export const POST = action({ params, body: { author, text } }, async ({ params, body }) => {
  await Room.at(params).publish('message', { ...body, at: new Date().toISOString() })
  return redirect(`/chat/${params.room}?author=${encodeURIComponent(body.author)}`)
})

export default page(
  { params, query: { author: z.string().optional() }, title: ({ params }) => params.room },
  ({ params, query }) => (
    <>
      <h1>{params.room}</h1>
      <Room room={params.room} />
      <Form action={POST} class="card row">
        <Field name="author" label="Name" value={query.author} autocomplete="nickname" />
        <Field name="text" label="Message" autocomplete="off" />
        <button>Send</button>
      </Form>
    </>
  ),
)
