/** The code of a file of `src/client/` as browsers take it; client files import nothing. */
export async function clientScript(name: string): Promise<string> {
  const source = await Bun.file(new URL(`../client/${name}`, import.meta.url)).text()
  const code = new Bun.Transpiler({ loader: 'ts', target: 'browser' }).transformSync(source)
  // A scope of its own: scripts share theirs with htmx, and with whatever a page brings along.
  return `(() => {\n${code}})()\n`
}
