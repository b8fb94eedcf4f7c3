/** Rivulet as an app uses it: the folders of `app/`, Elysia, a real socket. */
import { rivulet } from 'rivulet'
import Ticks from '../app/streams/ticks.tsx'
import { announce, createControl } from './control.ts'

const control = createControl((_, text) => void Ticks.publish('tick', { text }))
const app = rivulet({ root: `${import.meta.dir}/../app` })
  .post('/publish', ({ request }) => control(request), { parse: 'none' })
  .post('/collect', ({ request }) => control(request), { parse: 'none' })
await app.modules
app.listen({ hostname: '127.0.0.1', port: 0, idleTimeout: 60 })
announce(app.server?.port)
