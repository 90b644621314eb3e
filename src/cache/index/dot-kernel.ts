/**
 * Scalar products of one vector with many, 16-bit integers, by WASM SIMD. The module is assembled here from its
 * instructions; their codes are those of https://webassembly.github.io/spec/core/binary/instructions.html.
 */
export interface DotKernel {
  /**
   * For each of the row numbers at `rows`, its product with the vector at `query`, as a 32-bit integer at `out`. All are
   * byte addresses in the memory.
   */
  dots(query: number, rows: number, count: number, out: number): void
}

export interface KernelLayout {
  /** Byte address of row 0. */
  readonly base: number
  /** Bytes from one row to the next. */
  readonly stride: number
  /** Bytes of a vector, a multiple of `UNROLLED_BYTES`. */
  readonly vectorBytes: number
}

/** What one turn of the inner loop takes. */
export const UNROLLED_BYTES = 64

const LANES_BYTES = 16
const I32 = 0x7f
const V128 = 0x7b
const LOOP = 0x03
const NO_RESULT = 0x40
const END = 0x0b
const BR_IF = 0x0d
const GET = 0x20
const SET = 0x21
const TEE = 0x22
const I32_LOAD = 0x28
const I32_STORE = 0x36
const I32_CONST = 0x41
const I32_LT_U = 0x49
const I32_ADD = 0x6a
const I32_MUL = 0x6c
const V128_LOAD = [0xfd, 0x00]
const V128_ZERO = [0xfd, 0x0c, ...new Array<number>(LANES_BYTES).fill(0)]
const I32X4_LANE = [0xfd, 0x1b]
const I32X4_ADD = [0xfd, 0xae, 0x01]
/** Products of eight pairs of 16-bit integers, summed in twos. */
const I32X4_DOT_I16X8 = [0xfd, 0xba, 0x01]

const [QUERY, ROWS, END_OF_ROWS, OUT, ROW, AT, SUM] = [0, 1, 2, 3, 4, 5, 6]

/** @param memory shared, with at most 65,536 pages */
export function createDotKernel(memory: WebAssembly.Memory, layout: KernelLayout): DotKernel {
  const module = new WebAssembly.Module(assemble(layout))
  const { dots } = new WebAssembly.Instance(module, { js: { memory } }).exports
  if (typeof dots !== 'function') throw new Error('The kernel has lost its function.')
  return {
    dots(query, rows, count, out) {
      if (count > 0) dots(query, rows, rows + 4 * count, out)
    },
  }
}

function assemble(layout: KernelLayout): Uint8Array<ArrayBuffer> {
  const type = [0x60, ...list([[I32], [I32], [I32], [I32]]), 0]
  const sharedMemory = [0x02, 0x03, ...unsigned(1), ...unsigned(65_536)]
  const locals = list([
    [2, I32],
    [1, V128],
  ])
  const body = [...locals, ...instructions(layout), END]
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [type]),
    ...section(2, [[...name('js'), ...name('memory'), ...sharedMemory]]),
    ...section(3, [[0]]),
    ...section(7, [[...name('dots'), 0x00, 0]]),
    ...section(10, [[...unsigned(body.length), ...body]]),
  ])
}

function instructions({ base, stride, vectorBytes }: KernelLayout): readonly number[] {
  const turn = Array.from({ length: UNROLLED_BYTES / LANES_BYTES }, (_, part) => productOf(part * LANES_BYTES)).flat()
  const lanes = [0, 1, 2, 3].map((lane) => [GET, SUM, ...I32X4_LANE, lane])
  return [
    ...[LOOP, NO_RESULT],
    ...[GET, ROWS, ...loadOf(I32_LOAD), I32_CONST, ...signed(stride), I32_MUL],
    ...[I32_CONST, ...signed(base), I32_ADD, SET, ROW],
    ...[...V128_ZERO, SET, SUM, I32_CONST, 0, SET, AT],
    ...[LOOP, NO_RESULT, ...turn],
    ...[GET, AT, I32_CONST, ...signed(UNROLLED_BYTES), I32_ADD, TEE, AT],
    ...[I32_CONST, ...signed(vectorBytes), I32_LT_U, BR_IF, 0, END],
    ...[GET, OUT, ...lanes.flat(), I32_ADD, I32_ADD, I32_ADD, ...loadOf(I32_STORE)],
    ...[GET, OUT, I32_CONST, 4, I32_ADD, SET, OUT],
    ...[GET, ROWS, I32_CONST, 4, I32_ADD, TEE, ROWS, GET, END_OF_ROWS, I32_LT_U, BR_IF, 0, END],
  ]
}

/** Adds the products of sixteen bytes of both vectors to the sum. */
function productOf(offset: number): readonly number[] {
  const load = [...V128_LOAD, 4, ...unsigned(offset)]
  return [
    ...[GET, QUERY, GET, AT, I32_ADD, ...load],
    ...[GET, ROW, GET, AT, I32_ADD, ...load],
    ...[...I32X4_DOT_I16X8, GET, SUM, ...I32X4_ADD, SET, SUM],
  ]
}

/** A load or a store of four bytes, aligned to four, at no offset. */
function loadOf(code: number): readonly number[] {
  return [code, 2, 0]
}

function section(id: number, items: readonly (readonly number[])[]): readonly number[] {
  const bytes = list(items)
  return [id, ...unsigned(bytes.length), ...bytes]
}

function list(items: readonly (readonly number[])[]): readonly number[] {
  return [...unsigned(items.length), ...items.flat()]
}

function name(text: string): readonly number[] {
  return list([...Buffer.from(text)].map((byte) => [byte]))
}

/** LEB128. */
function unsigned(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]
}

/** LEB128 with a sign, for what is not negative. */
function signed(value: number): readonly number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >>> 7)]
}
