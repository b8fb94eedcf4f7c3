import { describe, expect, test } from 'bun:test'
import { browserPath } from './browser.ts'
import { faultOf, formatSummary, parseSummary } from './summary.ts'

const REPORT = `
test/a.test.ts:
(pass) prints a summary of its own
 99 fail
Ran 99 tests across 1 file. [1.00ms]
(fail) bad [0.09ms]

 4 pass
 1 skip
 1 todo
 2 fail
 1 error
 2 expect() calls
Ran 8 tests across 3 files. [3.15s]
`

describe('the summary of bun test', () => {
  test('is the last one, with files that did not load among the failures', () => {
    expect(parseSummary(REPORT)).toEqual({ passed: 4, failed: 2, skipped: 2 })
  })

  test('is read through colours', () => {
    const coloured =
      '\x1b[32m 1 pass\x1b[0m\n\x1b[2m 0 fail\x1b[0m\nRan 1 test across 1 file. \x1b[2m[3ms]'
    expect(parseSummary(coloured)).toEqual({ passed: 1, failed: 0, skipped: 0 })
  })

  test('is undefined where a test ended the process', () => {
    expect(parseSummary('\ntest/a.test.ts:\n')).toBeUndefined()
  })

  test('closes the command as one line', () => {
    expect(formatSummary({ passed: 4, failed: 2, skipped: 1 })).toBe(
      'tests: 4 passed, 2 failed, 1 skipped',
    )
  })
})

describe('a run fails', () => {
  const good = { passed: 3, failed: 0, skipped: 0 }

  test('when a test failed, whatever the exit code', () => {
    expect(faultOf({ ...good, failed: 1 }, 0, true)).toBe('tests failed')
  })

  test('when bun test says so, whatever the counts', () => {
    expect(faultOf(good, 1, true)).toBe('bun test ended with exit code 1')
  })

  test('when it ended early with exit code 0', () => {
    expect(faultOf(undefined, 0, true)).toBe('bun test ended without a summary (exit code 0)')
  })

  test('when no test ran', () => {
    expect(faultOf({ passed: 0, failed: 0, skipped: 2 }, 0, true)).toBe('no test ran')
  })

  test('on a CI when a test was skipped, and only there', () => {
    const skipping = { ...good, skipped: 1 }
    expect(faultOf(skipping, 0, false)).toBe('tests were skipped, which CI=true forbids')
    expect(faultOf(skipping, 0, true)).toBeUndefined()
  })

  test('and otherwise does not', () => {
    expect(faultOf(good, 0, false)).toBeUndefined()
  })
})

test('CHROMIUM_PATH chooses the browser, and a wrong one is refused', () => {
  const before = process.env.CHROMIUM_PATH
  try {
    process.env.CHROMIUM_PATH = process.execPath
    expect(browserPath()).toBe(process.execPath)
    process.env.CHROMIUM_PATH = '/nowhere/chromium'
    expect(browserPath).toThrow('CHROMIUM_PATH is /nowhere/chromium, and there is no such file.')
  } finally {
    if (before === undefined) delete process.env.CHROMIUM_PATH
    else process.env.CHROMIUM_PATH = before
  }
})
