/** Sends a form from outside of any browser. Throws unless it is accepted. */
export async function submit(url: string, fields: Record<string, string>): Promise<void> {
  const body = new URLSearchParams(fields)
  const response = await fetch(url, { method: 'POST', body, redirect: 'manual' })
  if (response.status === 303) return
  throw new Error(`${url} answered ${response.status}:\n${await response.text()}`)
}
