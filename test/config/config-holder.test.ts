import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type ConfigHolder, createConfigHolder } from '../../src/config/config-holder.js'
import { loadConfig } from '../../src/config/load.js'
import type { Config } from '../../src/config/schema.js'
import { temporaryFolder } from './load-text.js'

const KEYS = `auth: { keys: [{ name: a, hash: "sha256:${'0'.repeat(64)}" }] }`

/** A holder over a real file, with a clock that ticks by the call. */
function holderOf(text: string): { holder: ConfigHolder; write: (text: string) => void } {
  const cwd = temporaryFolder()
  const write = (content: string): void => writeFileSync(join(cwd, 'llmrouter.yaml'), content)
  write(text)
  const load = () => loadConfig({ env: {}, cwd })
  let ticks = 0
  const now = (): number => {
    ticks += 1
    return ticks
  }
  return { holder: createConfigHolder({ initial: load(), load, now }), write }
}

describe('a reload', () => {
  test('swaps in a valid file as a whole and tells the listeners', () => {
    const { holder, write } = holderOf('strict: false')
    const before = holder.current()
    const seen: Config[] = []
    holder.onChange((config) => seen.push(config))
    write('strict: true\naliases: { fast: m }')
    expect(holder.reload()).toMatchObject({ status: 'ok', changed: true, restartKeys: [] })
    expect(holder.current()).toMatchObject({ strict: true, aliases: { fast: 'm' } })
    expect(seen).toEqual([holder.current()])
    expect(before.strict).toBe(false)
    expect(Object.isFrozen(holder.current())).toBe(true)
    expect(Object.isFrozen(holder.current().server)).toBe(true)
    expect(holder.status()).toEqual({ status: 'ok', source: 'file', message: null, at: 2, restartKeys: [] })
  })

  test('of a file that means the same tells nobody', () => {
    const { holder, write } = holderOf('strict: true')
    holder.onChange(() => expect.unreachable())
    write('# a comment\nstrict: true')
    const before = holder.current()
    expect(holder.reload()).toMatchObject({ status: 'ok', changed: false })
    expect(holder.current()).toBe(before)
  })

  test('of a bad file changes nothing, and says so without showing values', () => {
    const { holder, write } = holderOf('strict: true')
    holder.onChange(() => expect.unreachable())
    const before = holder.current()
    write('strict: sometimes\nservr: {}')
    const result = holder.reload()
    expect(result).toMatchObject({ status: 'error', problems: [{ path: 'strict' }, { path: 'servr' }] })
    expect(holder.current()).toBe(before)
    expect(holder.status()).toMatchObject({
      status: 'error',
      message: '2 problems, the first at strict; see the log',
      at: 2,
    })
  })

  test('is well again after the file has been repaired', () => {
    const { holder, write } = holderOf('')
    write('a: [')
    holder.reload()
    write('strict: true')
    expect(holder.reload().status).toBe('ok')
    expect(holder.status()).toMatchObject({ status: 'ok', message: null })
  })

  test('names what takes a restart, goes on with the old value, and applies the rest', () => {
    const { holder, write } = holderOf('server: { port: 1 }')
    write('server: { port: 2, drainTimeoutMs: 5 }\ncache: { store: memory, ttlSeconds: 9 }')
    const restartKeys = ['server.port', 'cache.store']
    expect(holder.reload()).toMatchObject({ restartKeys, changed: true })
    expect(holder.current().server).toMatchObject({ port: 1, drainTimeoutMs: 5 })
    expect(holder.current().cache).toMatchObject({ store: 'embedded', ttlSeconds: 9 })
    expect(holder.reload()).toMatchObject({ restartKeys, changed: false })
    expect(holder.status().restartKeys).toEqual(restartKeys)
    write('server: { port: 1 }')
    expect(holder.reload()).toMatchObject({ restartKeys: [] })
  })

  test('goes back for all listeners when one cannot apply it', () => {
    const { holder, write } = holderOf('strict: false')
    const seen: boolean[] = []
    holder.onChange((config) => seen.push(config.strict))
    holder.onChange(() => {
      throw new Error('no')
    })
    write('strict: true')
    expect(holder.reload()).toMatchObject({
      status: 'error',
      message: 'The new configuration could not be applied: no',
    })
    expect(holder.current().strict).toBe(false)
    expect(seen).toEqual([true, false])
    expect(holder.status().status).toBe('error')
  })

  test('stops telling a listener that has left', () => {
    const { holder, write } = holderOf('')
    const leave = holder.onChange(() => expect.unreachable())
    leave()
    write('strict: true')
    expect(holder.reload()).toMatchObject({ changed: true })
  })
})

describe('client keys in a reload', () => {
  test('that are the first take a restart to open the address to others', () => {
    const { holder, write } = holderOf('')
    write(KEYS)
    expect(holder.reload()).toMatchObject({ status: 'ok', restartKeys: ['server.host'] })
    expect(holder.current().auth.keys).toHaveLength(1)
    write('')
    expect(holder.reload()).toMatchObject({ status: 'ok', restartKeys: [] })
  })

  test('cannot all go while the gateway listens to everybody for their sake', () => {
    const { holder, write } = holderOf(KEYS)
    write('')
    expect(holder.reload()).toMatchObject({ status: 'error', problems: [{ path: 'auth.keys' }] })
    expect(holder.current().auth.keys).toHaveLength(1)
  })

  test('may go where the host was stated', () => {
    const { holder, write } = holderOf(`${KEYS}\nserver: { host: 0.0.0.0 }`)
    write('server: { host: 0.0.0.0 }')
    expect(holder.reload()).toMatchObject({ status: 'ok', changed: true })
  })
})
