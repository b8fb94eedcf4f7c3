import { type Browser, chromium, type LaunchOptions } from 'playwright-core'
import { browserPath } from './browser.ts'

/** The last six keep it off the network. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Starts the browser of this machine, as every test that needs one does. */
export function launchBrowser(options?: LaunchOptions): Promise<Browser> {
  return chromium.launch({ executablePath: browserPath(), args: FLAGS, ...options })
}
