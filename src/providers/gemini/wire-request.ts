/** The parts of a `generateContent` request that we send. */

export interface WireContent {
  readonly role: 'user' | 'model'
  readonly parts: readonly WirePart[]
}

/** JSON text that goes out as it is: parsing and stringifying it again would lose large integers. */
export interface JsonText {
  readonly json: string
}

export interface TextPart {
  readonly text: string
  readonly thought?: true
  readonly thoughtSignature?: string
}

export interface InlineMedia {
  readonly inlineData: { readonly mimeType: string; readonly data: string }
}

export interface LinkedMedia {
  readonly fileData: { readonly mimeType: string; readonly fileUri: string }
}

export type MediaPart = (InlineMedia | LinkedMedia) & { readonly mediaResolution?: { readonly level: string } }

export interface FunctionCallPart {
  readonly functionCall: { readonly id?: string; readonly name: string; readonly args: JsonText }
  readonly thoughtSignature?: string
}

export interface FunctionResponsePart {
  readonly functionResponse: {
    readonly id?: string
    readonly name: string
    readonly response: JsonText
    readonly parts?: readonly (InlineMedia | LinkedMedia)[]
  }
}

export type WirePart = TextPart | MediaPart | FunctionCallPart | FunctionResponsePart

export function contentsJson(contents: readonly WireContent[]): string {
  return `[${contents.map(contentJson).join(',')}]`
}

function contentJson({ role, parts }: WireContent): string {
  return `{"role":"${role}","parts":[${parts.map(partJson).join(',')}]}`
}

function partJson(part: WirePart): string {
  if ('functionCall' in part) {
    const { args, ...call } = part.functionCall
    const signature =
      part.thoughtSignature === undefined ? '' : `,"thoughtSignature":${JSON.stringify(part.thoughtSignature)}`
    return `{"functionCall":${withMember(call, 'args', args)}${signature}}`
  }
  if ('functionResponse' in part) {
    const { response, ...rest } = part.functionResponse
    return `{"functionResponse":${withMember(rest, 'response', response)}}`
  }
  return JSON.stringify(part)
}

/** JSON text of an object that is not empty, with one more member whose value is JSON text already. */
function withMember(object: { readonly name: string }, member: string, { json }: JsonText): string {
  return `${JSON.stringify(object).slice(0, -1)},"${member}":${json}}`
}
