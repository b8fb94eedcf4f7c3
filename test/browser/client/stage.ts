import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { selfSign } from '../../self-signed.ts'
import type { Tabs } from '../browser.ts'
import { type RoughProxy, roughProxy } from '../rough-proxy.ts'
import { expectStates } from './states.ts'
import { type WireOptions, WireServer } from './wire-server.ts'

/** What a test plays on: a server of its own, one major of htmx, and one version of HTTP. */
export interface Stage {
  readonly major: 2 | 4
  readonly http: 1 | 2
  readonly wire: WireServer
  /** Another server of the kind. */
  readonly serve: (options?: WireOptions) => WireServer
  /** A bad line to the server. */
  readonly proxy: () => Promise<RoughProxy>
  /** A visitor with cookies and tabs of their own. */
  readonly visitor: () => Promise<BrowserContext>
  /** The URL of a page with a part for each topic. */
  readonly urlOf: (topics: readonly string[], options?: StageOptions) => string
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
  /** Markup of the head, before the scripts. */
  readonly head?: string
}

/** Declares a test that is played on every stage, at once. */
export type Play = (what: string, play: (stage: Stage) => Promise<void>) => void

/** Browsers speak HTTP/2 only over TLS. */
const { key, certificate } = selfSign()
const SECURE: WireOptions = { tls: { key, cert: certificate } }
const VISITOR: BrowserContextOptions = { ignoreHTTPSErrors: true }

/** Makes tests that are played with both majors of htmx and, unless told otherwise, both versions of HTTP. */
export function onEveryStage(
  test: (what: string, body: () => Promise<void>) => void,
  browser: Tabs,
  versions: readonly (1 | 2)[] = [1, 2],
): Play {
  const settings = versions.flatMap((http) =>
    ([2, 4] as const).map((major): Setting => ({ http, major, tab: undefined })),
  )
  return (what, play) =>
    test(what, async () => {
      await Promise.all(settings.map((setting) => perform(setting, browser, play)))
    })
}

/** What stays from one play to the next. */
interface Setting extends Pick<Stage, 'http' | 'major'> {
  /** A tab, which takes longer to make than most plays. Every play has a server, so an origin, of its own. */
  tab: Page | undefined
}

async function perform(
  setting: Setting,
  browser: Tabs,
  play: (stage: Stage) => Promise<void>,
): Promise<void> {
  const { http, major } = setting
  const visitors: BrowserContext[] = []
  const proxies: RoughProxy[] = []

  function serve(options: WireOptions = {}): WireServer {
    return new WireServer({ ...(http === 2 && SECURE), ...options })
  }

  async function visitor(): Promise<BrowserContext> {
    const context = await browser.visitor(VISITOR)
    visitors.push(context)
    return context
  }

  await using wire = serve()

  function urlOf(topics: readonly string[], options: StageOptions = {}): string {
    const { body = '', settings = '', origin = wire.url, head = '' } = options
    const query = new URLSearchParams({
      topics: topics.join(),
      body,
      head: `<meta name="rivulet" ${settings} data-retry="100" data-longest="200">${head}`,
    })
    return `${origin}/page-${major}?${query}`
  }

  async function tab(): Promise<Page> {
    const { tab: kept } = setting
    setting.tab = undefined
    return kept ?? (await visitor()).newPage()
  }

  let opened: Page | undefined
  try {
    await play({
      major,
      http,
      wire,
      serve,
      visitor,
      urlOf,
      async proxy() {
        const proxy = await roughProxy(wire)
        proxies.push(proxy)
        return proxy
      },
      async open(topics, options = {}) {
        const page = await tab()
        await page.goto(urlOf(topics, options))
        opened ??= page
        if (!options.body) await expectStates(page, ...topics.map(() => 'open'))
        return page
      },
      say(topic, ...texts) {
        for (const text of texts) wire.publish(topic, text)
      },
      connections: (topic) => [...wire.open].filter(({ topics }) => topics.includes(topic)).length,
    })
    await opened?.goto('about:blank')
    setting.tab = opened
  } catch (cause) {
    throw new Error(`With htmx ${major} over HTTP/${http}`, { cause })
  } finally {
    for (const context of visitors) if (context !== setting.tab?.context()) await context.close()
    for (const proxy of proxies) proxy.close()
  }
}
