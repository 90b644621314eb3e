import type { LoadGenerator } from '../load/load-generator.js'

/** More requests than one job sends. */
const NUMBERS_A_JOB = 10_000_000

/** No two requests of all jobs have the same prompt: nothing is answered from a cache, whoever has one. */
export function withDistinctPrompts(generator: LoadGenerator): LoadGenerator {
  let jobs = 0
  return {
    run(job) {
      jobs += 1
      return generator.run({ ...job, distinctFrom: jobs * NUMBERS_A_JOB })
    },
  }
}
