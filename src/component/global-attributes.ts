import type { RivuletJsx } from '../html/jsx.ts'

/** What any element takes: HTML's global attributes, `class`, `style`, `role`, and htmx's `hx-*`. */
export type GlobalAttributes = Omit<RivuletJsx.IntrinsicElements['div'], 'children' | 'safe'>

/**
 * Whether an attribute may pass through a component that does not declare it: HTML globals,
 * `aria-*`, `data-*`, `hx-*` and `sse-*` (the rule of Phoenix LiveView's `:global`).
 */
export function isGlobalAttribute(name: string): boolean {
  return GLOBAL.has(name) || /^(aria|data|hx|sse)-/.test(name)
}

/** HTML standard, 3.2.6 "Global attributes", and ARIA's `role`. Inline handlers are left out. */
const GLOBAL = new Set(
  `accesskey autocapitalize autocorrect autofocus class className contenteditable dir draggable
  enterkeyhint exportparts hidden id inert inputmode is itemid itemprop itemref itemscope itemtype
  lang nonce part popover role slot spellcheck style tabindex title translate
  virtualkeyboardpolicy writingsuggestions`.split(/\s+/),
)
