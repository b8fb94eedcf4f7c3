import { def } from 'rivulet'
import { z } from 'zod'

/** What the streams of the fault tests send. */
export const Tick = def({ text: z.string() }, ({ text }) => <li>{text}</li>)
