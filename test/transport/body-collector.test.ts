import { describe, expect, test } from 'vitest'
import { BodyCollector } from '../../src/transport/body-collector.js'

const limits = { maxBytes: 100_000, idleMs: 1000, graceMs: 5000 }

describe('a body collector', () => {
  test('gives the bytes back in order, however they came', async () => {
    const whole = Uint8Array.from({ length: 70_000 }, (_, index) => index % 251)
    for (const size of [1, 7, 4096, 65_536, 70_000]) {
      for (const declared of [undefined, whole.length]) {
        const collector = new BodyCollector(limits, declared)
        for (let at = 0; at < whole.length; at += size) collector.push(whole.subarray(at, at + size))
        collector.complete()
        const body = await collector.body()
        expect(Buffer.compare(body, whole)).toBe(0)
      }
    }
  })

  test('keeps a copy, since the server reuses its memory', async () => {
    const collector = new BodyCollector(limits, undefined)
    const bytes = new Uint8Array([1, 2, 3])
    collector.push(bytes)
    bytes.fill(0)
    collector.complete()
    expect([...(await collector.body())]).toEqual([1, 2, 3])
  })

  test('takes exactly the limit and not a byte more', async () => {
    const full = new BodyCollector(limits, undefined)
    full.push(new Uint8Array(100_000))
    full.complete()
    expect((await full.body()).byteLength).toBe(100_000)

    const over = new BodyCollector(limits, undefined)
    over.push(new Uint8Array(100_000))
    over.push(new Uint8Array(1))
    await expect(over.body()).rejects.toMatchObject({ code: 'request_too_large' })
  })

  test('fails at once when too much is declared', async () => {
    await expect(new BodyCollector(limits, 100_001).body()).rejects.toMatchObject({ code: 'request_too_large' })
  })

  test('stays failed whatever comes after', async () => {
    const collector = new BodyCollector(limits, 100_001)
    collector.push(new Uint8Array(10))
    collector.complete()
    expect(collector.state).toBe('failed')
    await expect(collector.body()).rejects.toMatchObject({ code: 'request_too_large' })
  })

  test('gives up on silence, counted from the last byte', async () => {
    const collector = new BodyCollector(limits, undefined)
    expect(collector.checkPace(0)).toBe(true)
    collector.push(new Uint8Array(1))
    expect(collector.checkPace(900)).toBe(true)
    expect(collector.checkPace(1899)).toBe(true)
    expect(collector.checkPace(1900)).toBe(false)
    await expect(collector.body()).rejects.toMatchObject({ code: 'request_timeout' })
  })

  test('gives up on a trickle, but waits a second longer for each KiB', () => {
    const finalSecond = (bytesPerCheck: number): number => {
      const collector = new BodyCollector(limits, undefined)
      let nowMs = 0
      while (nowMs < 60_000 && collector.checkPace(nowMs)) {
        nowMs += 500
        collector.push(new Uint8Array(bytesPerCheck))
      }
      return nowMs
    }
    expect(finalSecond(1)).toBe(5500)
    expect(finalSecond(256)).toBe(10_000)
    expect(finalSecond(512)).toBe(60_000)
  })
})
