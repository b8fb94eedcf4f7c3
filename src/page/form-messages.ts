import type { RejectedForm } from '../component/render-context.ts'

/** Why a form was refused, but for the fields that show it themselves. */
export function formMessages(
  { errors, isBySchema }: RejectedForm,
  shown?: ReadonlyMap<string, unknown>,
): string[] {
  return Object.entries(errors).flatMap(([name, messages]) => {
    if (shown?.has(name)) return []
    return isBySchema && name !== '' ? messages.map((message) => `${name}: ${message}`) : messages
  })
}
