/**
 * What every page runs beside htmx and the extension `sse`: a form that is swapped loses the focus, so
 * that a keyboard would start again at the top of the page. It goes to the first field that is wrong,
 * or else to the first that is empty.
 */
function focus({ target }: Event): void {
  if (document.activeElement !== document.body || !(target instanceof HTMLFormElement)) return
  const controls = [...target.querySelectorAll<HTMLInputElement>('input, select, textarea')]
  const next =
    controls.find((control) => control.ariaInvalid === 'true') ??
    controls.find((control) => control.value === '')
  next?.focus()
}

document.addEventListener('htmx:afterSettle', focus)
// As htmx 4 calls it.
document.addEventListener('htmx:after:settle', focus)

export {}
