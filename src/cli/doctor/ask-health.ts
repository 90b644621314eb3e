import { get as getHttp } from 'node:http'
import { get as getHttps } from 'node:https'
import { isObject } from '../../core/decode.js'
import { tryParseJson } from '../../core/json-text.js'

const PATIENCE_MS = 3000
const MAX_BYTES = 1024 * 1024

/** A gateway's own report on itself. */
export interface GatewayHealth {
  readonly status: string
  readonly version: string
}

/**
 * Undefined: what listens there is no gateway of ours. The certificate is not checked, since it need not be made out to
 * this address and nothing is sent that somebody could want.
 */
export function askHealth(url: string): Promise<GatewayHealth | undefined> {
  return new Promise((resolve) => {
    const get = url.startsWith('https:') ? getHttps : getHttp
    const options = { rejectUnauthorized: false, timeout: PATIENCE_MS, agent: false }
    const call = get(`${url}/health`, options, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
        if (text.length > MAX_BYTES) call.destroy()
      })
      response.on('end', () => resolve(readHealth(text)))
      response.on('error', () => resolve(undefined))
      response.on('close', () => resolve(undefined))
    })
    call.on('timeout', () => call.destroy())
    call.on('error', () => resolve(undefined))
  })
}

function readHealth(text: string): GatewayHealth | undefined {
  const body = tryParseJson(text)
  if (!isObject(body) || !('transport' in body)) return undefined
  const { status, version } = body
  return typeof status === 'string' && typeof version === 'string' ? { status, version } : undefined
}
