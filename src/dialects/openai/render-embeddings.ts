import type { EmbeddingsAnswer } from '../../core/embeddings.js'
import { MAX_FLOAT32_TEXT, writeFloat32 } from '../../core/float32-text.js'

/** Numbers in one piece: rendered in about a millisecond. */
const NUMBERS_A_PIECE = 16_384

const COMMA = 0x2c

/**
 * The answer as JSON text, in pieces. Its reader may do other work between two of them: the largest answer holds more
 * numbers than an event loop should render in one go.
 */
export function* renderEmbeddings(answer: EmbeddingsAnswer): Generator<Buffer, void> {
  const { dimension, model, promptTokens, vectors } = answer
  const rows = vectors.length / dimension
  const rowsAPiece = Math.max(1, Math.floor(NUMBERS_A_PIECE / dimension))
  const renderRows = answer.encoding === 'base64' ? renderBase64 : createFloatRenderer(rowsAPiece, dimension)

  yield Buffer.from('{"object":"list","data":[')
  for (let row = 0; row < rows; row += rowsAPiece) {
    yield renderRows(answer, row, Math.min(rows, row + rowsAPiece))
  }
  const usage = { prompt_tokens: promptTokens, total_tokens: promptTokens }
  yield Buffer.from(`],"model":${JSON.stringify(model)},"usage":${JSON.stringify(usage)}}`)
}

function opening(row: number): string {
  return `${row === 0 ? '' : ','}{"object":"embedding","index":${row},"embedding":`
}

/** Little-endian float32, which is what the official clients read. */
function renderBase64({ dimension, vectors }: EmbeddingsAnswer, from: number, to: number): Buffer {
  const bytes = littleEndian(vectors.subarray(from * dimension, to * dimension))
  let text = ''
  for (let row = from; row < to; row += 1) {
    const start = (row - from) * dimension * 4
    text += `${opening(row)}"${bytes.toString('base64', start, start + dimension * 4)}"}`
  }
  return Buffer.from(text, 'latin1')
}

const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

function littleEndian(vectors: Float32Array): Buffer {
  const view = Buffer.from(vectors.buffer, vectors.byteOffset, vectors.byteLength)
  return IS_LITTLE_ENDIAN ? view : Buffer.from(view).swap32()
}

/** Around the numbers of a row. */
const ROW_BYTES = 64

function createFloatRenderer(
  rows: number,
  dimension: number,
): (answer: EmbeddingsAnswer, from: number, to: number) => Buffer {
  const scratch = Buffer.allocUnsafe(rows * (ROW_BYTES + dimension * (MAX_FLOAT32_TEXT + 1)))
  return ({ vectors }, from, to) => {
    let at = 0
    for (let row = from; row < to; row += 1) {
      at += scratch.write(`${opening(row)}[`, at, 'latin1')
      for (let index = row * dimension; index < (row + 1) * dimension; index += 1) {
        at = writeFloat32(scratch, at, vectors[index] ?? 0)
        scratch[at] = COMMA
        at += 1
      }
      // Over the last comma.
      at += scratch.write(']}', at - 1, 'latin1') - 1
    }
    return Buffer.from(scratch.subarray(0, at))
  }
}
