import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { watchConfig } from '../../src/config/watch.js'
import { temporaryFolder } from './load-text.js'

/** Counts changes and lets a test wait for the next one. */
function watched(file: string, pollMs = 60_000) {
  let count = 0
  let wake: () => void = () => {}
  const watch = watchConfig({
    file,
    debounceMs: 20,
    pollMs,
    onChange: () => {
      count += 1
      wake()
    },
  })
  onTestFinished(() => watch.close())
  return {
    count: () => count,
    close: () => watch.close(),
    next: () => {
      const before = count
      return new Promise<void>((resolve) => {
        wake = () => {
          if (count > before) resolve()
        }
      })
    },
  }
}

function fileWith(text: string): string {
  const file = join(temporaryFolder(), 'llmrouter.yaml')
  writeFileSync(file, text)
  return file
}

/** Later than any debounced event of before: another file's change, seen by another watch, with time to spare. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 250))
}

describe('a change of the file is seen', () => {
  test('when it is written in place, several writes counting once', async () => {
    const file = fileWith('a')
    const watch = watched(file)
    const change = watch.next()
    for (const text of ['b', 'bc', 'bcd']) writeFileSync(file, text)
    await change
    await settle()
    expect(watch.count()).toBe(1)
  })

  test('when another file is renamed over it, again and again', async () => {
    const file = fileWith('a')
    const watch = watched(file)
    for (const text of ['b', 'c', 'd']) {
      const change = watch.next()
      writeFileSync(`${file}.tmp`, text)
      renameSync(`${file}.tmp`, file)
      await change
    }
    expect(watch.count()).toBe(3)
  })

  test('when it is removed and written anew', async () => {
    const file = fileWith('a')
    const watch = watched(file)
    const change = watch.next()
    rmSync(file)
    writeFileSync(file, 'b')
    await change
  })

  test('when it is gone for good', async () => {
    const file = fileWith('a')
    const watch = watched(file)
    const change = watch.next()
    rmSync(file)
    await change
    await settle()
    expect(watch.count()).toBe(1)
  })

  test('when Kubernetes swaps the link to the folder it is in', async () => {
    const folder = temporaryFolder()
    for (const version of ['one', 'two', 'three']) {
      mkdirSync(join(folder, `..${version}`))
      writeFileSync(join(folder, `..${version}`, 'llmrouter.yaml'), version)
    }
    symlinkSync('..one', join(folder, '..data'))
    symlinkSync(join('..data', 'llmrouter.yaml'), join(folder, 'llmrouter.yaml'))
    const watch = watched(join(folder, 'llmrouter.yaml'))
    for (const version of ['two', 'three']) {
      const change = watch.next()
      symlinkSync(`..${version}`, join(folder, '..data_tmp'))
      renameSync(join(folder, '..data_tmp'), join(folder, '..data'))
      await change
    }
    expect(watch.count()).toBe(2)
  })

  test('when the file is a link into another folder and changes there', async () => {
    const target = fileWith('a')
    const file = join(temporaryFolder(), 'llmrouter.yaml')
    symlinkSync(target, file)
    const watch = watched(file)
    const change = watch.next()
    writeFileSync(target, 'b')
    await change
  })

  test('by polling where nothing tells', async () => {
    const folder = join(temporaryFolder(), 'later')
    const file = join(folder, 'llmrouter.yaml')
    // The folder cannot be watched: it does not exist yet.
    const watch = watched(file, 20)
    const change = watch.next()
    mkdirSync(folder)
    writeFileSync(file, 'a')
    await change
  })
})

describe('nothing is reported', () => {
  test('when a neighbour changes, or the file is written with the same content', async () => {
    const file = fileWith('a')
    const watch = watched(file)
    writeFileSync(`${file}.swp`, 'x')
    writeFileSync(file, 'a')
    await settle()
    expect(watch.count()).toBe(0)
  })

  test('after the watch was closed', async () => {
    const file = fileWith('a')
    const watch = watched(file, 20)
    writeFileSync(file, 'b')
    watch.close()
    await settle()
    expect(watch.count()).toBe(0)
  })
})
