import { createHash, randomBytes } from 'node:crypto'

/** Browsers that have shown the admin key. They outlive a reload of the configuration, not the process. */
export interface Sessions {
  /** @param keyHash of the admin key that was shown: another one ends the session. @returns a `Set-Cookie` value */
  open(keyHash: string, nowEpochMs: number): string
  isOpen(cookieHeader: string | undefined, keyHash: string, nowEpochMs: number): boolean
  /** @returns a `Set-Cookie` value that makes the browser forget */
  close(cookieHeader: string | undefined): string
}

export interface SessionsOptions {
  /** Over HTTPS the cookie never leaves it. */
  readonly secure: boolean
}

const NAME = 'llmrouter_session'
const LIFETIME_SECONDS = 12 * 3600
/** The oldest ones end first. */
const MOST_SESSIONS = 1000

interface Session {
  readonly keyHash: string
  readonly expiresAtMs: number
}

/** The cookie is a random token, of which only the digest is kept: looking it up tells nothing by its time. */
export function createSessions({ secure }: SessionsOptions): Sessions {
  const sessions = new Map<string, Session>()
  const cookie = (value: string, seconds: number): string =>
    `${NAME}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`

  return {
    open(keyHash, nowEpochMs) {
      const token = randomBytes(32).toString('base64url')
      sessions.set(digestOf(token), { keyHash, expiresAtMs: nowEpochMs + LIFETIME_SECONDS * 1000 })
      const [oldest] = sessions.keys()
      if (sessions.size > MOST_SESSIONS && oldest !== undefined) sessions.delete(oldest)
      return cookie(token, LIFETIME_SECONDS)
    },
    isOpen(cookieHeader, keyHash, nowEpochMs) {
      return digestsOf(cookieHeader).some((digest) => {
        const session = sessions.get(digest)
        return session !== undefined && session.keyHash === keyHash && session.expiresAtMs > nowEpochMs
      })
    },
    close(cookieHeader) {
      for (const digest of digestsOf(cookieHeader)) sessions.delete(digest)
      return cookie('', 0)
    },
  }
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

/** Several: pages of other services on this host may have set a cookie of the same name. */
function digestsOf(cookieHeader = ''): readonly string[] {
  return cookieHeader.split(/[;,]/).flatMap((cookie) => {
    const token = /^\s*llmrouter_session=([\w-]{43})\s*$/.exec(cookie)?.[1]
    return token === undefined ? [] : [digestOf(token)]
  })
}
