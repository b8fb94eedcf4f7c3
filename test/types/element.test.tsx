import { type Child, raw } from 'rivulet'
import { checked } from './unrun.ts'

declare const child: Child

checked('what may be a child', () => (
  <p>
    text {0} {1n} {true} {null} {undefined} {['a', [<b>x</b>]]} {Promise.resolve('x')} {raw('<b>')}{' '}
    {child}
  </p>
))

checked('what may not be a child', () => [
  // @ts-expect-error an object
  <p>{{ a: 1 }}</p>,
  // @ts-expect-error a date
  <p>{new Date()}</p>,
  // @ts-expect-error a function
  <p>{() => 'x'}</p>,
  // @ts-expect-error a promise of an object
  <p>{Promise.resolve({ a: 1 })}</p>,
])

checked('attributes are those of the element', () => [
  <a href="/" class={['a', { b: true }, false, 'c']} style={{ color: 'red', '--d': '1rem' }} />,
  <img src="/a.png" alt="" sse-swap="x" hx-get="/" data-any={1} key={1} />,
  <p safe>x</p>,
  // @ts-expect-error misspelt
  <a hreff="/" />,
  // @ts-expect-error of another element
  <p href="/" />,
  // @ts-expect-error it is there or not
  <p inert="yes" />,
  // @ts-expect-error a function is no class
  <p class={() => 'a'} />,
  // @ts-expect-error an element is no class
  <p class={raw('a')} />,
  // @ts-expect-error no such property
  <p style={{ colour: 'red' }} />,
  // @ts-expect-error class is the name
  <p className="a" />,
  // @ts-expect-error attributes are spread
  <p attrs={{ id: 'a' }} />,
])

checked('a value may be a number', () => [
  <input type="hidden" name="id" value={1} />,
  <option value={1} />,
  <input value="1" />,
  // @ts-expect-error neither a text nor a number
  <input value={{}} />,
  // @ts-expect-error a div has none
  <div value={1} />,
])

checked('srcdoc takes trusted markup alone', () => [
  <iframe srcdoc={raw('<p>')} />,
  // @ts-expect-error a string that nobody vouches for
  <iframe srcdoc="<p>" />,
  // @ts-expect-error of iframe alone
  <p srcdoc={raw('<p>')} />,
])

checked('there is no element of any name', () => [
  <tag of="my-element">x</tag>,
  // @ts-expect-error misspelt
  <dvi />,
])

checked('components are functions of props to what may be a child', () => {
  const Text = ({ of }: { of: string }): Child => of
  const Later = async ({ of }: { of: string }): Promise<Child> => of
  const Broken = (_: {}): Date => new Date()
  return [
    <Text of="a" />,
    <Later of="a" key="b" />,
    // @ts-expect-error of is missing
    <Text />,
    // @ts-expect-error a date is nothing to show
    <Broken />,
  ]
})
