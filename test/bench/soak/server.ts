/** The server of the soak: it rotates and cuts off within seconds, and publishes all the while. */
import { rivulet } from 'rivulet'
import { announce, createControl } from '../peers/control.ts'
import Heavy from './app/streams/heavy.tsx'
import Ticks from './app/streams/ticks.tsx'
import Varied from './app/streams/varied.tsx'

/** A group of the churn is cut off well before. */
const MAX_AGE = 40_000

const control = createControl((_, text) => void Ticks.publish('tick', { text }))
const app = rivulet({
  root: `${import.meta.dir}/app`,
  heartbeat: 1000,
  stallTimeout: 3000,
  maxAge: MAX_AGE,
  retry: 500,
})
  .post('/publish', ({ request }) => control(request), { parse: 'none' })
  .post('/collect', ({ request }) => control(request), { parse: 'none' })
await app.modules
app.listen({ hostname: '127.0.0.1', port: 0, idleTimeout: 10 })

let varied = 0
// Often, so that windows are full when the soak begins to judge.
setInterval(() => void Varied.publish('tick', { text: `a:${++varied}:` }), 30)
let heavy = 0
setInterval(() => {
  for (let burst = 0; burst < 4; burst++)
    void Heavy.publish('tick', { text: `a:${++heavy}:`.padEnd(64_000, 'x') })
}, 300)
announce(app.server?.port)
