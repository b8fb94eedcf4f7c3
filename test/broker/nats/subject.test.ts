import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { anchorSubject, subjectOf, topicOf } from '../../../src/broker/nats/subject.ts'

test.each([
  ['notifications', 'rivulet.notifications'],
  ['rooms/lobby', 'rivulet.rooms.lobby'],
  ['rooms/a%2Fb', 'rivulet.rooms.a%2Fb'],
  ['tasks/0b7e-1', 'rivulet.tasks.0b7e-1'],
  ['users/ann@example.org', 'rivulet.users.ann@example=2Eorg'],
  ['ä', 'rivulet.=C3=A4'],
  ['a*>', 'rivulet.a=2A=3E'],
  ['a=2E', 'rivulet.a=3D2E'],
  ['a b\n', 'rivulet.a=20b=0A'],
  ['a//b/', 'rivulet.a.=.b.='],
  ['', 'rivulet.='],
])('the topic %j is the subject %s, and back', (topic, subject) => {
  expect(subjectOf('rivulet', topic)).toBe(subject)
  expect(topicOf('rivulet', subject)).toBe(topic)
})

test('any topic has a subject of its own that NATS takes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (topic) => {
      const subject = subjectOf('a.b', topic)
      expect(subject).toMatch(/^a\.b(\.[!-)+-\-/-=?-~]+)+$/)
      expect(subject).not.toMatch(/[*>\s]/)
      expect(topicOf('a.b', subject)).toBe(topic)
    }),
  )
})

test.each([
  'rivulet',
  'rivulet.',
  'rivulet.a..b',
  'rivulet.=4',
  'rivulet.=41',
  'rivulet.=c3=a4',
  'rivulet.=C3',
  'rivulet.=C0=80',
  'other.a',
  anchorSubject('rivulet'),
])('no topic has the subject %s', (subject) => {
  expect(topicOf('rivulet', subject)).toBeUndefined()
})

test('a topic that NATS cannot have is refused', () => {
  expect(() => subjectOf('rivulet', 'x'.repeat(1100))).toThrow('too long')
  expect(() => subjectOf('rivulet', '\ud800')).toThrow('lone surrogates')
})
