import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'

const LAUNCHER = fileURLToPath(new URL('../../bin/llmrouter.js', import.meta.url))
const BUILD = fileURLToPath(new URL('../../bin/build.js', import.meta.url))

beforeAll(() => {
  spawnSync(process.execPath, [BUILD, '--if-needed'])
})

test('a reader who has read enough is no error', async () => {
  const child = spawn(process.execPath, [LAUNCHER, 'serve', '--help'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})
