import type { Backlog } from '../broker/broker.ts'
import { renderContext, withVariant } from '../component/render-context.ts'
import { jsx, toElement } from '../html/element.ts'
import { Html, raw } from '../html/html.ts'
import { attributesMarkup } from '../html/attributes.ts'
import { type Params, placeOf, type StreamDefinition, type TargetOf } from './definition.ts'
import type { Delivery } from './delivery.ts'
import { renderEntry, renderProps, type Scope } from './rendered.ts'
import { target, type TargetProps } from './target.ts'
import { topicOf, topicUrl } from './topic-name.ts'

/** The markup that each event's target holds at first. */
type Painted = ReadonlyMap<string, string>

/**
 * Renders a topic as it stands, in an element that connects to what comes next.
 *
 * The cursor is taken before anything is loaded, so an event between this rendering and the
 * connection is replayed; at worst one is both loaded and replayed, never missed.
 */
export async function firstPaint(
  definition: StreamDefinition,
  params: Params,
  variant: string,
): Promise<Html> {
  const { broker, file } = placeOf(definition)
  const topic = topicOf(definition, params)
  const backlog = await broker.read(topic)
  if (backlog === undefined) throw new Error(`The broker does not know where ${topic} stands.`)
  const scope = { topic, variant, assets: renderContext()?.assets }
  return withVariant(variant, async () => {
    const painted =
      definition.load === undefined
        ? await paintLog(definition, scope, backlog)
        : await paintLoaded(definition, file, await definition.load(params))
    const view = await toElement(
      (definition.view ?? defaultView(definition))(params, targets(definition, painted)),
    )
    const root = view.isElement ? view : await toElement(jsx('div', { children: view }))
    return connectRoot(root, topic, backlog.cursor)
  })
}

/** Adds to the root what makes it live. Written into the tag, so the author's root stays the root. */
function connectRoot(root: Html, topic: string, cursor: string): Html {
  const live = attributesMarkup('a stream', {
    'hx-ext': 'sse',
    'sse-connect': topicUrl(topic, cursor),
    'sse-close': 'end',
    // After a gap the whole part is painted anew, from the stream's own URL.
    'hx-get': topicUrl(topic),
    'hx-trigger': 'sse:reset',
    'hx-target': 'this',
    'hx-swap': 'outerHTML',
    'hx-disinherit': '*',
  })
  const tagEnd = /^<[^\s/>]+/.exec(root.markup)?.[0].length ?? 0
  return new Html(root.markup.slice(0, tagEnd) + live + root.markup.slice(tagEnd), true)
}

function targets(definition: StreamDefinition, painted: Painted): TargetOf {
  return (props) => {
    const targetProps = props as TargetProps<string>
    const delivery = definition.events[targetProps.event]
    if (delivery?.swap === undefined) {
      throw new TypeError(`A view of ${definition.place?.file ?? definition.source} has a target without an event to put there.

Expected: event="${htmlEvents(definition).join('" or "')}"
Got: event="${String(targetProps.event)}"${delivery === undefined ? '' : ', which is JSON'}`)
    }
    return target(targetProps, delivery, raw(painted.get(targetProps.event) ?? ''))
  }
}

function defaultView(definition: StreamDefinition): NonNullable<StreamDefinition['view']> {
  return (_, Target) =>
    jsx('div', { children: htmlEvents(definition).map((event) => Target({ event })) })
}

function htmlEvents(definition: StreamDefinition): string[] {
  return Object.keys(definition.events).filter(
    (event) => definition.events[event]?.swap !== undefined,
  )
}

async function paintLog(
  definition: StreamDefinition,
  scope: Scope,
  { entries }: Backlog,
): Promise<Painted> {
  const painted = new Map<string, string>()
  for (const entry of entries) {
    const rendered = await renderEntry(definition, entry, scope)
    if (rendered !== undefined) put(painted, rendered.event, rendered.delivery, rendered.data)
  }
  return painted
}

/** `load` answers props by event: one, or a list from the oldest to the newest. */
async function paintLoaded(
  definition: StreamDefinition,
  file: string,
  loaded: unknown,
): Promise<Painted> {
  const painted = new Map<string, string>()
  for (const [event, props] of Object.entries((loaded ?? {}) as Record<string, unknown>)) {
    const delivery = definition.events[event]
    if (delivery === undefined)
      throw new TypeError(`load of ${file} answered an event that the stream does not have.

Expected: ${Object.keys(definition.events).join(', ')}
Got: ${event}`)
    if (delivery.swap === undefined) continue
    for (const one of Array.isArray(props) ? props : props === undefined ? [] : [props]) {
      put(painted, event, delivery, await renderProps(delivery, one))
    }
  }
  return painted
}

function put(
  painted: Map<string, string>,
  event: string,
  { kind }: Delivery,
  markup: string,
): void {
  const before = painted.get(event) ?? ''
  if (kind === 'append') painted.set(event, before + markup)
  else if (kind === 'prepend') painted.set(event, markup + before)
  else painted.set(event, markup)
}
