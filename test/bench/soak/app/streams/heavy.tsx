import { append, stream } from 'rivulet'
import { Tick } from '../../../app/components/Tick.tsx'

/** What fills a socket up. */
export default stream({ events: { tick: append(Tick) }, history: { events: 8 } })
