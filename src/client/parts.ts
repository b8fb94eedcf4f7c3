import { seeMarkup } from './apply-event.ts'
import { createPart, type Part } from './part.ts'

/** The live parts of this page; each ends when its element goes, whoever has taken that away. */
export const parts = new Map<Element, Part>()

/** Makes a part of an element that connects; of others, and of those that are one, nothing. */
export function found(element: Element): void {
  if (parts.has(element) || !element.getAttribute('sse-connect')) return
  // One whose place this has taken has to make room first.
  sweep()
  try {
    const part = createPart(element as HTMLElement)
    parts.set(element, part)
    part.update()
  } catch (error) {
    // What is no URL: the others connect all the same.
    reportError(error)
  }
}

/** Ends the parts whose elements are gone. */
function sweep(): void {
  for (const element of parts.keys()) if (!element.isConnected) removed(element, 'nodeMissing')
}

/** Ends the part of an element, if it is one. */
export function removed(element: Element, type = 'nodeReplaced'): void {
  parts.get(element)?.close(type)
  parts.delete(element)
}

/** Sees what is removed, however that is done, and what is to connect to something else. */
export function watchParts(): void {
  new MutationObserver((records) => {
    sweep()
    for (const { attributeName, target, addedNodes } of records) {
      const { dataset } = target as HTMLElement
      for (const node of attributeName ? [target] : addedNodes)
        seeMarkup((node as Element).outerHTML)
      // What it holds goes with the new cursor.
      if (attributeName === 'sse-connect') delete dataset['live']
      // A morph that takes `data-live` away has painted the part anew, perhaps from before what it holds.
      else if (parts.has(target as Element) && !dataset['live']) {
        removed(target as Element)
        found(target as Element)
      }
    }
  }).observe(document, {
    subtree: true,
    childList: true,
    attributeFilter: ['sse-connect', 'sse-swap', 'hx-trigger', 'data-live'],
  })
}
