import type { RivuletJsx } from '../html/jsx.ts'

type Div = RivuletJsx.IntrinsicElements['div']
type Prefixed = `${'aria' | 'data' | 'hx' | 'sse'}-${string}`

/** What any element takes: HTML's global attributes, `class`, `style`, `role`, and htmx's `hx-*`. */
export type GlobalAttributes = Pick<Div, Extract<keyof Div, (typeof GLOBAL)[number] | Prefixed>> & {
  autofocus?: boolean | undefined
  itemscope?: boolean | undefined
} & {
  [Name in Exclude<(typeof GLOBAL)[number], keyof Div | 'autofocus' | 'className' | 'itemscope'>]?:
    string | undefined
}

/**
 * Whether an attribute may pass through a component that does not declare it: HTML globals,
 * `aria-*`, `data-*`, `hx-*` and `sse-*` (the rule of Phoenix LiveView's `:global`).
 */
export function isGlobalAttribute(name: string): boolean {
  return globals.has(name) || /^(aria|data|hx|sse)-/.test(name)
}

/** HTML standard, 3.2.6 "Global attributes", and ARIA's `role`. Inline handlers are left out. */
// prettier-ignore
const GLOBAL = [
  'accesskey', 'autocapitalize', 'autocorrect', 'autofocus', 'class', 'className', 'contenteditable',
  'dir', 'draggable', 'enterkeyhint', 'exportparts', 'hidden', 'id', 'inert', 'inputmode', 'is', 'itemid',
  'itemprop', 'itemref', 'itemscope', 'itemtype', 'lang', 'nonce', 'part', 'popover', 'role', 'slot',
  'spellcheck', 'style', 'tabindex', 'title', 'translate', 'virtualkeyboardpolicy', 'writingsuggestions',
] as const

const globals = new Set<string>(GLOBAL)
