import type { Swap } from './swap.ts'

/** What htmx 4 tells an extension about itself (htmx.org 4.0.1, `#internalAPI`). */
interface InternalApi {
  attributeValue(element: Element, name: string): string | undefined
}

export interface Htmx4 {
  registerExtension(name: string, extension: object): void
  swap(context: object): Promise<void>
}

/** Makes an extension `sse` for htmx 4, in the place of hx-sse. */
export function extendHtmx4(htmx: Htmx4, found: (element: Element) => void): Swap {
  let api: InternalApi
  function process(root: Element): void {
    for (const element of [root, ...root.querySelectorAll('[sse-connect]')])
      if (!element.closest('[hx-ignore],[data-hx-ignore]')) found(element)
  }
  htmx.registerExtension('sse', {
    init(internal: InternalApi) {
      api = internal
      // htmx may have processed the page before this script came (4.0.1, constructor).
      process(document.documentElement)
    },
    htmx_after_process: process,
  })
  return (sourceElement, text, style) => {
    // An own context: htmx's is for a request, and takes as long to make as the swap itself.
    return htmx.swap({
      sourceElement,
      text,
      swap: style ?? api.attributeValue(sourceElement, 'hx-swap'),
      target: style ? sourceElement : api.attributeValue(sourceElement, 'hx-target'),
    })
  }
}
