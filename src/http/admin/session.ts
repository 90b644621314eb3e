import { createHmac, timingSafeEqual } from 'node:crypto'

/** The cookie of a browser that has shown the admin key. */
export interface Sessions {
  /** A `Set-Cookie` value. */
  open(nowEpochMs: number): string
  isOpen(cookieHeader: string | undefined, nowEpochMs: number): boolean
}

export interface SessionOptions {
  /** Of this process: sessions end with it. */
  readonly secret: Buffer
  /** Another admin key ends the sessions of the one before. */
  readonly keyHash: string
  /** Over HTTPS the cookie never leaves it. */
  readonly secure: boolean
}

const NAME = 'llmrouter_session'
const LIFETIME_SECONDS = 12 * 3600

/** Nothing is kept: the cookie says until when it is good, and is sealed. */
export function createSessions({ secret, keyHash, secure }: SessionOptions): Sessions {
  const seal = (expires: string): Buffer => createHmac('sha256', secret).update(`${keyHash} ${expires}`).digest()
  return {
    open(nowEpochMs) {
      const expires = String(nowEpochMs + LIFETIME_SECONDS * 1000)
      const value = `${expires}.${seal(expires).toString('base64url')}`
      const flags = `Path=/; Max-Age=${LIFETIME_SECONDS}; HttpOnly; SameSite=Strict`
      return `${NAME}=${value}; ${flags}${secure ? '; Secure' : ''}`
    },
    isOpen(cookieHeader = '', nowEpochMs) {
      // Pages of other services on this host may have set a cookie of the same name.
      return valuesOf(cookieHeader).some(({ expires, mac }) => {
        const expected = seal(expires)
        const isOurs = mac.length === expected.length && timingSafeEqual(mac, expected)
        return isOurs && Number(expires) > nowEpochMs
      })
    },
  }
}

function valuesOf(cookieHeader: string): readonly { readonly expires: string; readonly mac: Buffer }[] {
  return cookieHeader.split(/[;,]/).flatMap((cookie) => {
    const [, expires, mac] = /^\s*llmrouter_session=(\d{1,16})\.([\w-]{43})\s*$/.exec(cookie) ?? []
    return expires === undefined || mac === undefined ? [] : [{ expires, mac: Buffer.from(mac, 'base64url') }]
  })
}
