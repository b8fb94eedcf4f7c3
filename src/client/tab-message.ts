import type { Block } from './event-parser.ts'
import type { Live, LiveDetail } from './feed.ts'

/** What a tab asks of the one that leads. */
export type TabRequest =
  | {
      readonly type: 'join'
      readonly tab: string
      /** Of the follower, within its tab. */
      readonly id: number
      readonly topic: string
      readonly cursor: string | null
      /** Whether the server has let it in before. */
      readonly wasOpen: boolean
    }
  | { readonly type: 'leave'; readonly tab: string; readonly id: number }
  | { readonly type: 'wake' }
  | { readonly type: 'ask' }

/** What the tab that leads says, with its own name in `from`. */
export type LeaderMessage = { readonly from: string } & (
  | { readonly type: 'lead' }
  | { readonly type: 'here'; readonly isHidden: boolean }
  | { readonly type: 'block'; readonly tab: string; readonly id: number; readonly block: Block }
  | {
      readonly type: 'live'
      readonly tab: string
      readonly id: number
      readonly state: Live | 'error'
      readonly detail: LiveDetail
    }
)
