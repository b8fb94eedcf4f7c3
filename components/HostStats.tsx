import { def } from 'rivulet'
import { z } from 'zod'

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`

/** The load of this machine: processors in percent, memory in bytes. */
export const HostStats = def(
  {
    cpu: z.number().min(0).max(100),
    memoryUsed: z.number(),
    memoryTotal: z.number(),
    uptime: z.number(),
  },
  ({ cpu, memoryUsed, memoryTotal, uptime, attrs }) => (
    <dl {...attrs({ class: 'stats' })}>
      <dt>CPU</dt>
      <dd>{cpu.toFixed(0)} %</dd>
      <dt>Memory</dt>
      <dd>
        {gibibytes(memoryUsed)} <small>of {gibibytes(memoryTotal)}</small>
      </dd>
      <dt>Up</dt>
      <dd>
        {Math.floor(uptime / 3600)} h {Math.floor(uptime / 60) % 60} min
      </dd>
    </dl>
  ),
)
