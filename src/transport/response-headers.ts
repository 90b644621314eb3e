/** Anything that is not a tab or printable ASCII. */
const UNSAFE = /[^\t -~]/
const UNSAFE_EACH = /[^\t -~]/gu
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/**
 * A value that cannot break out of its line: control characters become spaces. What is not ASCII becomes `?`, since
 * the two servers would encode it differently.
 */
function safeHeaderValue(value: string): string {
  return UNSAFE.test(value) ? value.replace(UNSAFE_EACH, (char) => (char < ' ' || char === '\x7f' ? ' ' : '?')) : value
}

export interface SafeHeaders {
  /** Name, value, name, value … */
  readonly lines: readonly string[]
  /** `connection: close` was asked for. */
  readonly close: boolean
  /** As asked for; counts only where there is no body to measure. */
  readonly contentLength: string | undefined
}

/** Headers as they may go out, without those that the transport itself answers for. Names that are no tokens go. */
export function safeHeaders(headers: Readonly<Record<string, string>>): SafeHeaders {
  const lines: string[] = []
  let close = false
  let contentLength: string | undefined
  for (const name in headers) {
    const value = headers[name]
    if (value === undefined || !TOKEN.test(name)) continue
    switch (ownedHeader(name)) {
      case 'connection':
        close ||= value.toLowerCase() === 'close'
        break
      case 'content-length':
        contentLength = value
        break
      case 'other':
        break
      case undefined:
        lines.push(name, safeHeaderValue(value))
    }
  }
  return { lines, close, contentLength }
}

function ownedHeader(name: string): 'connection' | 'content-length' | 'other' | undefined {
  switch (name.length) {
    case 4:
      return name.toLowerCase() === 'date' ? 'other' : undefined
    case 10: {
      const lower = name.toLowerCase()
      return lower === 'connection' ? lower : lower === 'keep-alive' ? 'other' : undefined
    }
    case 14:
      return name.toLowerCase() === 'content-length' ? 'content-length' : undefined
    case 17:
      return name.toLowerCase() === 'transfer-encoding' ? 'other' : undefined
    default:
      return undefined
  }
}
