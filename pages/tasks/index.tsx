import { action, Field, Form, page, redirect } from 'rivulet'
import { z } from 'zod'
import { startTask } from '../../streams/_tasks.ts'

const MOST = 100 * 1024 * 1024

export const POST = action(
  { body: { file: z.file().max(MOST, 'At most 100 MB.') }, maxBody: MOST + 64 * 1024 },
  ({ body }) => redirect(`/tasks/${startTask(body.file)}`),
)

export default page({ title: 'Tasks' }, () => (
  <>
    <h1>Tasks</h1>
    <p>
      Any file of up to 100 MB. It is hashed (SHA-256) and its lines and words are counted in the
      background, while its own page follows.
    </p>
    <Form action={POST} class="card">
      <Field name="file" label="File" />
      <button>Upload</button>
    </Form>
  </>
))
