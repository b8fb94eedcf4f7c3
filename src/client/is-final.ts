/**
 * Whether a status (0 for a redirect that was not followed) tells a client to stay away. To one that has been let in before, only those of a
 * refusal do: a gateway may answer 404 while the server behind it is replaced. To another one all
 * 4xx do, but for 408, 425 and 429, which may pass.
 */
export function isFinal(status: number, wasOpen?: boolean): boolean {
  return (wasOpen ? /^[03]|204|40[13]/ : /^204|^4(?!08|25|29)/).test(`${status}`)
}
