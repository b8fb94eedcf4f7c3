import { type Component, def, type Element, type PropsOf, slot } from 'rivulet'
import { z } from 'zod'
import { checked } from './unrun.ts'

const Toast = def(
  {
    message: z.string(),
    tone: z.enum(['info', 'error']).default('info'),
    count: z.coerce.number<string>().optional(),
    footer: slot(),
  },
  ({ message, tone, count, footer, children, attrs }) => {
    const values: [string, 'info' | 'error', number | undefined] = [message, tone, count]
    return (
      <li {...attrs({ class: [tone] })}>
        {values}
        {footer}
        {children}
      </li>
    )
  },
)

checked('props with a default may be left out', () => [
  <Toast message="a" />,
  <Toast message="a" tone="error" count="1" footer={<b>x</b>} />,
  <Toast message="a">children</Toast>,
  <Toast message="a" id="b" class={['c', { d: true }]} style={{ color: 'red', '--gap': 1 }} />,
  <Toast message="a" hidden autofocus itemscope exportparts="e" aria-label="f" data-g={1} />,
  <Toast message="a" hx-get="/" sse-swap="message" key="h" />,
])

checked('a missing prop is an error', () => (
  // @ts-expect-error message is missing
  <Toast tone="info" />
))

checked('a misspelt prop is an error', () => (
  // @ts-expect-error mesage is no prop
  <Toast message="a" mesage="b" />
))

checked('a prop of another type is an error', () => [
  // @ts-expect-error a number is no text
  <Toast message={1} />,
  // @ts-expect-error loud is none of the tones
  <Toast message="a" tone="loud" />,
  // @ts-expect-error the input of a coercion is what it says: a string
  <Toast message="a" count={1} />,
  // @ts-expect-error a function is no content of a slot
  <Toast message="a" footer={() => 'x'} />,
  // @ts-expect-error an object is no child
  <Toast message="a">{{ text: 'x' }}</Toast>,
])

checked('an attribute that is not global is an error', () => [
  // @ts-expect-error href is for links
  <Toast message="a" href="/" />,
  // @ts-expect-error handlers are not passed through
  <Toast message="a" onclick="x()" />,
  // @ts-expect-error class is the name
  <Toast message="a" className="x" />,
  // @ts-expect-error safe has nothing to change
  <Toast message="a" safe />,
])

const Card = def({ title: z.number() }, ({ title }) => title.toFixed())

checked('a declared prop stands before the global attribute of its name', () => [
  <Card title={1} />,
  // @ts-expect-error title is a number here
  <Card title="a" />,
])

const Rule = def({}, ({ attrs, children }) => <p {...attrs()}>{children}</p>)

checked('a component without props takes global attributes alone', () => [
  <Rule />,
  <Rule id="a">x</Rule>,
  // @ts-expect-error there is no prop width
  <Rule width={1} />,
])

checked('declared children are typed', () => {
  const Code = def({ children: z.string() }, ({ children }) => children.trim())
  return [
    <Code>text</Code>,
    // @ts-expect-error an element is no text
    <Code>
      <b>x</b>
    </Code>,
    // @ts-expect-error children are missing
    <Code />,
  ]
})

checked('a view knows its props', () => [
  // @ts-expect-error there is no prop b
  def({ a: z.string() }, ({ b }) => b),
  // @ts-expect-error a is a text and has no toFixed
  def({ a: z.string() }, ({ a }) => a.toFixed()),
  // @ts-expect-error a default may be left out by callers, but is there for the view: never null
  def({ a: z.string().default('x') }, ({ a }): null => a),
  // @ts-expect-error an object is nothing to show
  def({}, () => ({ markup: '<p>' })),
  // @ts-expect-error attrs() takes attributes
  def({}, ({ attrs }) => <p {...attrs({ href: '/' })} />),
])

checked('what a component is can be written down', () => {
  const component: Component<{ a: z.ZodString }> = def({ a: z.string() }, ({ a }) => a)
  const element: Element = component({ a: 'x' })
  const props: PropsOf<typeof Toast.schema.shape> = { message: 'a' }
  // @ts-expect-error message is missing
  const incomplete: PropsOf<typeof Toast.schema.shape> = {}
  return [element, props, incomplete]
})
