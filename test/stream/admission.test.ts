import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { Admission, type ConnectionLimits } from '../../src/stream/admission.ts'
import { StreamStats } from '../../src/stream/stats.ts'

const NONE = { connections: Infinity, perAddress: Infinity, perUser: Infinity, perStream: Infinity }

function streams(...patterns: string[]) {
  return patterns.map((pattern) => ({ pattern, stats: new StreamStats() }))
}

/** What was counted as turned away, by stream. */
function shed(listened: ReturnType<typeof streams>) {
  return listened.map(({ stats }) => Object.fromEntries(stats.shed))
}

describe('a limit', () => {
  test.each<[keyof ConnectionLimits, object, object]>([
    ['connections', {}, {}],
    ['perAddress', { address: 'a' }, { address: 'b' }],
    ['perUser', { user: 'a' }, { user: 'b' }],
    ['perStream', { streams: streams('a') }, { streams: streams('b') }],
  ])('of %s holds for one of them, until one leaves', (limit, one, other) => {
    const admission = new Admission({ ...NONE, [limit]: 2 })
    const visitor = { streams: streams('x'), address: undefined, user: undefined, ...one }
    const admitted = [admission.admit(visitor), admission.admit(visitor)]
    expect(admission.admit(visitor)).toBeUndefined()
    expect(shed(visitor.streams)).toEqual([{ [limit]: 1 }])
    if (limit !== 'connections') expect(admission.admit({ ...visitor, ...other })).toBeDefined()
    admitted[0]?.release()
    // Once: a second call counts nobody out.
    admitted[0]?.release()
    expect(admission.admit(visitor)).toBeDefined()
    expect(admission.admit(visitor)).toBeUndefined()
  })

  test('that refuses counts nothing in', () => {
    const admission = new Admission({ ...NONE, perUser: 1, perAddress: 3 })
    const visitor = { streams: [], address: 'home', user: 'ada' }
    admission.admit(visitor)
    for (let attempt = 0; attempt < 5; attempt++) expect(admission.admit(visitor)).toBeUndefined()
    expect(admission.admit({ ...visitor, user: 'bob' })).toBeDefined()
    expect(admission.admit({ ...visitor, user: undefined })).toBeDefined()
    expect(admission.admit({ ...visitor, user: undefined })).toBeUndefined()
  })

  test('per stream counts a connection once, however many topics of it', () => {
    const admission = new Admission({ ...NONE, perStream: 2 })
    const nobody = { address: undefined, user: undefined }
    const rooms = streams('rooms', 'rooms', 'rooms')
    expect(admission.admit({ streams: rooms, ...nobody })).toBeDefined()
    expect(admission.admit({ streams: rooms, ...nobody })).toBeDefined()
    expect(admission.admit({ streams: rooms, ...nobody })).toBeUndefined()
  })

  test('per stream refuses that stream alone, and not those beside it', () => {
    const admission = new Admission({ ...NONE, connections: 5, perStream: 2 })
    const nobody = { address: undefined, user: undefined }
    const rooms = { streams: streams('rooms'), ...nobody }
    const first = admission.admit(rooms)
    admission.admit(rooms)
    const both = streams('news', 'rooms')
    const third = admission.admit({ streams: both, ...nobody })
    expect([...third!.full]).toEqual(['rooms'])
    expect(shed(both)).toEqual([{}, { perStream: 1 }])
    // It has no place there to give back.
    third?.release()
    expect(admission.admit(rooms)).toBeUndefined()
    first?.release()
    expect([...admission.admit({ streams: both, ...nobody })!.full]).toEqual([])
  })

  test('per stream counts those alone who get it', () => {
    const admission = new Admission({ ...NONE, connections: 2, perStream: 1 })
    const nobody = { address: undefined, user: undefined }
    const denied = admission.admit({ streams: streams('news', 'secret'), ...nobody })
    expect(admission.admit({ streams: streams('secret'), ...nobody })).toBeUndefined()
    denied?.keep(new Set(['news']))
    denied?.keep(new Set(['news']))
    const member = admission.admit({ streams: streams('secret'), ...nobody })
    expect(member).toBeDefined()
    expect(admission.admit({ streams: [], ...nobody })).toBeUndefined()
    denied?.release()
    denied?.release()
    expect(admission.admit({ streams: streams('secret'), ...nobody })).toBeUndefined()
    expect(admission.admit({ streams: streams('news'), ...nobody })).toBeDefined()
  })

  test('of one stream is met by none of them: then nothing is counted in', () => {
    const admission = new Admission({ ...NONE, connections: 3, perStream: 1 })
    const nobody = { address: undefined, user: undefined }
    const both = { streams: streams('news', 'rooms'), ...nobody }
    const first = admission.admit(both)
    for (let attempt = 0; attempt < 5; attempt++) expect(admission.admit(both)).toBeUndefined()
    first?.release()
    expect(admission.admit(both)).toBeDefined()
  })

  test('is never exceeded, and all is given back, in whatever order they come and go', () => {
    const visitor = fc.record({
      streams: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
      address: fc.option(fc.constantFrom('1', '2'), { nil: undefined }),
      user: fc.option(fc.constantFrom('ada', 'bob'), { nil: undefined }),
      stays: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(visitor, { maxLength: 60 }), (visitors) => {
        const limits = { connections: 9, perAddress: 4, perUser: 3, perStream: 5 }
        const admission = new Admission(limits)
        const here: { visitor: (typeof visitors)[number]; leave: () => void }[] = []
        for (const one of visitors) {
          const admitted = admission.admit({ ...one, streams: streams(...one.streams) })
          if (admitted !== undefined) {
            const { full, release } = admitted
            const listened = one.streams.filter((stream) => !full.has(stream))
            here.push({ visitor: { ...one, streams: listened }, leave: release })
          }
          const count = (holds: (of: typeof one) => boolean): number =>
            here.filter((present) => holds(present.visitor)).length
          expect(here.length).toBeLessThanOrEqual(limits.connections)
          for (const address of ['1', '2'])
            expect(count((of) => of.address === address)).toBeLessThanOrEqual(limits.perAddress)
          for (const user of ['ada', 'bob'])
            expect(count((of) => of.user === user)).toBeLessThanOrEqual(limits.perUser)
          for (const stream of ['a', 'b', 'c'] as const)
            expect(count((of) => of.streams.includes(stream))).toBeLessThanOrEqual(limits.perStream)
          if (!one.stays) here.shift()?.leave()
        }
        for (const { leave } of here) leave()
        for (let n = 0; n < 3; n++) {
          const everywhere = { streams: streams('a', 'b', 'c'), address: '1', user: 'ada' }
          expect(admission.admit(everywhere)?.full.size).toBe(0)
        }
      }),
    )
  })
})
