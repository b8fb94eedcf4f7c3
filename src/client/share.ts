/**
 * Loaded before `sse.ts`, it makes the tabs of a browser share one connection. Where there are no Web
 * Locks, as on a page that came over plain HTTP from another machine, every tab keeps its own.
 */
import { createTabExchange } from './tab-exchange.ts'

if ('locks' in navigator) window.rivuletShare = createTabExchange
