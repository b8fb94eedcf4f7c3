/** @jsxImportSource rivulet */
import { z } from 'zod'
import { def } from '../component/def.ts'
import { renderContext } from '../component/render-context.ts'
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
        {controlOf(attributes, options, form?.values[name] ?? value ?? initial)}
        {errors.length > 0 && (
          <small id={errorId} class="field-error" role="alert">
            {errors.join(' ')}
          </small>
        )}
      </label>
    )
  },
)

function controlOf(
  { type, ...attributes }: Omit<FieldConstraints, 'options' | 'value'> & { readonly name: string },
  options: readonly string[] | undefined,
  value: unknown,
): Element {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
  if (type === 'textarea') return <textarea {...attributes}>{text}</textarea>
  if (options !== undefined) {
    const { multiple, ...select } = attributes
    return (
      <select {...select} multiple={multiple ? '' : undefined}>
        {options.map((option) => (
          <option value={option} selected={option === text}>
            {option}
          </option>
        ))}
      </select>
    )
  }
  if (type === 'file') return <input type="file" {...attributes} />
  return <input type={type ?? 'text'} {...attributes} value={text} />
}
