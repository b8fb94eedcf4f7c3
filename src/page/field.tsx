/** @jsxImportSource rivulet */
import { z } from 'zod'
import { def } from '../component/def.ts'
import { nearest } from '../component/nearest.ts'
import type { Element } from '../html/element.ts'
import { Html } from '../html/html.ts'
import { type FieldConstraints, fieldConstraints } from './field-constraints.ts'
import { type FieldForm, PageForms } from './page-forms.ts'

/**
 * A labelled control of a form, with what a rejected submission held and why it was rejected.
 *
 * The kind of control and its constraints (`required`, `maxlength`, the choices of an enum, …) come
 * from the action's zod schema. Undeclared attributes reach the control.
 */
export const Field = def(
  {
    /** The field of the action's body. */
    name: z.string(),
    label: z.string(),
    /** Overrides what the schema says: an input type, or `textarea`. */
    type: z.string().optional(),
    /** What it holds at first: a boolean of a checkbox, several of what takes several. */
    value: z
      .union([z.string(), z.number(), z.bigint(), z.boolean(), z.date(), z.array(z.string())])
      .optional(),
    placeholder: z.string().optional(),
    autocomplete: z.string().optional(),
    /** Lines of a `textarea`. */
    rows: z.number().int().optional(),
    /** File types that a file field offers. */
    accept: z.string().optional(),
  },
  ({ name, label, type, value, attrs, ...control }) => {
    const forms = PageForms.current()
    const view = (form: FieldForm | undefined): string => {
      const { value: initial, options, ...constraints } = fieldConstraints(schemaOf(form, name))
      const rejected = form?.rejected
      // Of a list there may be several controls.
      const index = form?.shown.get(name) ?? 0
      form?.shown.set(name, index + 1)
      const errors = (index === 0 && rejected?.errors[name]) || []
      const own = `field-${name}`
      const id = attrs().id ?? forms?.freeId(own, `${form?.id ?? 'form'}-${name}`) ?? own
      const sent = rejected?.values[name]
      const one = Array.isArray(sent) && options === undefined ? (sent[index] as unknown) : sent
      const shown = rejected === undefined ? (value ?? initial) : one
      const attributes = {
        ...constraints,
        ...control,
        ...(type && { type }),
        ...attrs({ id }),
        ...(errors.length > 0 && { 'aria-invalid': true, 'aria-describedby': `${id}-error` }),
        name,
      }
      const field = (
        <label class="field">
          <span>{label}</span>
          {controlOf(attributes, options, shown)}
          {errors.length > 0 && (
            <small id={`${id}-error`} class="field-error" role="alert">
              {errors.join(' ')}
            </small>
          )}
        </label>
      )
      return (field as Html).markup
    }
    return forms?.field(view) ?? new Html(view(undefined), true)
  },
)

/** Throws where a form's action knows no such field: what is typed there would be lost. */
function schemaOf(form: FieldForm | undefined, name: string): unknown {
  if (form === undefined) return undefined
  const { shape } = form.action.body
  if (Object.hasOwn(shape, name) || !form.isOurs) return shape[name]
  const names = Object.keys(shape)
  const meant = nearest(name, names)
  throw new TypeError(`There is no field "${name}" in the form of ${form.action.source}${meant ? `; did you mean "${meant}"?` : '.'}

Expected: ${names.join(', ') || 'no field at all'}
Got: ${name}`)
}

type Attributes = Omit<FieldConstraints, 'options' | 'value'> & { readonly name: string }

function controlOf(
  { type, ...attributes }: Attributes,
  options: readonly string[] | undefined,
  value: unknown,
): Element {
  if (options !== undefined) return select(attributes, options, value)
  if (type === 'checkbox') {
    const { required: _, ...checkbox } = attributes
    return <input type="checkbox" {...checkbox} checked={value === true} />
  }
  if (type === 'password') return <input type="password" {...attributes} />
  if (type === 'file') return <input type="file" {...attributes} />
  const text = textOf(value, type)
  if (type === 'textarea') return <textarea {...attributes}>{text}</textarea>
  return <input type={type ?? 'text'} {...attributes} value={text} />
}

/** A date is written as its control takes it (HTML standard, 4.10.5.1), in UTC. */
function textOf(value: unknown, type = 'date'): string | undefined {
  const format = { month: 'yyyy-mm', 'datetime-local': 'yyyy-mm-ddThh:mm' }[type] ?? 'yyyy-mm-dd'
  if (value instanceof Date) return value.toISOString().slice(0, format.length)
  return ['string', 'number', 'bigint'].includes(typeof value) ? String(value) : undefined
}

function select(attributes: Attributes, options: readonly string[], value: unknown): Element {
  const chosen: readonly unknown[] = Array.isArray(value) ? value : [value]
  const { multiple, ...others } = attributes
  // To leave an optional choice is one of its choices.
  const choices = others.required || multiple || value !== undefined ? options : ['', ...options]
  return (
    <select {...others} multiple={multiple ? '' : undefined}>
      {choices.map((choice) => (
        <option value={choice} selected={chosen.includes(choice)}>
          {choice}
        </option>
      ))}
    </select>
  )
}
