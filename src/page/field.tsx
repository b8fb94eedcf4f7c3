/** @jsxImportSource rivulet */
import { z } from 'zod'
import { def } from '../component/def.ts'
import { type FormState, renderContext } from '../component/render-context.ts'
import type { Element } from '../html/element.ts'
import { type FieldConstraints, fieldConstraints } from './field-constraints.ts'

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
    /** What it holds at first. */
    value: z.union([z.string(), z.number()]).optional(),
    placeholder: z.string().optional(),
    autocomplete: z.string().optional(),
    /** Lines of a `textarea`. */
    rows: z.number().int().optional(),
    /** File types that a file field offers. */
    accept: z.string().optional(),
  },
  ({ name, label, type, value, attrs, ...control }) => {
    const form = renderContext()?.form
    const { value: initial, options, ...constraints } = fieldConstraints(form?.schema.shape[name])
    const errors = form?.errors[name] ?? []
    const errorId = `${name}-error`
    const shown = isRejected(form) ? form.values[name] : (value ?? initial)
    const attributes = {
      ...constraints,
      ...control,
      ...(type && { type }),
      ...attrs({ id: `field-${name}` }),
      ...(errors.length > 0 && { 'aria-invalid': true, 'aria-describedby': errorId }),
      name,
    }
    return (
      <label class="field">
        <span>{label}</span>
        {controlOf(attributes, options, shown)}
        {errors.length > 0 && (
          <small id={errorId} class="field-error" role="alert">
            {errors.join(' ')}
          </small>
        )}
      </label>
    )
  },
)

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
  if (type === 'file') return <input type="file" {...attributes} />
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
  if (type === 'textarea') return <textarea {...attributes}>{text}</textarea>
  return <input type={type ?? 'text'} {...attributes} value={text} />
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

function isRejected(form: FormState | undefined): form is FormState {
  return form !== undefined && Object.keys(form.errors).length > 0
}
