import { countFile, type Progress } from './_count.ts'

/** The newest tasks; of older ones nothing is kept. */
const MOST = 100
const tasks = new Map<string, { progress: Progress; changed: PromiseWithResolvers<void> }>()

/** Counts and hashes a file in the background; returns the id to follow it by. */
export function startTask(file: File): string {
  const id = crypto.randomUUID()
  const progress = { name: file.name || 'untitled', size: file.size, done: 0, lines: 0, words: 0 }
  tasks.set(id, { progress, changed: Promise.withResolvers() })
  for (const old of tasks.keys()) if (tasks.size > MOST) tasks.delete(old)
  void run(id, file, progress)
  return id
}

/** What is known of a task now. */
export function getTask(id: string): Progress | undefined {
  return tasks.get(id)?.progress
}

/** A task's progress, each time it changes, up to its result. */
export async function* watchTask(id: string): AsyncGenerator<Progress> {
  for (let task = tasks.get(id); task !== undefined; task = tasks.get(id)) {
    yield task.progress
    if (task.progress.sha256 || task.progress.failure) return
    await task.changed.promise
  }
}

async function run(id: string, file: File, start: Progress): Promise<void> {
  for await (const progress of countFile(file, start)) {
    tasks.get(id)?.changed.resolve()
    if (tasks.has(id)) tasks.set(id, { progress, changed: Promise.withResolvers() })
  }
}
