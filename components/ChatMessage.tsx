import { def } from 'rivulet'
import { z } from 'zod'

/** One line of a chat. */
export const ChatMessage = def(
  { author: z.string().min(1).max(40), text: z.string().min(1).max(2000), at: z.iso.datetime() },
  ({ author, text, at, attrs }) => (
    <li {...attrs({ class: 'message' })}>
      <b>{author}</b> <time datetime={at}>{at.slice(11, 16)}</time>
      <p>{text}</p>
    </li>
  ),
)
