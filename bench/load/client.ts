/** The load generator: jobs come from the parent process one at a time, results go back. */
import type { Job } from './job.js'
import { runJob } from './run-job.js'

process.on('message', (job: Job) => {
  runJob(job).then(
    (result) => process.send?.({ result }),
    (error: unknown) =>
      process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))
