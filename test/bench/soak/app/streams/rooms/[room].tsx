import { append, stream } from 'rivulet'
import { z } from 'zod'
import { Tick } from '../../../../app/components/Tick.tsx'

/** Topics that come and go. */
export default stream({ params: { room: z.string() }, events: { tick: append(Tick) } })
