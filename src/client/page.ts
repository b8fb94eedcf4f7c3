/**
 * What every page runs beside htmx and the extension `sse`: what htmx leaves to somebody who sends a form.
 */

/**
 * A form that is swapped loses the focus, so that a keyboard would start again at the top of the page.
 * It goes to the first field that is wrong, or else to the first that is empty.
 */
function focus({ target }: Event): void {
  if (document.activeElement !== document.body || !(target instanceof HTMLFormElement)) return
  const controls = [...target.querySelectorAll<HTMLInputElement>('input, select, textarea')]
  const next =
    controls.find((control) => control.ariaInvalid === 'true') ??
    controls.find((control) => control.value === '')
  next?.focus()
}

/** What htmx 2 and 4 tell of a request that has failed. */
interface Failure {
  readonly xhr?: XMLHttpRequest
  readonly ctx?: { readonly response?: Response }
}

/** Says in a form that it was not taken, and why: htmx leaves it as it is, as if nothing had been sent. */
function fail({ target, detail }: Event & { readonly detail?: Failure }): void {
  const form = target as HTMLElement
  // htmx 2 has `htmx:error` for whatever goes wrong, in what a form holds as well.
  if (!form.dataset?.['failed'] || !(detail?.xhr ?? detail?.ctx)) return
  const name = 'rivulet-message'
  const message =
    detail.xhr?.getResponseHeader(name) ?? detail.ctx?.response?.headers.get(name) ?? ''
  const alert = form.querySelector('.form-error') ?? document.createElement('p')
  alert.className = 'form-error'
  alert.role = 'alert'
  alert.textContent = decodeURIComponent(message) || form.dataset['failed']
  form.prepend(alert)
}

/** What was said of the last time is over. */
function send({ target }: Event): void {
  if (target instanceof HTMLFormElement) target.querySelector('.form-error')?.remove()
}

// Of each as htmx 2 calls it, and htmx 4.
for (const name of ['htmx:beforeRequest', 'htmx:before:request'])
  document.addEventListener(name, send)
for (const name of ['htmx:afterSettle', 'htmx:after:settle']) document.addEventListener(name, focus)
for (const name of [
  'htmx:responseError',
  'htmx:sendError',
  'htmx:timeout',
  'htmx:response:error',
  'htmx:error',
])
  document.addEventListener(name, fail)

export {}
