import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build-first.ts'],
    pool: 'forks',
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // A shared machine stalls now and then for longer than any time limit foresees. What passed only the second time is
    // marked as retried in the report.
    retry: process.env.CI === undefined ? 0 : 1,
  },
})
