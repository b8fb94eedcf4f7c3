import { append, stream } from 'rivulet'
import { Tick } from '../../../app/components/Tick.tsx'

/** Rendered for each `?as=` on its own. */
export default stream({
  events: { tick: append(Tick) },
  vary: ({ request }) => new URL(request.url).searchParams.get('as') ?? '',
})
