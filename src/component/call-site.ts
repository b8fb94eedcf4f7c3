import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const SOURCE = fileURLToPath(new URL('..', import.meta.url))

/**
 * The file and line outside Rivulet that called into it, relative to the working directory:
 * `components/Toast.tsx:6`. A declaration does not know the name of the constant it is assigned to,
 * but an error has to say whose it is. For Rivulet's own components it is their file.
 */
export function callSite(): string {
  const frames = framesOf(new Error('call site').stack ?? '')
  const frame = frames.find(({ file }) => !file.startsWith(SOURCE)) ?? frames.at(-1)
  if (frame === undefined) return 'an unknown place'
  const file = frame.file.startsWith(SOURCE)
    ? `rivulet/src/${frame.file.slice(SOURCE.length)}`
    : relative(process.cwd(), frame.file)
  return `${file}:${frame.line}`
}

/** `at name (/path/file.tsx:6:3)`, or without the name; a path may hold parentheses: `pages/(group)/`. */
function framesOf(stack: string): { file: string; line: string }[] {
  return stack.split('\n').flatMap((text) => {
    const match = /^at (?:.*? \()?((?:file:\/\/)?\/.+):(\d+):\d+\)?$/.exec(text.trim())
    const [, file, line] = match ?? []
    if (file === undefined || line === undefined) return []
    return [{ file: file.startsWith('file:') ? fileURLToPath(file) : file, line }]
  })
}
