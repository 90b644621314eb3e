import { expect, test } from 'vitest'
import { MAX_FLOAT32_TEXT, writeFloat32 } from '../../src/core/float32-text.js'

const scratch = Buffer.alloc(64)
const text = (value: number): string => scratch.toString('latin1', 0, writeFloat32(scratch, 0, Math.fround(value)))

test.each([
  [0, '0'],
  [-0, '0'],
  [1, '1'],
  [-1, '-1'],
  [0.1, '0.1'],
  [-0.5, '-0.5'],
  [0.0625, '0.0625'],
  [0.0001, '0.0001'],
  [0.012345678, '0.012345678'],
  [1 / 3, '0.33333334'],
  [1 - 2 ** -24, '0.99999994'],
  [1.5, '1.5'],
  [123456.79, '123456.79'],
  [1e-7, '1e-7'],
  [3.4028234663852886e38, '3.4028235e+38'],
  [2 ** -149, '1e-45'],
  [Number.NaN, 'null'],
  [Infinity, 'null'],
])('%f is written as %s', (value, written) => {
  expect(text(value)).toBe(written)
})

test('every float32 reads back as itself, from as few digits as any decimal of it has', () => {
  const bits = new Uint32Array(1)
  const floats = new Float32Array(bits.buffer)
  // A linear congruential generator, and all of one binade's lowest and highest numbers.
  let seed = 7
  const samples = Array.from({ length: 60_000 }, (_, index) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    bits[0] = seed
    return index % 2 === 0 ? (floats[0] ?? 0) : Math.fround((seed / 2 ** 32 - 0.5) * 10 ** -(seed % 5))
  }).filter(Number.isFinite)
  for (let index = 0; index < 2000; index += 1) {
    bits[0] = 0x3d000000 + index
    samples.push(floats[0] ?? 0)
    bits[0] = 0x3dffffff - index
    samples.push(floats[0] ?? 0)
  }
  for (const value of samples) {
    const written = text(value)
    if (Math.fround(JSON.parse(written)) !== value || written.length > MAX_FLOAT32_TEXT) {
      expect.unreachable(`${value} was written as ${written}`)
    }
    const digits = written.replace(/e.*|[-.]/g, '').replace(/^0+|0+$/g, '').length
    // A power of two has more room above than below, so that a decimal further away may be shorter.
    const shorter = digits > 1 && Math.fround(Number(value.toPrecision(digits - 1))) === value
    if (shorter) expect.unreachable(`${value} was written as ${written}, which could be shorter`)
  }
})

test('nothing is written before the start or behind the end', () => {
  scratch.fill(0x21)
  const end = writeFloat32(scratch, 3, Math.fround(-0.25))
  expect(scratch.toString('latin1', 0, end + 1)).toBe('!!!-0.25!')
})
