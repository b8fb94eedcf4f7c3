import type { Block } from './blocks.ts'

/** Files that are checked together. */
export interface Project {
  files: Map<string, Block>
}

/**
 * Puts the blocks of each section into a project of its own. Where a section shows a file a second time, a
 * later state of the same project begins: all its files so far, with that one replaced.
 */
export function projectsOf(blocks: readonly Block[]): Project[] {
  const projects: Project[] = []
  const latest = new Map<string, Project>()
  for (const block of blocks) {
    let project = latest.get(block.section)
    if (!project || project.files.has(block.file)) {
      project = { files: new Map(project?.files) }
      projects.push(project)
      latest.set(block.section, project)
    }
    project.files.set(block.file, block)
  }
  return projects
}
