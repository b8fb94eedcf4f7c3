import { latest, prepend, stream } from 'rivulet'
import { HostStats } from '../components/HostStats.tsx'
import { LoadMeter } from '../components/LoadMeter.tsx'
import { NotificationItem } from '../components/NotificationItem.tsx'
import { watchHost } from './_host.ts'

export default stream({
  events: {
    notifications: prepend(NotificationItem),
    stats: latest(HostStats),
    progress: latest(LoadMeter),
  },
  history: { events: 5 },
  async *source(_, { signal }) {
    for await (const { load, processors, ...stats } of watchHost(signal)) {
      yield { event: 'stats', props: stats }
      yield { event: 'progress', props: { load, processors } }
    }
  },
  view: (_, Target) => (
    <section class="dashboard" aria-label="This machine, now">
      <Target event="stats" />
      <Target event="progress" />
      <Target event="notifications" as="ul" class="toasts" />
    </section>
  ),
})
