import { expect, test } from 'bun:test'
import { attributesToString } from '@kitajs/html'
import fc from 'fast-check'
import { parseHTML } from 'linkedom'
import { attributesMarkup } from '../../src/html/attributes.ts'

// The types of our elements are kita's, so an attribute has to come out as kita's serializer writes it
// wherever kita is right: names that are names, values that need no more escaping than `"`.

const name = fc.constantFrom(
  'id',
  'title',
  'href',
  'tabindex',
  'hidden',
  'disabled',
  'value',
  'alt',
)
const text = fc.string({ unit: fc.constantFrom('a', 'B', '1', ' ', '"', '-', '/', 'é', '語') })
const value = fc.oneof(text, fc.integer(), fc.boolean(), fc.constantFrom(null, undefined))
const classes = fc.array(
  fc.oneof(
    text.map((word) => word.trim()),
    fc.constantFrom(false, null),
  ),
)

function attributesOf(markup: string): Record<string, string> {
  const { document } = parseHTML(`<p${markup}></p>`)
  const element = document.querySelector('p')
  return Object.fromEntries([...(element?.attributes ?? [])].map((one) => [one.name, one.value]))
}

test("attributes are written as kita's serializer writes them", () => {
  fc.assert(
    fc.property(fc.dictionary(name, value), (props) => {
      expect(attributesOf(attributesMarkup('p', props))).toEqual(
        attributesOf(attributesToString(props)),
      )
    }),
    { numRuns: 1000 },
  )
})

test("class lists are joined as kita's serializer joins them", () => {
  fc.assert(
    fc.property(classes, (list) => {
      expect(attributesOf(attributesMarkup('p', { class: list }))).toEqual(
        attributesOf(attributesToString({ class: list })),
      )
    }),
    { numRuns: 1000 },
  )
})
