import { append, stream } from 'rivulet'
import { z } from 'zod'
import { ChatMessage } from '../../components/ChatMessage.tsx'

/** What a room may be called. */
export const roomName = z.string().regex(/^[a-z0-9-]{1,32}$/, 'Use 1 to 32 of a-z, 0-9 and "-".')

export default stream({
  params: { room: roomName },
  events: { message: append(ChatMessage) },
  history: { events: 200 },
  view: ({ room }, Target) => (
    <section class="chat" role="log" aria-label={`Room ${room}`}>
      <Target event="message" as="ol" class="messages" />
    </section>
  ),
})
