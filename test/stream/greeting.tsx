import { z } from 'zod'
import { def } from '../../src/component/def.ts'
import { variant } from '../../src/component/render-context.ts'

/** A component that says for whom it is rendered, and counts how often it is. */
export function greeting() {
  const rendered: string[] = []
  const Greeting = def({ text: z.string() }, ({ text }) => {
    rendered.push(`${variant()} ${text}`)
    return <p lang={variant()}>{text}</p>
  })
  return { rendered, Greeting }
}

/** What a visitor prefers. */
export const byLanguage = ({ request }: { readonly request: Request }): string =>
  request.headers.get('accept-language') ?? ''
/** A visitor who prefers a language. */
export const language = (tag: string) => ({ headers: { 'accept-language': tag } })
