import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const SOURCE = fileURLToPath(new URL('..', import.meta.url))

/**
 * The file and line outside Rivulet that called into it, relative to the working directory:
 * `components/Toast.tsx:6`. A declaration does not know the name of the constant it is assigned to,
 * but an error has to say whose it is.
 */
export function callSite(): string {
  for (const line of (new Error('call site').stack ?? '').split('\n')) {
    const match = /\(?((?:file:\/\/)?\/[^()]+?):(\d+):\d+\)?$/.exec(line.trim())
    const file = match?.[1]
    if (file === undefined || file.startsWith(SOURCE)) continue
    return `${relative(process.cwd(), file.replace('file://', ''))}:${match?.[2]}`
  }
  return 'an unknown place'
}
