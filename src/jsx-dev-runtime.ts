export { Fragment, jsx as jsxDEV } from './html/element.ts'
export type { JSX } from './jsx-runtime.ts'
