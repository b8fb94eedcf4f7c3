import { prepend, stream } from 'rivulet'
import { NotificationItem } from '../components/NotificationItem.tsx'

export default stream({
  events: { notification: prepend(NotificationItem) },
  history: { events: 50 },
  view: (_, Target) => (
    <section aria-label="Notifications">
      <Target event="notification" as="ul" class="toasts" />
    </section>
  ),
})
