/** The pages of `app/` as bare Elysia routes: the same JSX, and nothing around it. */
import { Elysia } from 'elysia'
import { CARDS } from '../rendering/cards.ts'
import { Page } from '../rendering/rivulet.tsx'
import { announce } from './control.ts'

const ONE = CARDS.slice(0, 1)
const headers = { 'content-type': 'text/html; charset=utf-8' }

const app = new Elysia()
  .get(
    '/hundred',
    async () =>
      new Response(`<!doctype html>${String(await (<Page cards={CARDS} />))}`, { headers }),
  )
  .get(
    '/one',
    async () => new Response(`<!doctype html>${String(await (<Page cards={ONE} />))}`, { headers }),
  )
  .listen({ hostname: '127.0.0.1', port: 0 })
announce(app.server?.port)
