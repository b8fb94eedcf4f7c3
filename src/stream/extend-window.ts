import type { Backlog, Entry } from '../broker/broker.ts'
import { type Frame, frameOf } from './frame.ts'
import type { Rendered } from './rendered.ts'
import type { Compare, Window } from './window.ts'

/** What a window is extended from. */
export interface Past {
  /** What the log retains after the cursor. */
  readonly read: () => Promise<Backlog | undefined>
  readonly compare: Compare
  readonly render: (entry: Entry) => Rendered | Promise<Rendered | undefined> | undefined
  /** Called just before positions that the window has left are taken again. */
  readonly beforePrepend: () => void
}

/**
 * Puts what came between an older cursor and the window before it. `false` when the log cannot
 * tell what that was; `true` when it is worth another look at the window. Meanwhile the window may
 * move on; nobody else may extend it.
 */
export async function extendWindow(window: Window, after: string, past: Past): Promise<boolean> {
  if (window.position(after) !== undefined) return true
  const backlog = await past.read()
  if (backlog === undefined) return false
  const older: Frame[] = []
  for (const entry of backlog.entries) {
    // Asked anew each time: rendering may take long, and the window begins later by then.
    if ((past.compare(entry.cursor ?? window.base, window.base) ?? 1) > 0) break
    older.push(frameOf(entry, await past.render(entry)))
  }
  // What the window has left since the log was read is not in `older`: there would be a hole.
  if ((past.compare(window.base, backlog.cursor) ?? 1) > 0) return true
  past.beforePrepend()
  window.prepend(older, after)
  return true
}
