/**
 * Loaded before `sse.ts`, it makes the tabs of a browser share one connection. Where there are no Web
 * Locks, as on a page that came over plain HTTP from another machine, every tab keeps its own.
 */
import { createTabExchange } from './tab-exchange.ts'

/** Tabs with other keys, of another session, say, share nothing with this one. */
const key = document.currentScript?.dataset['key'] ?? ''

if ('locks' in navigator) window.rivuletShare = (own) => createTabExchange(own, `rivulet ${key}`)
