import { page } from 'rivulet'
import Dashboard from '../streams/dashboard.tsx'

const PATTERNS = [
  ['/notifications', 'Notifications', 'Publish a message; every open tab shows it at once.'],
  ['/feed', 'Feed', 'Write a post; it arrives as a card at the top of the list.'],
  ['/tasks', 'Tasks', 'Upload a file; watch it being hashed and counted, off the request.'],
  [
    '/chat/lobby',
    'Chat',
    'Talk in a room; the last messages are there before the first byte of script.',
  ],
] as const

export default page({}, () => (
  <>
    <section class="hero">
      <h1>Components that stream themselves</h1>
      <p>
        A file in <code>streams/</code> is a URL, a topic, a typed event contract, and a component
        that paints first and then keeps itself up to date over server-sent events.
      </p>
    </section>
    <h2>This machine, now</h2>
    <Dashboard />
    <h2>Try it</h2>
    <div class="grid">
      {PATTERNS.map(([href, title, text]) => (
        <a class="card" href={href}>
          <h3>{title}</h3>
          <p>{text}</p>
        </a>
      ))}
    </div>
  </>
))
