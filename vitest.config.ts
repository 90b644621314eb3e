import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build-first.ts'],
    pool: 'forks',
    // Most tests wait, for processes, sockets and clocks: on two cores one worker, as is usual, leaves both mostly idle.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // A shared machine stalls now and then for longer than any time limit foresees. What passed only the second time is
    // marked as retried in the report.
    retry: process.env.CI === undefined ? 0 : 1,
  },
})
