import { errors } from 'undici'
import { GatewayError } from '../core/errors.js'
import { ConnectFailure, systemCodeOf } from './connect-failure.js'

/** How far a call had come when it failed. */
export type CallPhase = 'connecting' | 'sent' | 'answering'

export interface CallPlace {
  /** host:port of the provider, for messages. */
  readonly provider: string
  readonly proxy: string | undefined
  readonly connectTimeoutMs: number
  readonly maxHeaderBytes: number
}

/** Whatever the HTTP client reports, as ours. Messages name the host, never the path, a query or a header's value. */
export function callFailure(error: unknown, phase: CallPhase, place: CallPlace): GatewayError {
  if (error instanceof ConnectFailure) return connectFailure(error, place)
  const { provider } = place
  const code = systemCodeOf(error) ?? ''
  const at = `The provider at ${provider}`

  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') {
    return new GatewayError('upstream_error', `The connections to the provider at ${provider} are being closed.`)
  }
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') {
    // The client's message names the header and never shows its value.
    const reason = error instanceof Error ? error.message : code
    const message = `The request to the provider at ${provider} cannot be sent: ${reason}. Check the headers and the key in the configuration.`
    return new GatewayError('internal_error', message, { cause: error })
  }
  if (phase === 'answering') {
    const message = `${at} broke off in the middle of its answer${because(error, code)}.`
    return new GatewayError('stream_truncated', message, { cause: error })
  }
  return new GatewayError('upstream_error', `${at} ${beforeAnswer(error, code, place)}.`, { cause: error })
}

function beforeAnswer(error: unknown, code: string, place: CallPlace): string {
  switch (code) {
    case 'UND_ERR_HEADERS_OVERFLOW':
      return `sent more than ${place.maxHeaderBytes} bytes of headers`
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return 'answered with headers that contradict each other or are not HTTP/1.1'
    default:
      if (error instanceof errors.HTTPParserError) return 'answered with something that is not HTTP/1.1'
      return `closed the connection before it answered${because(error, code)}`
  }
}

function because(error: unknown, code: string): string {
  if (error instanceof errors.HTTPParserError) return ' with something that is not HTTP/1.1'
  switch (code) {
    case '':
    case 'UND_ERR_SOCKET':
      return ''
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return ': the body is shorter than its Content-Length'
    default:
      return ` (${code})`
  }
}

function connectFailure(failure: ConnectFailure, place: CallPlace): GatewayError {
  const { provider } = place
  const code = failure.systemCode
  const cause = failure
  const proxied = place.proxy === undefined ? '' : ` through the proxy ${place.proxy}`

  if (failure.kind === 'timeout' || code === 'ETIMEDOUT') {
    const waited = failure.stage === 'proxy' ? `The proxy ${place.proxy} gave` : `The provider at ${provider} gave`
    const message = `${waited} no connection within ${place.connectTimeoutMs} ms.`
    return new GatewayError('upstream_timeout', message, { cause })
  }
  if (code !== undefined && OUR_SHORTAGES.has(code)) {
    return new GatewayError('overloaded', `The gateway has run out of sockets for its providers (${code}).`, { cause })
  }
  const start = `The gateway could not connect to the provider at ${provider}`
  switch (failure.stage) {
    case 'tcp':
      return new GatewayError('upstream_error', `${start}: ${tcpReason(code)}.`, { cause })
    case 'proxy':
      return new GatewayError('upstream_error', `${start}${proxied}: ${proxyReason(failure)}.`, { cause })
    case 'tls':
      return new GatewayError('upstream_error', `${start}${proxied}: ${tlsReason(code)}`, { cause })
  }
}

/** Not the provider's fault, and no other attempt at it will fare better now. */
const OUR_SHORTAGES: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS'])

function tcpReason(code: string | undefined): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'connection refused'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
    case 'EAI_NODATA':
      return `its name could not be resolved (${code})`
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `it is unreachable (${code})`
    default:
      return code ?? 'the connection was closed at once'
  }
}

function proxyReason(failure: ConnectFailure): string {
  const { proxyStatus, systemCode } = failure
  if (proxyStatus === 407) return 'the proxy wants credentials (407)'
  if (proxyStatus !== undefined) return `the proxy answered ${proxyStatus}`
  if (systemCode === 'UND_ERR_SOCKET') return 'the proxy closed the connection'
  if (isCertificateTrouble(systemCode)) return `the proxy's TLS certificate is not trusted (${systemCode})`
  return tcpReason(systemCode)
}

function tlsReason(code: string | undefined): string {
  const shown = code ?? 'connection closed'
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'EPROTO') {
    return `the TLS handshake failed (${shown}). Is it an http:// server?`
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `its TLS certificate is for another name (${shown}).`
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return `its TLS certificate is not valid today (${shown}).`
  }
  if (isCertificateTrouble(code)) {
    return `its TLS certificate is not trusted (${shown}). For a private or self-signed certificate set the provider's 'caFile'.`
  }
  return `the TLS handshake failed (${shown}).`
}

function isCertificateTrouble(code: string | undefined): boolean {
  return code !== undefined && /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/.test(code)
}
