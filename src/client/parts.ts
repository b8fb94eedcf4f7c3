import { createPart, type Part } from './part.ts'

/** The live parts of this page; each ends when its element goes, whoever has taken that away. */
export const parts = new Map<Element, Part>()

/** Makes a part of an element that connects; of others, and of those that are one, nothing. */
export function found(element: Element): void {
  if (parts.has(element) || element.getAttribute('sse-connect') === null) return
  // One whose place this has taken has to make room first.
  sweep()
  const part = createPart(element as HTMLElement)
  parts.set(element, part)
  part.update()
}

/** Ends the part of an element, if it is one. */
export function removed(element: Element, type = 'nodeReplaced'): void {
  parts.get(element)?.close(type)
  parts.delete(element)
}

function sweep(): void {
  for (const element of parts.keys()) if (!element.isConnected) removed(element, 'nodeMissing')
}

/** Sees what is removed without htmx, and what is to connect to something else. */
export function watchParts(): void {
  new MutationObserver((records) => {
    sweep()
    for (const { type, target } of records) {
      if (type !== 'attributes' || !parts.has(target as Element)) continue
      removed(target as Element)
      // What it holds goes with the new cursor.
      delete (target as HTMLElement).dataset['live']
      found(target as Element)
    }
  }).observe(document, {
    subtree: true,
    childList: true,
    attributeFilter: ['sse-connect'],
  })
}
