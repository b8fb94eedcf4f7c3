import type { Swap } from './swap.ts'

/** What htmx 2 tells an extension about itself (htmx.org 2.0.11, `internalAPI`). */
interface InternalApi {
  getTarget(element: Element): Element
  getSwapSpecification(element: Element): object
  swap(target: Element, content: string, how: object, options: object): void
  withExtensions(element: Element, use: (extension: Extension) => void): void
}

interface Extension {
  init(api: InternalApi): void
  getSelectors(): string[]
  onEvent(name: string, event: Event): void
  transformResponse?(content: string, request: null, element: Element): string
}

export interface Htmx2 {
  defineExtension(name: string, extension: Extension): void
}

/** Makes an extension `sse` for htmx 2, in the place of htmx-ext-sse. */
export function extendHtmx2(
  htmx: Htmx2,
  found: (element: Element) => void,
  removed: (element: Element) => void,
): Swap {
  let api: InternalApi
  htmx.defineExtension('sse', {
    init(internal) {
      api = internal
    },
    // htmx 2 tells of no other elements than these.
    getSelectors: () => ['[sse-connect]'],
    onEvent(name, { target }) {
      if (name === 'htmx:afterProcessNode') found(target as Element)
      if (name === 'htmx:beforeCleanupElement') removed(target as Element)
    },
  })
  return (contextElement, html, swapStyle) => {
    let content = html
    api.withExtensions(contextElement, (extension) => {
      content = extension.transformResponse!(content, null, contextElement)
    })
    api.swap(
      swapStyle ? contextElement : api.getTarget(contextElement),
      content,
      swapStyle ? { swapStyle } : api.getSwapSpecification(contextElement),
      { contextElement },
    )
  }
}
