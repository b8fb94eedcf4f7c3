import { expect, test } from 'bun:test'
import type { Child, Element } from 'rivulet'
import { runQuietly } from '../run/process.ts'
import { render } from './render.ts'

const after = async <Value,>(milliseconds: number, value: Value): Promise<Value> => {
  await Bun.sleep(milliseconds)
  return value
}

async function Later({ text, wait = 1 }: { text: string; wait?: number }): Promise<Element> {
  await Bun.sleep(wait)
  return <b>{text}</b>
}

test('an element without anything async is there at once', () => {
  expect(<p>now</p>).not.toBeInstanceOf(Promise)
  expect(<>now</>).not.toBeInstanceOf(Promise)
})

test('async children keep their places, whichever is ready first', async () => {
  const page = (
    <p>
      1 {after(6, '2')} 3 <Later text="4" wait={4} /> {[after(2, '5'), [<Later text="6" />]]} 7
    </p>
  )
  expect(await render(page)).toBe('<p>1 2 3 <b>4</b> 5<b>6</b> 7</p>')
})

test('async children run at the same time', async () => {
  const started: string[] = []
  const Started = async ({ name }: { name: string }): Promise<string> => {
    started.push(name)
    await Bun.sleep(1)
    return `${name}: ${started.join()}`
  }
  expect(
    await render(
      <p>
        <Started name="a" /> <Started name="b" />
      </p>,
    ),
  ).toBe('<p>a: a,b b: a,b</p>')
})

test('what a promise brings is escaped', async () => {
  expect(await render(<p>{after(1, '<b>')}</p>)).toBe('<p>&lt;b&gt;</p>')
  expect(await render(<p>{after(1, ['<b>', after(1, <i>{'&'}</i>)])}</p>)).toBe(
    '<p>&lt;b&gt;<i>&amp;</i></p>',
  )
})

test('async elements nest', async () => {
  const Frame = async ({ children }: { children?: Child }): Promise<Element> => {
    await Bun.sleep(1)
    return <section>{children}</section>
  }
  expect(
    await render(
      <Frame>
        <Frame>
          <Later text="deep" />
        </Frame>
      </Frame>,
    ),
  ).toBe('<section><section><b>deep</b></section></section>')
})

test('an async component may return what any other may', async () => {
  // Not by `async`: to await a Child, which may be a promise of one, is circular to the type checker.
  const Answer = ({ value }: { value: Child }): Promise<Child> => after(1, value)
  expect(await render(<Answer value={null} />)).toBe('')
  expect(await render(<Answer value={['<', 1]} />)).toBe('&lt;1')
  expect(await render(<Answer value={after(1, 'later')} />)).toBe('later')
})

test('async content of textarea keeps its first line feed', async () => {
  expect(await render(<textarea>{after(1, '\ntext')}</textarea>)).toBe(
    '<textarea>\n\ntext</textarea>',
  )
})

test('an async child that fails fails the page', async () => {
  const fail = async (): Promise<string> => {
    await Bun.sleep(1)
    throw new Error('no database')
  }
  const page = (
    <main>
      <p>{fail()}</p>
      {fail()}
    </main>
  )
  const error = await render(page).catch((reason: unknown) => reason)
  expect(error).toEqual(new Error('no database'))
})

test('a failure that nobody waits for does not end the process', async () => {
  const { output, exitCode } = await runQuietly(
    [process.execPath, `${import.meta.dir}/fixtures/rejections.tsx`],
    {},
    `${import.meta.dir}/../..`,
  )
  expect(output.trim().split('\n')).toEqual([
    'two of them: first',
    'an error before it: not a child',
    'an error after it: not a child',
    'an error in a list of a list: not a child',
    'an error in an attribute: not an attribute',
    'a void element: void',
    'a component that leaves it out: rendered',
    'a component that leaves an async element out: rendered',
    'a component that leaves a slot out: rendered',
    'a component that throws: thrown',
    'a component that refuses its props: no prop',
    'an element that is never used: rendered',
    'all done',
  ])
  expect(exitCode).toBe(0)
})
