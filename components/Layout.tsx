import { asset, def, Head } from 'rivulet'
import { z } from 'zod'

const LINKS = [
  ['/', 'Home'],
  ['/notifications', 'Notifications'],
  ['/feed', 'Feed'],
  ['/tasks', 'Tasks'],
  ['/chat/lobby', 'Chat'],
] as const

/** The frame of every page. */
export const Layout = def(
  { title: z.string().optional(), path: z.string() },
  ({ title, path, children }) => (
    <html lang="en">
      <Head title={title ? `${title} · Rivulet` : 'Rivulet'}>
        <link rel="icon" href={asset('icon.svg')} />
      </Head>
      <body>
        <header class="top">
          <a href="/" class="brand">
            <img src={asset('icon.svg')} alt="" width={24} height={24} /> Rivulet
          </a>
          <nav aria-label="Pages">
            {LINKS.map(([href, label]) => (
              <a href={href} aria-current={path === href ? 'page' : undefined}>
                {label}
              </a>
            ))}
          </nav>
        </header>
        <main>{children}</main>
      </body>
    </html>
  ),
)
