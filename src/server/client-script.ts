const built = new Map<string, Promise<string>>()

/**
 * The code of a file of `src/client/` and what it imports, as browsers take it: one script, in a scope
 * of its own, since scripts share theirs with htmx and with whatever a page brings along.
 */
export function clientScript(name: string): Promise<string> {
  const script = built.get(name) ?? build(name)
  built.set(name, script)
  return script
}

async function build(name: string): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [Bun.fileURLToPath(new URL(`../client/${name}`, import.meta.url))],
    target: 'browser',
    format: 'iife',
    minify: true,
  })
  const [script] = outputs
  if (script === undefined) throw new Error(`src/client/${name} has become no script.`)
  return script.text()
}
