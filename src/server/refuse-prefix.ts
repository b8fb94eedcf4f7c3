import type { AnyElysia } from 'elysia'
import { RouteError } from '../router/route-path.ts'

/**
 * Throws when an app is used under a prefix: the URLs in what pages render, of assets, streams and
 * forms, start at the root.
 */
export function refusePrefix(app: AnyElysia): void {
  let prefix = ''
  // Elysia 1.4.30 tells a plugin who uses it, but has that in no type.
  let holder = app as unknown as Held | null | undefined
  for (; holder != null; holder = holder.getParent?.())
    prefix = (holder.config.prefix ?? '') + prefix
  if (prefix === '') return
  throw new RouteError(`Rivulet has to answer from the root of its server.

Expected: new Elysia().use(rivulet())
Got: the prefix ${prefix}`)
}

interface Held {
  readonly config: { readonly prefix?: string }
  readonly getParent?: () => Held | null | undefined
}
