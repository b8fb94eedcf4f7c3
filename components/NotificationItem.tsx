import { def } from 'rivulet'
import { z } from 'zod'

/** One toast in the notification list. */
export const NotificationItem = def(
  {
    message: z.string().min(1).max(500),
    tone: z.enum(['info', 'success', 'error']).default('info'),
  },
  ({ message, tone, attrs }) => (
    <li {...attrs({ class: ['toast', `toast-${tone}`], role: 'status' })}>{message}</li>
  ),
)
