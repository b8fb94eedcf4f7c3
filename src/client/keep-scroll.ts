/**
 * Lets `change` put other markup in the place of a part, and scrolls all that holds targets of events
 * to where it was. (The focus is kept by htmx, where its element has an id.)
 */
export function keepScroll(change: () => unknown): void {
  const before = Array.from(holders(), ({ scrollTop, scrollLeft }) => ({ scrollTop, scrollLeft }))
  change()
  const after = holders()
  if (after.length === before.length)
    after.forEach((element, index) => Object.assign(element, before[index]))
}

function holders(): NodeListOf<Element> {
  return document.querySelectorAll('[sse-swap],:has([sse-swap])')
}
