import { append, stream } from 'rivulet'
import { Tick } from '../components/Tick.tsx'

export default stream({ events: { tick: append(Tick) } })
