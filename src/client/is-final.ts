/** Whether a status tells a client to stay away. Of the errors, 408, 425, 429 and 5xx may pass. */
export function isFinal(status: number): boolean {
  return /^204|^4(?!08|25|29)/.test(`${status}`)
}
