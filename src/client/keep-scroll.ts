/**
 * Notes where all that holds targets of events is scrolled to; what it returns scrolls whatever holds
 * them by then to the same places. (The focus is kept by htmx, where its element has an id.)
 */
export function keepScroll(): () => void {
  const before = Array.from(holders(), ({ scrollTop }) => scrollTop)
  return () => {
    const after = holders()
    if (after.length === before.length)
      after.forEach((element, index) => (element.scrollTop = before[index]!))
  }
}

function holders(): NodeListOf<Element> {
  return document.querySelectorAll('[sse-connect],[sse-swap]')
}
