import { Buffer } from 'node:buffer'

/**
 * Writes small ONNX files by hand, odd ones too, for what a thread must refuse or survive. Field numbers are those of
 * onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */
export interface GraphDescription {
  readonly inputs: readonly TensorDescription[]
  readonly outputs: readonly TensorDescription[]
  readonly constants: readonly ConstantDescription[]
  readonly nodes: readonly NodeDescription[]
}

export type ElementType = keyof typeof ELEMENT_TYPES

const ELEMENT_TYPES = { float32: 1, int8: 3, int32: 6, int64: 7 } as const

export interface TensorDescription {
  readonly name: string
  readonly type: ElementType
  /** A string is a size with a name. */
  readonly shape: readonly (number | string)[]
}

export interface ConstantDescription {
  readonly name: string
  readonly type: ElementType
  readonly shape: readonly number[]
  readonly values: Float32Array | Int8Array | BigInt64Array
}

export interface NodeDescription {
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Whole numbers only. */
  readonly attributes?: Readonly<Record<string, number>>
}

export function encodeGraph(graph: GraphDescription): Uint8Array {
  const body = [
    ...graph.nodes.map((node) => message(1, encodeNode(node))),
    text(2, 'graph'),
    ...graph.constants.map((constant) => message(5, encodeConstant(constant))),
    ...graph.inputs.map((input) => message(11, encodeTensor(input))),
    ...graph.outputs.map((output) => message(12, encodeTensor(output))),
  ]
  const opset = [text(1, ''), number(2, 17)]
  return Buffer.concat([number(1, 8), message(7, body), message(8, opset)])
}

function encodeNode(node: NodeDescription): Buffer[] {
  const attributes = Object.entries(node.attributes ?? {})
  return [
    ...node.inputs.map((name) => text(1, name)),
    ...node.outputs.map((name) => text(2, name)),
    text(4, node.op),
    ...attributes.map(([name, value]) => message(5, [text(1, name), number(3, value), number(20, 2)])),
  ]
}

function encodeConstant({ name, type, shape, values }: ConstantDescription): Buffer[] {
  const raw = Buffer.from(values.buffer, values.byteOffset, values.byteLength)
  return [...shape.map((size) => number(1, size)), number(2, ELEMENT_TYPES[type]), text(8, name), bytes(9, raw)]
}

function encodeTensor({ name, type, shape }: TensorDescription): Buffer[] {
  const sizes = shape.map((size) => message(1, [typeof size === 'number' ? number(1, size) : text(2, size)]))
  return [text(1, name), message(2, [message(1, [number(1, ELEMENT_TYPES[type]), message(2, sizes)])])]
}

function varint(value: number): Buffer {
  const units: number[] = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) units.push((rest % 128) + 128)
  return Buffer.from([...units, rest])
}

function number(field: number, value: number): Buffer {
  return Buffer.concat([varint(field * 8), varint(value)])
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(value.length), value])
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value))
}

function message(field: number, parts: readonly Buffer[]): Buffer {
  return bytes(field, Buffer.concat(parts))
}
