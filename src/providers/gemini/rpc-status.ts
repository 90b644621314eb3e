import { isObject, type JsonObject } from '../../core/decode.js'
import { tryParseJson } from '../../core/json-text.js'
import { givenText } from '../given-text.js'

/** `google.rpc.Status`, as far as it is there and can be trusted. */
export interface RpcStatus {
  /** The HTTP status, as the body says it. */
  readonly code: number | undefined
  /** The RPC name: `INVALID_ARGUMENT`. */
  readonly status: string | undefined
  readonly message: string | undefined
  /** `ErrorInfo.reason`s: `API_KEY_INVALID`. */
  readonly reasons: readonly string[]
  readonly quotaIds: readonly string[]
  readonly retryDelaySeconds: number | undefined
}

/** @param error the `error` member of a body or a chunk */
export function readRpcStatus(error: unknown): RpcStatus {
  // Some in-between servers write the message where the object should be.
  const status: JsonObject = isObject(error) ? error : { message: error }
  const details = Array.isArray(status.details) ? status.details.filter(isObject) : []
  return {
    code: typeof status.code === 'number' ? status.code : undefined,
    status: givenText(status.status),
    message: givenText(status.message),
    reasons: details.flatMap((detail) => givenText(detail.reason) ?? []),
    quotaIds: details.flatMap(quotaIds),
    retryDelaySeconds: details.map((detail) => parseDelay(detail.retryDelay)).find((delay) => delay !== undefined),
  }
}

/** The `error` member of an error body: an object, the same in a one-element array, or nothing of the kind. */
export function errorOfBody(body: string): unknown {
  const value = tryParseJson(body)
  const first: unknown = Array.isArray(value) ? value[0] : value
  return isObject(first) ? first.error : undefined
}

function quotaIds(detail: JsonObject): readonly string[] {
  const violations = Array.isArray(detail.violations) ? detail.violations.filter(isObject) : []
  return violations.flatMap((violation) => givenText(violation.quotaId) ?? [])
}

const DURATION = /^(\d{1,9}(?:\.\d{1,9})?)s$/

/** `"37s"` or `"3.957525076s"` */
function parseDelay(value: unknown): number | undefined {
  const seconds = typeof value === 'string' ? DURATION.exec(value)?.[1] : undefined
  return seconds === undefined ? undefined : Number(seconds)
}
