import {
  type FormState,
  type KeptForms,
  type RejectedForm,
  renderContext,
} from '../component/render-context.ts'
import { Html } from '../html/html.ts'
import type { Action } from './action.ts'
import { formMessages } from './form-messages.ts'

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
  /** How many controls of each field were rendered; they show its errors. */
  readonly shown: Map<string, number>
}

/** Renders a field once its form is known; `undefined` where there is none around it. */
export type FieldView = (form: FieldForm | undefined) => string

/** Nobody can guess it, so no text can be taken for a mark. */
const SECRET = crypto.randomUUID()
/** One for all pages: to make a regular expression for each took longer than to use it. */
const MARK = new RegExp(`<!--${SECRET} (\\d+) (\\d+)-->`, 'g')
let pages = 0

/**
 * The forms of one page, while it is rendered.
 *
 * JSX is rendered from the inside: a field comes before the form that it stands in. So it leaves a
 * mark, and its form, or at last the page, puts the field in its place.
 */
export class PageForms implements KeptForms {
  readonly #page = ++pages
  readonly #fields: FieldView[] = []
  readonly #counts = new Map<Action, number>()
  readonly #ids = new Set<string>()
  #shown: RejectedForm | undefined

  /** Those of the page, or the event, that is being rendered. */
  static current(): PageForms | undefined {
    const state = renderContext()?.forms
    if (state === undefined) return undefined
    const known = PageForms.of(state)
    if (known !== undefined) return known
    const forms = new PageForms()
    state.kept = forms
    return forms
  }

  /** Those of a page that was rendered with this, if it has any. */
  static of({ kept }: FormState): PageForms | undefined {
    return kept instanceof PageForms ? kept : undefined
  }

  /** How many forms of an action there are by now, with the one that asks. */
  count(action: Action): number {
    const count = (this.#counts.get(action) ?? 0) + 1
    this.#counts.set(action, count)
    return count
  }

  /** The first of these ids that nothing has yet, else the second with a number. */
  freeId(first: string, second: string): string {
    let id = first
    for (let count = 1; this.#ids.has(id); count++) id = count > 1 ? `${second}-${count}` : second
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
    return new Html(`<!--${SECRET} ${this.#page} ${this.#fields.length - 1}-->`)
  }

  /**
   * Puts those in their places that stand in none of our forms: they are taken for fields of the page's
   * own action, unless that was refused by a form which is there.
   */
  finish(markup: string, { actions, rejected }: FormState): string {
    const [action] = Object.values(actions) as Action[]
    const isOf = rejected !== undefined && rejected.action === action && !this.hasShown(rejected)
    const shown = new Map<string, number>()
    const form = action && {
      action,
      isOurs: false,
      id: 'form',
      rejected: isOf ? rejected : undefined,
      shown,
    }
    const filled = this.fill(markup, form)
    if (isOf && formMessages(rejected, shown).length === 0) this.show(rejected)
    return filled
  }

  /** Puts the fields of a form in their places. */
  fill(markup: string, form: FieldForm | undefined): string {
    return markup.replace(MARK, (_, page, index) => {
      const field = this.#fields[Number(index)]
      if (Number(page) === this.#page && field !== undefined) return field(form)
      throw new Error(`A field was rendered for another page than the one that it is on.

Expected: <Field> within what renders the page
Got: one that was kept`)
    })
  }
}
