import { loadApp } from './load-app.ts'

/** Prints what answers which URL, and the file that it comes from. */
export async function routes(root: string): Promise<void> {
  const { routes, close } = await loadApp(root)
  await close()
  const rows = [{ method: 'METHOD', url: 'URL', file: 'FILE' }, ...routes]
  const width = (column: 'method' | 'url'): number =>
    Math.max(...rows.map((row) => row[column].length))
  const [methods, urls] = [width('method'), width('url')]
  for (const { method, url, file } of rows) {
    console.log(`${method.padEnd(methods)}  ${url.padEnd(urls)}  ${file}`)
  }
  // An app's own timers and sockets would keep the process.
  process.exit(0)
}
