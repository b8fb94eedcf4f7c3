import { existsSync } from 'node:fs'
import { findExecutable } from './executable.ts'

/** What Chromium and its relatives are called on the PATH; all of them speak the same protocol. */
const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** Where macOS keeps them: no command on the PATH. */
const MAC_APPS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/**
 * Chromium without its windows: the same engine, for a third of the processor time (a new visitor with
 * a page took 0.18 s instead of 0.55, a page load 0.05 instead of 0.13).
 */
const SHELL = 'chromium-headless-shell'

/**
 * Where this machine's Chromium or Chrome is, or `undefined`. A `whole` one has all that belongs to
 * windows and tabs, like the back-forward cache. `CHROMIUM_PATH` goes first; a value that leads nowhere
 * throws rather than let another browser take its place unnoticed.
 */
export function browserPath({ whole = false } = {}): string | undefined {
  const chosen = process.env.CHROMIUM_PATH
  if (chosen) {
    if (existsSync(chosen)) return chosen
    throw new Error(`CHROMIUM_PATH is ${chosen}, and there is no such file.`)
  }
  for (const command of whole ? COMMANDS : [SHELL, ...COMMANDS]) {
    const path = findExecutable(command)
    if (path) return path
  }
  return MAC_APPS.find((path) => existsSync(path))
}
