import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { createGraphIndex } from '../../../src/cache/index/graph-index.js'
import { packageRoot } from '../../../src/package-root.js'
import { clusteredVector, createUniform } from './vector-model.js'

const DIMENSION = 16
const WORKER_FILE = join(packageRoot(), 'dist/workers/vector-linker.js')

const folder = mkdtempSync(join(tmpdir(), 'llmrouter-linker-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a thread that dies is started again, and links everything anew', async () => {
  // Dies at its third message when it is the first of its kind, and is the linker otherwise.
  const mark = JSON.stringify(join(folder, 'has-died'))
  const workerFile = join(folder, 'dying.mjs')
  writeFileSync(
    workerFile,
    `import { existsSync, writeFileSync } from 'node:fs'
    import { parentPort } from 'node:worker_threads'
    await import(${JSON.stringify(pathToFileURL(WORKER_FILE).href)})
    let messages = 0
    parentPort.on('message', () => {
      messages++
      if (messages < 3 || existsSync(${mark})) return
      writeFileSync(${mark}, '')
      throw new Error('as it was told')
    })
    `,
  )
  const deaths: string[] = []
  const index = createGraphIndex({
    dimension: DIMENSION,
    workerFile,
    graphFrom: 50,
    onLinkerDeath: (cause) => deaths.push(cause.message),
  })
  const vectors = Array.from({ length: 600 }, (_, n) => clusteredVector(DIMENSION, 30, createUniform(n)))
  for (const [n, vector] of vectors.entries()) {
    index.add(`id-${n}`, 'p', vector)
    if (n % 3 === 2) index.remove(`id-${n - 1}`)
    if (n % 100 === 99) await index.settled()
  }
  await index.settled()
  expect(deaths).toEqual(['as it was told'])
  expect(index.size()).toBe(400)
  for (const [n, vector] of vectors.entries()) {
    expect(index.search('p', vector, 1)[0]?.id === `id-${n}`).toBe(n % 3 !== 1)
  }
  await index.close()
})

test('without a thread that works everything is still found, one by one', async () => {
  const deaths: string[] = []
  const index = createGraphIndex({
    dimension: DIMENSION,
    workerFile: join(folder, 'not-there.mjs'),
    graphFrom: 50,
    onLinkerDeath: (cause) => deaths.push(cause.message),
  })
  const vectors = Array.from({ length: 300 }, (_, n) => clusteredVector(DIMENSION, 30, createUniform(n)))
  for (const [n, vector] of vectors.entries()) index.add(`id-${n}`, 'p', vector)
  await index.settled()
  for (let n = 0; n < 100; n++) index.remove(`id-${n}`)
  await index.settled()
  expect(deaths.length).toBeGreaterThan(1)
  for (const [n, vector] of vectors.entries()) {
    expect(index.search('p', vector, 1)[0]?.id === `id-${n}`).toBe(n >= 100)
  }
  await index.close()
})
