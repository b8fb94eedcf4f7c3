import { afterAll, beforeAll, expect } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../../create/eventually.ts'
import { browserPath } from '../../run/browser.ts'
import { findExecutable } from '../../run/executable.ts'
import { requires } from '../../run/requires.ts'
import { useBrowser } from '../browser.ts'
import { expectTexts } from '../expect-texts.ts'
import { expectStates } from './states.ts'
import { WireServer } from './wire-server.ts'

const { test } = requires('chromium')
const browser = useBrowser()

let wire: WireServer | undefined
beforeAll(async () => {
  if (browserPath() === undefined) return
  if (findExecutable('openssl') === undefined)
    throw new Error('The certificate of this test is made by openssl, which is not installed.')
  const folder = await mkdtemp(join(tmpdir(), 'rivulet-tls-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const args = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
  ]
  const made = Bun.spawn(
    ['openssl', ...args, '-subj', '/CN=localhost', '-keyout', key, '-out', cert],
    { stderr: 'ignore' },
  )
  expect(await made.exited).toBe(0)
  wire = new WireServer({
    tls: { key: await Bun.file(key).text(), cert: await Bun.file(cert).text() },
  })
  await rm(folder, { recursive: true })
})
afterAll(() => wire?.stop())

test.each([2, 4] as const)(
  'htmx %i: over HTTP/2, too, one stream brings all, through whatever happens',
  async (major) => {
    if (wire === undefined) throw new Error('There is no server outside of a test.')
    const topics = Array.from({ length: 30 }, (_, index) => `h2-${major}-${index}`)
    const url = `${wire.url}/page-${major}?topics=${topics.join()}`
    const page = await browser.open(url, { ignoreHTTPSErrors: true })
    await expectStates(page, ...topics.map(() => 'open'))
    const protocol = (): Promise<string | undefined> =>
      page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .map((entry) => (entry as PerformanceResourceTiming).nextHopProtocol)
          .at(-1),
      )
    expect(await protocol()).toBe('h2')
    expect([...wire.open].filter(({ topics: [first] }) => first === topics[0])).toHaveLength(1)
    for (const topic of topics) wire.publish(topic, '1')
    await expectTexts(
      page.locator('li'),
      topics.map(() => '1'),
    )
    wire.dropAll()
    for (const topic of topics) wire.publish(topic, '2')
    await expectTexts(
      page.locator('li'),
      topics.flatMap(() => ['1', '2']),
    )
    wire.dropAll()
    wire.forget(topics[0]!)
    wire.judge(topics[1]!, 'end')
    await expectTexts(
      page.locator('li'),
      topics.slice(1).flatMap(() => ['1', '2']),
    )
    await expectStates(page, 'open', 'ended', ...topics.slice(2).map(() => 'open'))
    await page.evaluate(() => document.body.replaceChildren())
    await eventually('nothing is open', () => wire?.open.size === 0)
    await page.close()
  },
)
