/** Swaps HTML as the attributes of an element say, or with `style` in its own place. */
export type Swap = (element: Element, html: string, style?: 'outerHTML') => Promise<void> | void
