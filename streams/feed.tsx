import { prepend, stream } from 'rivulet'
import { PostCard } from '../components/PostCard.tsx'

export default stream({
  events: { 'new-post': prepend(PostCard) },
  history: { events: 50 },
  view: (_, Target) => (
    <section aria-label="Feed">
      <Target event="new-post" class="posts" />
    </section>
  ),
})
