import { z } from 'zod'
import { def } from '../../src/component/def.ts'

/** The smallest component that shows what it was given. */
export const Line = def({ text: z.string() }, ({ text }) => <p>{text}</p>)
