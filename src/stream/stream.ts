import { z } from 'zod'
import { DEFAULT_RETENTION, type Retention } from '../broker/broker.ts'
import { callSite } from '../component/call-site.ts'
import type { Component } from '../component/def.ts'
import { renderContext } from '../component/render-context.ts'
import type { Input, Output, Shape } from '../component/shape.ts'
import type { Child } from '../html/child.ts'
import type { Element } from '../html/element.ts'
import { Html } from '../html/html.ts'
import type { AuthorizeContext, Permission, SourceContext, StreamDefinition } from './definition.ts'
import { type Delivery, latest } from './delivery.ts'
import { checkEventNames } from './event-names.ts'
import { withFallback } from './fallback.ts'
import { askPermission } from './permission.ts'
import { firstPaint } from './first-paint.ts'
import { parseParams, publish } from './publish.ts'
import type { TargetProps } from './target.ts'
import { variantOf } from './variant-of.ts'

/** The events of a stream, by name. */
export type Events = Readonly<Record<string, Delivery<unknown>>>

/** What `publish` takes for an event: what its component takes. */
export type EventProps<Declared> = Declared extends Delivery<infer Props> ? Props : never
type HtmlEvent<E extends Events> = keyof E & string

/** Publishes the events of one topic. */
export interface Publisher<E extends Events> {
  /**
   * Publishes an event to whoever is connected, and to the log; resolves with its cursor.
   * Rejects with a `PublishError` when the event or its props are not the stream's.
   */
  publish<Name extends keyof E & string>(event: Name, props: EventProps<E[Name]>): Promise<string>
}

/** `refresh:10s`: a page without JavaScript is loaded anew every ten seconds. */
export type Fallback = `refresh:${number}s`

/** A stream: the component that paints a topic and keeps it live, and the way to publish to it. */
export interface Stream<Params extends Shape, E extends Events> {
  /** `fallback` is for visitors without JavaScript: how often their page loads itself anew. */
  (params: Input<Params> & { readonly fallback?: Fallback }): Element
  /** The topic of these params. Throws when they are not the stream's. */
  at(params: Input<Params>): Publisher<E>
  /** Publishes to the one topic of a stream without params. */
  publish: keyof Params extends never ? Publisher<E>['publish'] : never
  /** For the router, which gives the stream its place. */
  readonly definition: StreamDefinition
}

interface SharedOptions<Params extends Shape> {
  /** The `[param]`s of the file's path, by zod. */
  readonly params?: Params
  /**
   * Who may listen: asked for every connection, reconnection and first paint. Default: everybody.
   * `{ until }` (a Date, or milliseconds since 1970) closes the connection at that time.
   */
  readonly authorize?: (
    context: AuthorizeContext<Output<NoInfer<Params>>>,
  ) => Permission | Promise<Permission>
  /**
   * What the rendering of events depends on besides their props: a locale, a role. Events are rendered
   * once for each distinct answer, and their components read it with `variant()`. At most 64
   * characters, and 64 different ones at a time on one topic. Default: nothing.
   */
  readonly vary?: (context: AuthorizeContext<Output<NoInfer<Params>>>) => string
  /** How much is kept for replay. Default 256 events, 24 hours, 1 MiB. */
  readonly history?: Partial<Retention>
}

/** What a source of several events yields. */
export type SourceEvent<E extends Events> = {
  [Name in keyof E & string]: {
    readonly event: Name
    readonly props: EventProps<E[Name]>
    readonly id?: string
  }
}[keyof E & string]

/** A stream of several events. */
export interface StreamOptions<
  Params extends Shape,
  E extends Events,
> extends SharedOptions<Params> {
  readonly events: E
  /** Where events come from; runs once per topic and process, while somebody listens. */
  readonly source?: (
    params: Output<NoInfer<Params>>,
    context: SourceContext,
  ) => AsyncIterable<SourceEvent<NoInfer<E>>>
  /** The first paint: props by event, one or a list from oldest to newest. Default: the log. */
  readonly load?: (
    params: Output<NoInfer<Params>>,
  ) => Loaded<NoInfer<E>> | Promise<Loaded<NoInfer<E>>>
  /** The element around the targets. Default: a `div` with a target per event. */
  readonly view?: (
    params: Output<NoInfer<Params>>,
    Target: (props: TargetProps<HtmlEvent<NoInfer<E>>>) => Element,
  ) => Child
}

