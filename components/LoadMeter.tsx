import { def } from 'rivulet'
import { z } from 'zod'

/** The load of this machine as a bar: tasks that want to run, per processor. */
export const LoadMeter = def(
  { load: z.number().min(0), processors: z.number().int() },
  ({ load, processors, attrs }) => (
    <label {...attrs({ class: 'meter' })}>
      <span>
        {load.toFixed(2)} running on {processors} processors
      </span>
      <meter min={0} max={processors} high={processors * 0.8} value={Math.min(load, processors)} />
    </label>
  ),
)
