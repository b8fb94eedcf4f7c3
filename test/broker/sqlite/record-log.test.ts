import { expect, spyOn, test } from 'bun:test'
import { RecordLog } from '../../../src/broker/sqlite/record-log.ts'
import { eventually } from '../../create/eventually.ts'

test('of bad records the first is logged at once, then at most one a second', async () => {
  const error = spyOn(console, 'error').mockImplementation(() => undefined)
  const log = new RecordLog('sqlite:/events.db')
  for (let number = 1; number <= 5; number++) log.add(`event ${number}`)
  const lines = (): string[] => error.mock.calls.map(([line]) => String(line))
  expect(lines()).toEqual([
    'sqlite:/events.db has a record that is no event; it is passed over. event 1',
  ])
  await eventually('the second line', () => lines().length > 1)
  expect(lines()[1]).toEndWith('event 5 (and 3 before it)')
  expect(log.count).toBe(5)
  log.close()
  error.mockRestore()
})
