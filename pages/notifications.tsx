import { action, Field, Form, page } from 'rivulet'
import { NotificationItem } from '../components/NotificationItem.tsx'
import Dashboard from '../streams/dashboard.tsx'
import Notifications from '../streams/notifications.tsx'

export const POST = action({ body: NotificationItem.schema.shape }, async ({ body }) => {
  await Notifications.publish('notification', body)
  await Dashboard.publish('notifications', body)
})

export default page({ title: 'Notifications' }, () => (
  <>
    <h1>Notifications</h1>
    <Form action={POST} class="card">
      <Field name="message" label="Message" placeholder="Build done" autocomplete="off" />
      <Field name="tone" label="Tone" />
      <button>Notify everybody</button>
    </Form>
    <Notifications />
  </>
))
