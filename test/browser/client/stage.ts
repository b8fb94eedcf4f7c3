import type { Page } from 'playwright-core'
import type { Tabs } from '../browser.ts'
import { expectStates } from './states.ts'
import { WireServer } from './wire-server.ts'

/** What a test plays on: a server of its own, and one major of htmx. */
export interface Stage {
  readonly major: 2 | 4
  readonly wire: WireServer
  /** Opens a page with a part for each topic, and waits until they are open, if they are all. */
  readonly open: (topics: readonly string[], options?: StageOptions) => Promise<Page>
  /** Publishes messages of a topic. */
  readonly say: (topic: string, ...texts: readonly string[]) => void
  /** How many connections have a topic. */
  readonly connections: (topic: string) => number
}

export interface StageOptions {
  /** Markup after the parts. */
  readonly body?: string
  /** Attributes of the page's settings. */
  readonly settings?: string
  /** Where the page comes from, if not from the server itself. */
  readonly origin?: string
}

/** Declares a test that is played with both majors of htmx, at once. */
export type Play = (what: string, play: (stage: Stage) => Promise<void>) => void

/** Makes tests that are played with both majors in the browser of a file. */
export function onBoth(
  test: (what: string, body: () => Promise<void>) => void,
  browser: Tabs,
): Play {
  return (what, play) =>
    test(what, async () => {
      await Promise.all(([2, 4] as const).map((major) => perform(major, browser, play)))
    })
}

async function perform(
  major: 2 | 4,
  browser: Tabs,
  play: (stage: Stage) => Promise<void>,
): Promise<void> {
  await using wire = new WireServer()
  const pages: Page[] = []
  try {
    await play({
      major,
      wire,
      async open(topics, { body = '', settings = '', origin = wire.url } = {}) {
        const query = new URLSearchParams({
          topics: topics.join(),
          body,
          head: `<meta name="rivulet" ${settings} data-retry="100" data-longest="200">`,
        })
        const page = await browser.open(`${origin}/page-${major}?${query}`)
        pages.push(page)
        if (body === '') await expectStates(page, ...topics.map(() => 'open'))
        return page
      },
      say(topic, ...texts) {
        for (const text of texts) wire.publish(topic, text)
      },
      connections: (topic) => [...wire.open].filter(({ topics }) => topics.includes(topic)).length,
    })
  } catch (cause) {
    throw new Error(`With htmx ${major}`, { cause })
  } finally {
    await Promise.all(pages.map((page) => page.context().close()))
  }
}
