/** Why there was no answer, or not all of it. */
export interface NetworkFailure {
  readonly reason: string
  /**
   * `now`: may work in a moment (a cut connection). `connected`: only worth another try if it has worked before (no such
   * host, nobody listens). `never`: somebody has to do something first (a certificate).
   */
  readonly retry: 'now' | 'connected' | 'never'
}

const REASONS: Readonly<Record<string, NetworkFailure>> = {
  ENOTFOUND: { reason: 'its host name is not known (no network, or no DNS)', retry: 'connected' },
  EAI_AGAIN: { reason: 'its host name could not be looked up (no network, or no DNS)', retry: 'connected' },
  ECONNREFUSED: { reason: 'the connection was refused', retry: 'connected' },
  EHOSTUNREACH: { reason: 'there is no way to its host', retry: 'connected' },
  ENETUNREACH: { reason: 'there is no network', retry: 'connected' },
  ECONNRESET: { reason: 'the connection was cut', retry: 'now' },
  EPIPE: { reason: 'the connection was cut', retry: 'now' },
  UND_ERR_SOCKET: { reason: 'the connection was cut', retry: 'now' },
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: { reason: 'the connection was cut', retry: 'now' },
  ETIMEDOUT: { reason: 'the connection timed out', retry: 'now' },
  // So do firewalls that drop what they do not like.
  UND_ERR_CONNECT_TIMEOUT: { reason: 'it could not be connected to in time', retry: 'connected' },
  UND_ERR_HEADERS_TIMEOUT: { reason: 'it did not answer in time', retry: 'now' },
  UND_ERR_BODY_TIMEOUT: { reason: 'it fell silent', retry: 'now' },
}

export function explainNetworkError(error: unknown): NetworkFailure {
  const code = codeOf(error)
  const known = code === undefined ? undefined : REASONS[code]
  if (known !== undefined) return known
  const message = error instanceof Error ? error.message : String(error)
  const proxyStatus = /Proxy response \((\d+)\)/.exec(message)?.[1]
  if (proxyStatus !== undefined) {
    const help = proxyStatus === '407' ? ' Put user and password into HTTPS_PROXY.' : ''
    return { reason: `the proxy of HTTPS_PROXY or HTTP_PROXY answered ${proxyStatus}.${help}`, retry: 'never' }
  }
  if (code !== undefined && isCertificateTrouble(code)) {
    const help = 'NODE_EXTRA_CA_CERTS names a file with certificates of authorities to trust'
    // OpenSSL's own words are for its authors.
    const detail = /^(?:ERR_SSL_|EPROTO$)/.test(code) ? code : `${code}: ${message}`
    return { reason: `its certificate or TLS is not accepted (${detail}); ${help}`, retry: 'never' }
  }
  return { reason: code === undefined ? message : `${code}: ${message}`, retry: 'now' }
}

/** Several addresses that failed arrive as one error that lists the others; some errors only wrap another. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  if ('code' in error && typeof error.code === 'string') return error.code
  return codeOf(error.cause)
}

function isCertificateTrouble(code: string): boolean {
  return /CERT|^UNABLE_TO_|^ERR_TLS_|^ERR_SSL_|^EPROTO$/.test(code)
}
