import type { ErrorProps } from 'rivulet'

export default ({ message }: ErrorProps) => (
  <section class="hero">
    <h1>Not found</h1>
    <p>{message}</p>
    <p>
      <a href="/">Back to the start</a>
    </p>
  </section>
)
