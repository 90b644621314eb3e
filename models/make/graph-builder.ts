import { encodeModel } from './onnx-schema.js'

/** `TensorProto.DataType` of onnx.proto. */
const DATA_TYPES = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7 } as const
export type DataType = keyof typeof DATA_TYPES

/** `AttributeProto.AttributeType` of onnx.proto. */
const ATTRIBUTE = { float: 1, int: 2, ints: 7 } as const

/** A whole number is an `int`; a `float` has to be said. */
export type Attribute = number | readonly number[] | { readonly float: number }

/** A number is a fixed length, a name one that every call may choose. */
export type Shape = readonly (number | string)[]

type TensorData = Float32Array | Uint8Array | Int8Array | Int32Array | BigInt64Array

/** ONNX operator set 17 has LayerNormalization; IR version 8 goes with it. */
const OPSET = 17
const IR_VERSION = 8

/** Writes a network down node by node. Values are known by their names, which the calls return. */
export class GraphBuilder {
  readonly #nodes: object[] = []
  readonly #initializers: object[] = []
  readonly #inputs: object[] = []
  readonly #outputs: object[] = []
  #count = 0

  input(name: string, type: DataType, shape: Shape): string {
    this.#inputs.push(valueInfo(name, type, shape))
    return name
  }

  output(name: string, type: DataType, shape: Shape): void {
    this.#outputs.push(valueInfo(name, type, shape))
  }

  /** Data that is part of the file, row-major. */
  constant(data: TensorData, dims: readonly number[]): string {
    const name = this.#fresh('constant')
    this.#initializers.push({
      name,
      dims,
      dataType: DATA_TYPES[dataType(data)],
      // ONNX files are little-endian, and so is every machine that onnxruntime-node supports.
      rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    })
    return name
  }

  scalar(value: number): string {
    return this.constant(new Float32Array([value]), [])
  }

  integers(...values: readonly number[]): string {
    return this.constant(new BigInt64Array(values.map(BigInt)), [values.length])
  }

  /** A node with one output, whose name is returned. */
  node(opType: string, inputs: readonly string[], options: NodeOptions = {}): string {
    const output = options.output ?? this.#fresh(opType)
    this.#add(opType, inputs, [output], options)
    return output
  }

  /** A node with three outputs. */
  node3(opType: string, inputs: readonly string[], options: NodeOptions = {}): readonly [string, string, string] {
    const outputs = [this.#fresh(opType), this.#fresh(opType), this.#fresh(opType)] as const
    this.#add(opType, inputs, outputs, options)
    return outputs
  }

  #add(opType: string, input: readonly string[], output: readonly string[], options: NodeOptions): void {
    const { attributes = {}, domain = '' } = options
    const attribute = Object.entries(attributes).map(([name, value]) => encodeAttribute(name, value))
    this.#nodes.push({ name: `${opType}_${this.#count}`, opType, input, output, attribute, domain })
  }

  build(name: string): Uint8Array {
    return encodeModel({
      irVersion: IR_VERSION,
      producerName: 'llmrouter',
      opsetImport: [{ domain: '', version: OPSET }],
      graph: {
        name,
        node: this.#nodes,
        initializer: this.#initializers,
        input: this.#inputs,
        output: this.#outputs,
      },
    })
  }

  #fresh(kind: string): string {
    this.#count += 1
    return `${kind}_${this.#count}`
  }
}

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>
  /** Absent: a fresh name. */
  readonly output?: string
  readonly domain?: string
}

function encodeAttribute(name: string, value: Attribute): object {
  if (typeof value === 'number') return { name, type: ATTRIBUTE.int, i: value }
  if ('float' in value) return { name, type: ATTRIBUTE.float, f: value.float }
  return { name, type: ATTRIBUTE.ints, ints: value }
}

function valueInfo(name: string, type: DataType, shape: Shape): object {
  const dim = shape.map((length) => (typeof length === 'number' ? { dimValue: length } : { dimParam: length }))
  return { name, type: { tensorType: { elemType: DATA_TYPES[type], shape: { dim } } } }
}

function dataType(data: TensorData): DataType {
  if (data instanceof Float32Array) return 'float32'
  if (data instanceof Uint8Array) return 'uint8'
  if (data instanceof Int8Array) return 'int8'
  return data instanceof Int32Array ? 'int32' : 'int64'
}
