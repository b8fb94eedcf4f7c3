import { afterAll, expect, test } from 'bun:test'
import { createTestApp } from 'rivulet/testing'
import { fixture } from '../fixture.ts'

/** Each field alone on a page, by the zod schema that it is declared with. */
const FIELDS: readonly (readonly [schema: string, props: string, control: string])[] = [
  ['z.string()', '', '<input type="text" id="field-x" name="x">'],
  [
    'z.string().min(2).max(9)',
    '',
    '<input type="text" required minlength="2" maxlength="9" id="field-x" name="x">',
  ],
  [
    'z.string().trim().min(1).optional()',
    '',
    '<input type="text" minlength="1" id="field-x" name="x">',
  ],
  [
    'z.string().default("a & b")',
    '',
    '<input type="text" id="field-x" name="x" value="a &amp; b">',
  ],
  ['z.string().default("a")', 'value="b"', '<input type="text" id="field-x" name="x" value="b">'],
  ['z.string().transform(Number)', '', '<input type="text" id="field-x" name="x">'],
  ['z.email()', '', '<input type="email" required id="field-x" name="x">'],
  [
    'z.string().email().max(50)',
    '',
    '<input type="email" required maxlength="50" id="field-x" name="x">',
  ],
  ['z.url()', '', '<input type="url" required id="field-x" name="x">'],
  ['z.e164()', '', '<input type="tel" required id="field-x" name="x">'],
  ['z.iso.date()', '', '<input type="date" required id="field-x" name="x">'],
  ['z.coerce.date()', '', '<input type="date" required id="field-x" name="x">'],
  ['z.coerce.number()', '', '<input type="number" required step="any" id="field-x" name="x">'],
  [
    'z.coerce.number().int().min(1).max(5)',
    '',
    '<input type="number" required min="1" max="5" id="field-x" name="x">',
  ],
  ['z.int()', '', '<input type="number" required id="field-x" name="x">'],
  [
    'z.coerce.number().default(3)',
    '',
    '<input type="number" step="any" id="field-x" name="x" value="3">',
  ],
  ['z.boolean()', '', '<input type="checkbox" id="field-x" name="x">'],
  ['z.boolean()', 'value={true}', '<input type="checkbox" id="field-x" name="x" checked>'],
  ['z.boolean().default(true)', 'value={false}', '<input type="checkbox" id="field-x" name="x">'],
  [
    'z.date()',
    'value={new Date("2026-02-03")}',
    '<input type="date" required id="field-x" name="x" value="2026-02-03">',
  ],
  [
    'z.date()',
    'type="datetime-local" value={new Date("2026-02-03T10:30Z")}',
    '<input type="datetime-local" required id="field-x" name="x" value="2026-02-03T10:30">',
  ],
  [
    'z.array(z.enum(["a", "b"]))',
    'value={["b"]}',
    '<select id="field-x" name="x" multiple=""><option value="a">a</option><option value="b" selected>b</option></select>',
  ],
  ['z.boolean().default(true)', '', '<input type="checkbox" id="field-x" name="x" checked>'],
  ['z.file()', 'accept=".csv"', '<input type="file" required accept=".csv" id="field-x" name="x">'],
  ['z.array(z.file())', '', '<input type="file" multiple id="field-x" name="x">'],
  [
    'z.string()',
    'type="password" autocomplete="off"',
    '<input type="password" autocomplete="off" id="field-x" name="x">',
  ],
  [
    'z.string()',
    'type="textarea" rows={3} value="<b>"',
    '<textarea rows="3" id="field-x" name="x">&lt;b&gt;</textarea>',
  ],
  [
    'z.string()',
    'class="wide" id="mine" data-a="1"',
    '<input type="text" id="mine" class="wide" data-a="1" name="x">',
  ],
  [
    'z.enum(["a", "b"])',
    '',
    '<select required id="field-x" name="x"><option value="a">a</option><option value="b">b</option></select>',
  ],
  [
    'z.enum(["a", "b"])',
    'value="b"',
    '<select required id="field-x" name="x"><option value="a">a</option><option value="b" selected>b</option></select>',
  ],
  [
    'z.enum(["a"]).optional()',
    '',
    '<select id="field-x" name="x"><option value=""></option><option value="a">a</option></select>',
  ],
  [
    'z.enum(["a", "b"]).default("b")',
    '',
    '<select id="field-x" name="x"><option value="a">a</option><option value="b" selected>b</option></select>',
  ],
  [
    'z.array(z.enum(["a", "b"]))',
    '',
    '<select id="field-x" name="x" multiple=""><option value="a">a</option><option value="b">b</option></select>',
  ],
]

const root = await fixture(
  Object.fromEntries(
    FIELDS.map(([schema, props], index) => [
      `pages/f${index}.tsx`,
      `import { action, Field, page } from 'rivulet'
import { z } from 'zod'
export const POST = action({ body: { x: ${schema}, other: z.literal('right') } }, () => {})
export default page({}, () => <><Field name="x" label="X" ${props} /><Field name="other" label="Other" /></>)`,
    ]),
  ),
)
const app = await createTestApp({ root })
afterAll(() => app.close())

test.each(FIELDS.map(([schema, props, control], index) => ({ schema, props, control, index })))(
  '$schema $props',
  async ({ control, index }) => {
    const html = await (await app.fetch(`/f${index}`)).text()
    expect(html).toStartWith(`<label class="field"><span>X</span>${control}</label><label `)
  },
)

/** The control of the field as it is shown after another field was rejected. */
async function again(schema: string, form: string): Promise<string> {
  const index = FIELDS.findIndex((field) => field[0] === schema)
  const response = await app.fetch(`/f${index}`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  expect(response.status).toBe(422)
  const [, field = ''] = (await response.text()).split('<label class="field"><span>X</span>')
  return field.slice(0, field.indexOf('<label'))
}

test('a rejected form keeps what was typed, and nothing else', async () => {
  expect(await again('z.string().default("a & b")', 'x=mine')).toContain('value="mine"')
  expect(await again('z.coerce.number().default(3)', 'x=7')).toContain('value="7"')
  expect(await again('z.coerce.number()', 'x=seven')).toContain('value="seven"')
  expect(await again('z.boolean().default(true)', '')).not.toContain('checked')
  expect(await again('z.boolean()', 'x=on')).toContain('checked')
  expect(await again('z.enum(["a", "b"]).default("b")', 'x=a')).toContain(
    '<option value="a" selected>',
  )
  const both = await again('z.array(z.enum(["a", "b"]))', 'x=a&x=b')
  expect(both).toContain('<option value="a" selected>a</option><option value="b" selected>')
  expect(await again('z.file()', 'x=name')).not.toContain('value')
})

test('an error is tied to its control', async () => {
  expect(await again('z.coerce.number().int().min(1).max(5)', 'x=9')).toBe(
    '<input type="number" required min="1" max="5" id="field-x" aria-invalid="true" aria-describedby="field-x-error" name="x" value="9">' +
      '<small id="field-x-error" class="field-error" role="alert">At most 5, please.</small></label>',
  )
})
