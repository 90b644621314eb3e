/** Of the connection, not of the request: the HTTP client sets them itself. */
const RESERVED: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/**
 * The configured headers with lower-case names.
 * @throws Error that names the header that cannot be sent, never its value
 */
export function checkFixedHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const checked: Record<string, string> = {}
  for (const [given, value] of Object.entries(headers)) {
    const name = given.toLowerCase()
    if (!TOKEN.test(name)) throw new Error(`headers: '${given}' is not a header name.`)
    if (RESERVED.has(name)) throw new Error(`headers.${given} is set by the gateway itself.`)
    if (!FIELD_VALUE.test(value)) throw new Error(`headers.${given} holds a character that HTTP does not allow.`)
    checked[name] = value
  }
  return checked
}

/** Each name once, whatever its case: a repeated `content-type` or key is refused by providers. */
export function mergeHeaders(
  headers: Readonly<Record<string, string>>,
  fixed: Readonly<Record<string, string>>,
): Record<string, string> {
  const merged: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) merged[name.toLowerCase()] = value
  }
  Object.assign(merged, fixed)
  // Nothing here decompresses, and a compressed stream would arrive in bursts.
  merged['accept-encoding'] = 'identity'
  return merged
}
