import { expect, test } from 'bun:test'
import { def, slot } from 'rivulet'
import { z } from 'zod'
import { render } from '../html/render.ts'

const Card = def({ title: z.string(), footer: slot() }, ({ title, footer, children }) => (
  <section>
    {title}
    {children}
    {footer !== undefined && <footer>{footer}</footer>}
  </section>
))

test('a slot takes what an element may hold', async () => {
  expect(
    await render(
      <Card title="A" footer={['<', <b>x</b>, 1]}>
        y
      </Card>,
    ),
  ).toBe('<section>Ay<footer>&lt;<b>x</b>1</footer></section>')
  expect(await render(<Card title="A" footer={Promise.resolve('later')} />)).toBe(
    '<section>A<footer>later</footer></section>',
  )
})

test('an absent slot is not an empty one', async () => {
  expect(await render(<Card title="A" />)).toBe('<section>A</section>')
  expect(await render(<Card title="A" footer={undefined} />)).toBe('<section>A</section>')
  expect(await render(<Card title="A" footer="" />)).toBe('<section>A<footer></footer></section>')
  expect(await render(<Card title="A" footer={<></>} />)).toBe(
    '<section>A<footer></footer></section>',
  )
  expect(await render(<Card title="A" footer={null} />)).toBe(
    '<section>A<footer></footer></section>',
  )
})
