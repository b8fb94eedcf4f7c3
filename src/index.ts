export type {
  Backlog,
  Broker,
  BrokerHealth,
  Entry,
  Listener,
  PublishOptions,
  Retention,
} from './broker/broker.ts'
export { createMemoryBroker, type MemoryBroker, type MemoryBrokerOptions } from './broker/memory.ts'
export { def, type Component, type PropsOf, type ViewProps } from './component/def.ts'
export type { GlobalAttributes } from './component/global-attributes.ts'
export { asset, variant } from './component/render-context.ts'
export { slot } from './component/slot.ts'
export type { ClassValue } from './html/class-names.ts'
export type { Child } from './html/child.ts'
export type { Element } from './html/element.ts'
export { doctype, raw, type Html } from './html/html.ts'
export { action, invalid, type Action, type ActionContext } from './page/action.ts'
export { Field } from './page/field.tsx'
export { Form } from './page/form.tsx'
export { Head } from './page/head.tsx'
export { HttpError, notFound, redirect } from './page/http-error.ts'
export { page, type Page, type PageContext } from './page/page.ts'
export type { ErrorProps, LayoutProps } from './page/route.ts'
export { rivulet, type RivuletApp, type RivuletOptions } from './server/app.ts'
export { connect, type ConnectOptions, type StreamConnection } from './server/connect.ts'
export type { Limits } from './server/limits.ts'
export type { MetricsOptions } from './server/operations.ts'
export type { TrustedProxy } from './server/visit.ts'
export type { AuthorizeContext, Permission, SourceContext } from './stream/definition.ts'
export {
  append,
  ephemeral,
  json,
  latest,
  prepend,
  replace,
  type Delivery,
} from './stream/delivery.ts'
export { PublishError } from './stream/message.ts'
export { stream, type Publisher, type SourceEvent, type Stream } from './stream/stream.ts'
