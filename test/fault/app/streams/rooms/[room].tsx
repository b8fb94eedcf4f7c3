import { append, stream } from 'rivulet'
import { z } from 'zod'
import { Tick } from '../../components/Tick.tsx'

/** Topics that come and go; what is published there is forgotten at once. */
export default stream({
  params: { room: z.string() },
  events: { tick: append(Tick) },
  history: { age: 1 },
})
