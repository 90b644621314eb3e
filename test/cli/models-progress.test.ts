import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { createPullProgress } from '../../src/cli/models-progress.js'
import type { PullEvent } from '../../src/model-registry/pull.js'

/** What a pull of these events writes, on a terminal or elsewhere. */
function written(events: readonly PullEvent[], isTTY: boolean): string {
  const output = Object.assign(new PassThrough(), { isTTY, columns: 120, cursorTo: () => true, clearLine: () => true })
  const progress = createPullProgress('tiny', output)
  for (const event of events) progress.onEvent(event)
  progress.end()
  return String(output.read() ?? '')
}

function received(receivedBytes: number): PullEvent {
  return { kind: 'progress', path: 'model.onnx', receivedBytes, totalBytes: 20_000_000 }
}

const RETRY: PullEvent = { kind: 'retry', path: 'model.onnx', reason: 'the connection was cut', waitMs: 1500 }

test('on a terminal a bar shows how much has come', () => {
  const text = written([received(0), received(10_000_000), received(20_000_000)], true)
  expect(text).toMatch(/tiny \[=+\] 100 % {2}20\.0 MB of 20\.0 MB/)
})

test('elsewhere there is a line for each tenth, not for each chunk', () => {
  const text = written(
    Array.from({ length: 2001 }, (_, index) => received(index * 10_000)),
    false,
  )
  expect(text.split('\n')).toHaveLength(12)
  expect(text).toMatch(/^tiny: 0\.0 MB of 20\.0 MB\n(?:.*\n)*tiny: 20\.0 MB of 20\.0 MB\n$/)
})

test.each([true, false])('what goes wrong is told on a line of its own (terminal: %s)', (isTTY) => {
  const text = written([received(5_000_000), RETRY, received(5_000_000)], isTTY)
  expect(text).toContain('\ntiny: model.onnx: the connection was cut; another try in 1.5 s\n')
})

test('one who waits for another process sees whom', () => {
  expect(written([{ kind: 'waiting', holder: 'process 7 on host' }], false)).toBe(
    'tiny: process 7 on host is fetching it; waiting\n',
  )
})
