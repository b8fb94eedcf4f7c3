import { notFound, page } from 'rivulet'
import { z } from 'zod'
import { getTask } from '../../streams/_tasks.ts'
import Task from '../../streams/tasks/[task].tsx'

export default page({ params: { task: z.uuid() }, title: 'Task' }, ({ params }) => {
  if (getTask(params.task) === undefined) throw notFound('This task is unknown, or long done.')
  return (
    <>
      <h1>Task</h1>
      <Task task={params.task} />
      <p>
        <a href="/tasks">Another file</a>
      </p>
    </>
  )
})
