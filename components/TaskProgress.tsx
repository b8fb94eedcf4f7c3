import { def } from 'rivulet'
import { z } from 'zod'

/** The counting and hashing of one uploaded file, and its result. */
export const TaskProgress = def(
  {
    name: z.string(),
    size: z.number(),
    done: z.number(),
    lines: z.number(),
    words: z.number(),
    sha256: z.string().optional(),
    failure: z.string().optional(),
  },
  ({ name, size, done, lines, words, sha256, failure, attrs }) => (
    <section {...attrs({ class: 'card task' })}>
      <h3>{name}</h3>
      <progress aria-label={name} max={Math.max(size, 1)} value={size === 0 && sha256 ? 1 : done} />
      <p>
        {Math.floor(size === 0 ? 100 : (done / size) * 100)} % of {size.toLocaleString('en')} bytes,{' '}
        {lines.toLocaleString('en')} lines, {words.toLocaleString('en')} words
      </p>
      {sha256 && <code class="hash">{sha256}</code>}
      {failure && <p class="form-error">{failure}</p>}
    </section>
  ),
)
