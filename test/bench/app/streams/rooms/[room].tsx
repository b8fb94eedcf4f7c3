import { append, stream } from 'rivulet'
import { z } from 'zod'
import { Tick } from '../../components/Tick.tsx'

/** Topics that come and go, for the soak. */
export default stream({ params: { room: z.string() }, events: { tick: append(Tick) } })
