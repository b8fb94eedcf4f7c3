import { expect } from 'bun:test'

/** What the apps of these tests take for `publishToken`. */
export const TOKEN = 'a token for the tests'

/** Publishes an event of `news`, whose props are a text, as another program does. */
export async function publish(
  { url }: { readonly url: string },
  event: string,
  text: string,
): Promise<void> {
  const answer = await fetch(`${url}/sse/news`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ event, props: { text } }),
  })
  expect(answer.ok).toBe(true)
}
