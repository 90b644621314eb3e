import { describe, expect, test } from 'vitest'
import type { EmbeddingEncoding } from '../../../src/core/embeddings.js'
import { renderEmbeddings } from '../../../src/dialects/openai/render-embeddings.js'

function render(vectors: Float32Array, dimension: number, encoding: EmbeddingEncoding): Buffer[] {
  return [...renderEmbeddings({ model: 'the "model"', vectors, dimension, encoding, promptTokens: 7 })]
}

const VECTORS = new Float32Array([0.1, -0.25, 0, 1, 0.0078125, -0.333333343])

test('numbers are the shortest that tell float32 apart', () => {
  expect(Buffer.concat(render(VECTORS, 3, 'float')).toString()).toBe(
    '{"object":"list","data":[' +
      '{"object":"embedding","index":0,"embedding":[0.1,-0.25,0]},' +
      '{"object":"embedding","index":1,"embedding":[1,0.0078125,-0.33333334]}' +
      '],"model":"the \\"model\\"","usage":{"prompt_tokens":7,"total_tokens":7}}',
  )
})

test('base64 holds little-endian float32', () => {
  const { data } = JSON.parse(Buffer.concat(render(VECTORS, 3, 'base64')).toString())
  const bytes = Buffer.from(data[1].embedding, 'base64')
  expect([0, 4, 8].map((at) => bytes.readFloatLE(at))).toEqual([...VECTORS.subarray(3)])
})

test('a view into a larger buffer is rendered from where it begins', () => {
  const { data } = JSON.parse(Buffer.concat(render(VECTORS.subarray(3), 3, 'base64')).toString())
  expect(Buffer.from(data[0].embedding, 'base64').readFloatLE(0)).toBe(1)
})

describe.each(['float', 'base64'] as const)('the largest answer as %s', (encoding) => {
  const rows = 2048
  const dimension = 384
  const vectors = Float32Array.from({ length: rows * dimension }, (_, index) => Math.sin(index) / 20)
  const pieces = render(vectors, dimension, encoding)

  test('comes in pieces that are each a small part of it', () => {
    const total = pieces.reduce((sum, piece) => sum + piece.length, 0)
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(total / 40)
  })
  test('holds every vector exactly', () => {
    const { data } = JSON.parse(Buffer.concat(pieces).toString())
    expect(data).toHaveLength(rows)
    data.forEach(({ embedding, index }: { embedding: string | number[]; index: number }, row: number) => {
      expect(index).toBe(row)
      const bytes = typeof embedding === 'string' ? Buffer.from(embedding, 'base64') : undefined
      const read = bytes === undefined ? Float32Array.from(embedding as number[]) : new Float32Array(copyOf(bytes))
      expect(
        Buffer.compare(Buffer.from(read.buffer), bytesOf(vectors.subarray(row * dimension, (row + 1) * dimension))),
      ).toBe(0)
    })
  })
})

function copyOf(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}

function bytesOf(vector: Float32Array): Buffer {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)
}
