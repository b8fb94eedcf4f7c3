import { expect, spyOn, test } from 'bun:test'
import { Wake } from '../../../src/broker/sqlite/wake.ts'
import { eventually } from '../../create/eventually.ts'
import { Scratch } from './scratch.ts'

const scratch = new Scratch()

test('a file that cannot be watched is looked at again and again, and that is said', async () => {
  const error = spyOn(console, 'error').mockImplementation(() => undefined)
  const path = `${scratch.path()}-wal`
  let looks = 0
  const wake = new Wake(() => looks++)
  wake.watch(path)
  await eventually('several looks', () => looks > 5)
  wake.stop()
  const before = looks
  await Bun.sleep(100)
  expect(looks).toBe(before)
  expect(error.mock.calls.map(String)).toEqual([
    expect.stringContaining(`${path} cannot be watched`),
  ])
  error.mockRestore()
})

test('after a sign there are looks, less and less often, and then none', async () => {
  const path = scratch.path()
  await Bun.write(path, '1')
  const looks: number[] = []
  const wake = new Wake(() => looks.push(performance.now()))
  wake.watch(path)
  await Bun.sleep(600)
  looks.length = 0
  await Bun.write(path, '2')
  await eventually('the last look', () => looks.length >= 9)
  await Bun.sleep(300)
  const count = looks.length
  await Bun.sleep(400)
  expect(looks.length).toBe(count)
  expect(count).toBeLessThan(30)
  wake.stop()
})
