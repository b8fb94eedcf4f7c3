import { append, stream } from 'rivulet'
import { Tick } from '../components/Tick.tsx'

/** What everybody listens to. */
export default stream({ events: { tick: append(Tick) } })
