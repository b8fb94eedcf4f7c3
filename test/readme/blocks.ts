/** A TypeScript code block of a Markdown file. */
export interface Block {
  /** Where its code is to be put: as its first line says (`// streams/clock.tsx`), else a name of its own. */
  file: string
  /** The line of the Markdown file that the first line of the code is on, from 1. */
  line: number
  code: string
  /** The heading of level 2 that it stands under: blocks under one heading can import each other. */
  section: string
}

/** The languages that are checked. There is no way for a block of these to opt out. */
const CHECKED = /^(tsx|ts|typescript)\b/

/** Finds all TypeScript blocks, also those inside lists. */
export function codeBlocks(markdown: string): Block[] {
  const blocks: Block[] = []
  let section = ''
  let open:
    { fence: string; indent: string; info: string; line: number; code: string[] } | undefined

  markdown.split('\n').forEach((text, index) => {
    const [, indent = '', fence = '', info = ''] = /^( *)(`{3,}|~{3,}) *(.*)$/.exec(text) ?? []
    if (open) {
      // Only a fence as long as the first closes, so a block can show a block.
      if (fence.startsWith(open.fence) && info === '') {
        if (CHECKED.test(open.info)) blocks.push(toBlock(open.code, open.info, open.line, section))
        open = undefined
      } else {
        open.code.push(
          text.startsWith(open.indent) ? text.slice(open.indent.length) : text.trimStart(),
        )
      }
    } else if (fence !== '') {
      open = { fence, indent, info, line: index + 2, code: [] }
    } else if (text.startsWith('## ')) {
      section = text.slice(3).trim()
    }
  })
  if (open) throw new Error(`The code block that begins on line ${open.line - 1} is not closed.`)
  return blocks
}

function toBlock(code: string[], info: string, line: number, section: string): Block {
  const named = /^\/\/ ([\w$()[\]./-]+\.tsx?)(\s|$)/.exec(code[0] ?? '')?.[1]
  if (named?.split('/').includes('..')) {
    throw new Error(`Line ${line}: ${named} leads out of the folder of its section.`)
  }
  const file = named ?? `line-${line}.${info.startsWith('tsx') ? 'tsx' : 'ts'}`
  return { file, line, code: code.join('\n') + '\n', section }
}
