import { GatewayError } from '../core/errors.js'

/** Where the wire formats carry the gateway's key. */
const KEY_HEADERS = ['authorization', 'x-api-key', 'x-goog-api-key', 'api-key']
/** A shorter key is a placeholder of a local server, and could be a part of any word. */
const SHORTEST_KEY = 8

/**
 * Some providers quote in an error what they were sent. Decoders take out what looks like a key; ours is known, so it
 * is taken out whatever it looks like.
 */
export function redactKeys(error: GatewayError, headers: Readonly<Record<string, string>>): GatewayError {
  const keys = keysOf(headers)
  const message = redact(error.message, keys)
  // A code with a key in it is no plain name any more, and so not shown.
  const wireCode = redact(error.wireCode ?? '', keys)
  if (message === error.message && wireCode === (error.wireCode ?? '')) return error
  const { allow, cause, retryAfterSeconds, upstreamRequestId, upstreamStatus } = error
  const param = error.param ?? undefined
  return new GatewayError(error.code, message, {
    allow,
    cause,
    param,
    retryAfterSeconds,
    upstreamRequestId,
    upstreamStatus,
    wireCode,
  })
}

function redact(text: string, keys: readonly string[]): string {
  return keys.reduce((rest, key) => rest.replaceAll(key, '[key]'), text)
}

function keysOf(headers: Readonly<Record<string, string>>): readonly string[] {
  return KEY_HEADERS.flatMap((name) => {
    const key = headers[name]?.replace(/^Bearer +/i, '')
    return key !== undefined && key.length >= SHORTEST_KEY ? [key] : []
  })
}
