/**
 * What a page runs under `rivulet dev`: it follows the server's reloads and shows its errors.
 *
 * It listens on a WebSocket, since browsers allow an origin only six connections over HTTP/1.1, and
 * the page's streams need those (HTML standard, 9.2.1, note on connections).
 */
interface DevError {
  readonly message: string
  readonly where: string
  readonly excerpt: string
}
type DevMessage =
  | { readonly type: 'reload' }
  | { readonly type: 'styles'; readonly styles: readonly string[] }
  | { readonly type: 'error'; readonly error: DevError }

/** The version of the app that rendered this page; the server puts it before this script. */
declare const rivuletVersion: number

const OVERLAY = 'rivulet-error'
let lost = false

function connect(): void {
  const origin = location.origin.replace(/^http/, 'ws')
  // The server compares: an edit may have come while this page was on its way.
  const socket = new WebSocket(`${origin}/rivulet/dev?version=${rivuletVersion}`)
  socket.onopen = () => {
    if (lost) location.reload()
  }
  socket.onmessage = ({ data }: MessageEvent<string>) => receive(JSON.parse(data) as DevMessage)
  socket.onclose = () => {
    lost = true
    setTimeout(connect, 300)
  }
}

function receive(message: DevMessage): void {
  if (message.type === 'reload') location.reload()
  else if (message.type === 'styles') replaceStyles(message.styles)
  else showError(message.error)
}

/** New stylesheets come first and the old ones go when they are there: no flash of naked markup. */
function replaceStyles(styles: readonly string[]): void {
  document.querySelector(OVERLAY)?.remove()
  const old = document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet][href^="/assets/"]')
  const current = [...old].map((link) => link.getAttribute('href'))
  const loading = styles
    .filter((href) => !current.includes(href))
    .map((href) => {
      const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href })
      document.head.append(link)
      return new Promise((resolve) => link.addEventListener('load', resolve))
    })
  void Promise.all(loading).then(() => {
    for (const link of old) if (!styles.includes(link.getAttribute('href') ?? '')) link.remove()
  })
}

function showError({ message, where, excerpt }: DevError): void {
  document.querySelector(OVERLAY)?.remove()
  const overlay = document.createElement(OVERLAY)
  const shadow = overlay.attachShadow({ mode: 'open' })
  // A constructed sheet, since a style element would need a looser Content-Security-Policy.
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(`
    div { position: fixed; inset: auto 1rem 1rem; z-index: 2147483647; padding: 1rem 1.25rem;
      max-height: 60vh; overflow: auto; border-radius: .5rem; border-left: .4rem solid #e5484d;
      background: #1c1013; color: #fbe9ea; font: 14px/1.5 ui-monospace, monospace;
      box-shadow: 0 .5rem 2rem #0008 }
    b { display: block; color: #ff9592 } pre { margin: .5rem 0; white-space: pre-wrap } p { margin: 0; color: #b8a0a3 }`)
  shadow.adoptedStyleSheets = [sheet]
  const box = document.createElement('div')
  box.setAttribute('role', 'alert')
  for (const [tag, text] of [
    ['b', where],
    ['pre', message],
    ['pre', excerpt],
    ['p', 'The version before goes on serving.'],
  ] as const) {
    if (text !== '') box.append(Object.assign(document.createElement(tag), { textContent: text }))
  }
  shadow.append(box)
  document.body.append(overlay)
}

connect()
