import type { ErrorProps } from 'rivulet'

export default ({ status, message, error }: ErrorProps) => (
  <section class="hero">
    <h1>{status}</h1>
    <p>{message}</p>
    {error instanceof Error && <pre>{error.stack}</pre>}
  </section>
)