type Loaded<E extends Events> = {
  readonly [Name in keyof E]?: EventProps<E[Name]> | readonly EventProps<E[Name]>[]
}

/** A component that streams itself. */
export interface SelfOptions<
  Params extends Shape,
  Props,
  Name extends string,
> extends SharedOptions<Params> {
  /** The name of its one event. Default `message`. */
  readonly event?: Name
  /** Yields the component's props whenever they change; when it returns, the topic ends. */
  readonly source?: Once<
    Props,
    (params: Output<NoInfer<Params>>, context: SourceContext) => AsyncIterable<Props>
  >
  /** The id of what the source yielded, given back to it as `after` when it starts again. */
  readonly id?: (props: Props) => string
  /** The props of the first paint. Default: the newest in the log. */
  readonly load?: Once<
    Props,
    (params: Output<NoInfer<Params>>) => Props | undefined | Promise<Props | undefined>
  >
}

/** A type that waits until the props are known: so `{ tone: 'info' }` in it is no `{ tone: string }`. */
type Once<Props, Then> = Props extends unknown ? Then : never

/**
 * Declares a stream. Its file's path in `streams/` is its URL under `/sse/` and its topic.
 *
 * @example
 * ```tsx
 * export default stream({ events: { notification: prepend(NotificationItem) } })
 * ```
 */
export function stream<
  Props extends Shape,
  Params extends Shape = {},
  const Name extends string = 'message',
>(
  component: Component<Props>,
  options?: SelfOptions<Params, Input<Props>, Name>,
): Stream<Params, Record<Name, Delivery<Input<Props>>>>
export function stream<E extends Events, Params extends Shape = {}>(
  options: StreamOptions<Params, E>,
): Stream<Params, E>
export function stream(first: unknown, second: object = {}): unknown {
  const { params, authorize, vary, history, ...rest } =
    typeof first === 'function'
      ? ofComponent(first as Component, second)
      : (first as StreamOptions<Shape, Events>)
  const source = callSite()
  checkEventNames(source, Object.keys(rest.events))
  const definition: StreamDefinition = {
    source,
    params: z.strictObject(params ?? {}),
    events: rest.events as Readonly<Record<string, Delivery>>,
    retention: { ...DEFAULT_RETENTION, ...history },
    authorize,
    vary,
    run: rest.source as StreamDefinition['run'],
    load: rest.load,
    view: rest.view as StreamDefinition['view'],
    place: undefined,
  }
  const at = (given: unknown): Publisher<Events> => {
    const parsed = parseParams(definition, given)
    return { publish: (event, props) => publish(definition, parsed, { event, props }) }
  }
  const component = (given: Readonly<Record<string, unknown>>): Promise<Html> =>
    paint(definition, given)
  return Object.assign(component, {
    definition,
    at,
    publish: async (event: string, props: never) => at({}).publish(event, props),
  })
}

/** `stream(Component, …)` is the stream of one `latest` event that the component renders. */
function ofComponent(
  component: Component,
  { event = 'message', source, load, id, ...shared }: SelfOptions<Shape, unknown, string>,
): StreamOptions<Shape, Events> {
  return {
    ...shared,
    events: { [event]: latest(component) as Delivery<unknown> },
    ...(source && {
      async *source(params, context) {
        for await (const props of source(params, context)) {
          yield { event, props, ...(id && { id: id(props) }) }
        }
      },
    }),
    ...(load && { load: async (params) => ({ [event]: await load(params) }) }),
  }
}

/** The first paint inside a page: nothing at all for a visitor who may not listen. */
async function paint(definition: StreamDefinition, given: unknown): Promise<Html> {
  const { children: _, fallback, ...rest } = given as Readonly<Record<string, unknown>>
  const params = parseParams(definition, rest)
  if (definition.authorize === undefined && definition.vary === undefined)
    return withFallback(await firstPaint(definition, params, ''), fallback)
  const request = renderContext()?.request
  if (request === undefined) {
    throw new Error(
      `${definition.place?.file ?? definition.source} has an authorize or a vary, so it can only be painted for a request: in a page.`,
    )
  }
  const permitted = await askPermission(definition, params, request)
  if (permitted instanceof Response) return new Html('')
  const painted = await firstPaint(definition, params, variantOf(definition, params, request))
  return withFallback(painted, fallback)
}
