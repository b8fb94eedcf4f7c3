/** The app on a port of its own, with a socket that takes nothing dropped sooner than `rivulet start` does. */
import app from './app/app.ts'

await app.modules
app.listen({ hostname: '127.0.0.1', port: 0, idleTimeout: 5, reusePort: false })
console.log(`Listening on http://localhost:${app.server?.port}`)
