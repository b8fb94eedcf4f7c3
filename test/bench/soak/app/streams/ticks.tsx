import { append, stream } from 'rivulet'
import { Tick } from '../../../app/components/Tick.tsx'

/** What the latency is taken from. */
export default stream({ events: { tick: append(Tick) } })
