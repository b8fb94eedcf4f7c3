import { type FormState, type RejectedForm, renderContext } from '../component/render-context.ts'
import { Html } from '../html/html.ts'
import type { Action } from './action.ts'

/** What a field has to know of its form. */
export interface FieldForm {
  /** Where it is sent. */
  readonly action: Action
  /** Whether it is a `Form`, and not some other that the page has around its fields. */
  readonly isOurs: boolean
  /** What begins the ids of controls whose usual id is taken. */
  readonly id: string
  /** What was sent by this form, and why it was refused. */
  readonly rejected: RejectedForm | undefined
  /** The fields that were rendered, of which each shows its own errors. */
  readonly shown: Set<string>
}

/** Renders a field once its form is known; `undefined` where there is none around it. */
export type FieldView = (form: FieldForm | undefined) => string

/**
 * The forms of one page, while it is rendered.
 *
 * JSX is rendered from the inside: a field comes before the form that it stands in. So it leaves a
 * mark that nobody can guess, and its form, or at last the page, puts the field in its place.
 */
export class PageForms {
  readonly #mark = crypto.randomUUID()
  readonly #fields: FieldView[] = []
  readonly #counts = new Map<Action, number>()
  readonly #ids = new Set<string>()
  #shown: RejectedForm | undefined

  /** Those of the page that is being rendered; `undefined` in an event, which is everybody's. */
  static current(): PageForms | undefined {
    const state = renderContext()?.forms
    return state && (PageForms.of(state) ?? ((state.kept = new PageForms()) as PageForms))
  }

  /** Those of a page that was rendered with this, if it has any. */
  static of({ kept }: FormState): PageForms | undefined {
    return kept as PageForms | undefined
  }

  /** How many forms of an action there are by now, with the one that asks. */
  count(action: Action): number {
    const count = (this.#counts.get(action) ?? 0) + 1
    this.#counts.set(action, count)
    return count
  }

  /** The first of these ids that nothing has yet, else the last. */
  freeId(...ids: readonly string[]): string {
    const id = ids.find((one) => !this.#ids.has(one)) ?? ids.at(-1) ?? ''
    this.#ids.add(id)
    return id
  }

  /** Whether the form that was refused is on the page. */
  hasShown(rejected: RejectedForm): boolean {
    return this.#shown === rejected
  }

  /** Notes that it is. */
  show(rejected: RejectedForm): void {
    this.#shown = rejected
  }

  /** A field that has yet to find its form. */
  field(view: FieldView): Html {
    this.#fields.push(view)
    return new Html(`<!--${this.#mark} ${this.#fields.length - 1}-->`)
  }

  /**
   * Puts those in their places that stand in none of our forms: they are taken for fields of the page's
   * own action, unless that was refused by a form which is there.
   */
  finish(markup: string, { actions, rejected }: FormState): string {
    if (this.#fields.length === 0) return markup
    const [action] = Object.values(actions) as Action[]
    const isOf = rejected !== undefined && rejected.action === action && !this.hasShown(rejected)
    const shown = new Set<string>()
    const form = action && {
      action,
      isOurs: false,
      id: 'form',
      rejected: isOf ? rejected : undefined,
      shown,
    }
    const filled = this.fill(markup, form)
    if (isOf && shown.size > 0) this.show(rejected)
    return filled
  }

  /** Puts the fields of a form in their places. */
  fill(markup: string, form: FieldForm | undefined): string {
    if (this.#fields.length === 0) return markup
    const marks = new RegExp(`<!--${this.#mark} (\\d+)-->`, 'g')
    return markup.replace(marks, (_, index) => this.#fields[Number(index)]?.(form) ?? '')
  }
}
