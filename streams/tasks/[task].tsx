import { stream } from 'rivulet'
import { z } from 'zod'
import { TaskProgress } from '../../components/TaskProgress.tsx'
import { getTask, watchTask } from '../_tasks.ts'

export default stream(TaskProgress, {
  params: { task: z.uuid() },
  event: 'progress',
  history: { events: 1 },
  load: ({ task }) => getTask(task),
  source: ({ task }) => watchTask(task),
})
