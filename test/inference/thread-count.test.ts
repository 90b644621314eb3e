import { expect, test } from 'vitest'
import { threadCount } from '../../src/inference/thread-count.js'

test.each([
  ['auto', 1, 1],
  ['auto', 2, 1],
  ['auto', 8, 7],
  [3, 2, 3],
] as const)('threads: %s on %i cores starts %i', (threads, cores, count) => {
  expect(threadCount(threads, cores)).toBe(count)
})
