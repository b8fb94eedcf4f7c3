import { expect, test } from 'bun:test'
import { doctype, raw } from 'rivulet'
import { Html, toDocument } from '../../src/html/html.ts'
import { render } from './render.ts'

test('raw() is markup', () => {
  expect(raw('<b>')).toBeInstanceOf(Html)
  expect(String(raw('<b>'))).toBe('<b>')
  expect(raw('<b></b>').isElement).toBe(false)
})

test('doctype can be written', async () => {
  expect(
    await render(
      <>
        {doctype}
        <html />
      </>,
    ),
  ).toBe('<!doctype html><html></html>')
})

test.each([
  ['<html></html>', '<!doctype html><html></html>'],
  ['<html lang="en"></html>', '<!doctype html><html lang="en"></html>'],
  ['<HTML></HTML>', '<!doctype html><HTML></HTML>'],
  ['<!doctype html><html></html>', '<!doctype html><html></html>'],
  ['<p>part</p>', '<p>part</p>'],
  ['<html-editor></html-editor>', '<html-editor></html-editor>'],
  ['', ''],
])('%s is sent as %s', (markup, sent) => {
  expect(toDocument(raw(markup))).toBe(sent)
})
