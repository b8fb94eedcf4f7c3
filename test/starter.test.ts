import { afterAll, expect, test } from 'bun:test'
import { createTestApp } from 'rivulet/testing'

const app = await createTestApp()
afterAll(() => app.close())

test.each(['/', '/notifications', '/feed', '/tasks', '/chat/lobby'])(
  '%s is a page',
  async (path) => {
    const response = await app.fetch(path)
    expect(response.status).toBe(200)
    expect(await response.text()).toStartWith('<!doctype html>')
  },
)

test('a notification reaches whoever listens, escaped', async () => {
  const events = await app.events('/sse/notifications')
  const sent = await app.submit('/notifications', { message: '<b>done</b>', tone: 'success' })
  expect(sent.status).toBe(303)
  const { value } = await events.next()
  expect(value).toMatchObject({
    event: 'notification',
    data: '<li class="toast toast-success" role="status">&lt;b&gt;done&lt;/b&gt;</li>',
  })
  await events.return(undefined)
})

test('a message that is missed while away is replayed from the last id', async () => {
  const before = await app.events('/sse/rooms/lobby')
  await app.submit('/chat/lobby', { author: 'Ada', text: 'one' })
  const { value } = await before.next()
  await before.return(undefined)
  await app.submit('/chat/lobby', { author: 'Ada', text: 'two' })
  const after = await app.events('/sse/rooms/lobby', { 'last-event-id': value?.id ?? '' })
  expect((await after.next()).value?.data).toContain('<p>two</p>')
  await after.return(undefined)
})

test('a form with a mistake comes back with the mistake named', async () => {
  const response = await app.submit('/feed', { title: '', body: 'text' })
  expect(response.status).toBe(422)
  expect(await response.text()).toContain('aria-invalid="true"')
})
