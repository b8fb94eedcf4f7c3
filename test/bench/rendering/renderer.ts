import { type Child, startChild } from '../machine/child.ts'
import type { Answer, Order } from './worker.ts'

/** One way to render the page, in a process of its own. */
export interface Renderer {
  readonly name: string
  readonly ask: (order: Order) => Promise<Answer>
  readonly stop: () => Promise<void>
}

/** Starts the process of a renderer. */
export async function startRenderer(name: string, file: string): Promise<Renderer> {
  let waiting = Promise.withResolvers<unknown>()
  const child: Child = startChild([process.execPath, `${import.meta.dir}/worker.ts`, file], {
    onMessage: (message) => waiting.resolve(message),
  })
  await waiting.promise
  return {
    name,
    ask(order) {
      waiting = Promise.withResolvers()
      child.send(order)
      return waiting.promise as Promise<Answer>
    },
    stop: () => child.stop(),
  }
}

/**
 * The page without what may differ between renderers: how characters are escaped (kita escapes only
 * the quotes in attributes), and React's empty comments and its spelling of `datetime`.
 */
export function canonical(page: string): string {
  return page
    .replaceAll('<!-- -->', '')
    .replaceAll(' dateTime=', ' datetime=')
    .replaceAll(/&#x27;|&#0?39;|&apos;/g, "'")
    .replaceAll(/&#34;|&quot;/g, '"')
    .replaceAll('&gt;', '>')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&')
}
