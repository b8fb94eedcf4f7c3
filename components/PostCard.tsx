import { def } from 'rivulet'
import { z } from 'zod'

/** One post of the feed. */
export const PostCard = def(
  { title: z.string().min(1).max(120), body: z.string().min(1).max(5000), at: z.iso.datetime() },
  ({ title, body, at, attrs }) => (
    <article {...attrs({ class: 'card post' })}>
      <h3>{title}</h3>
      <p>{body}</p>
      <time datetime={at}>{at.slice(0, 16).replace('T', ' ')} UTC</time>
    </article>
  ),
)
