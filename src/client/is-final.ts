/**
 * Whether a status tells a client to stay away; 0 is that of a redirect which was not followed.
 *
 * To one that has been let in before, only a refusal does: a gateway may answer 404 while the server
 * behind it is replaced. To another one all 4xx do, but for 408, 425 and 429, which may pass.
 */
export function isFinal(status: number, wasOpen?: boolean): boolean {
  return (wasOpen ? /^[03]|204|40[13]/ : /^[03]|204|4(?!08|25|29)../).test(`${status}`)
}
