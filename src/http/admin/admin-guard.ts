import { createHash, timingSafeEqual } from 'node:crypto'
import { GatewayError } from '../../core/errors.js'
import type { TransportRequest } from '../../transport/transport.js'
import { isLoopbackName } from '../loopback.js'
import type { AttemptBrake } from './attempt-brake.js'
import type { Sessions } from './session.js'

/** Who may use the admin paths: the admin key, a session opened with it, or this machine on an open loopback gateway. */
export interface AdminGuard {
  /** @throws GatewayError 401, 403 `admin_disabled` or `permission_denied`, 429 after many wrong keys */
  admit(request: TransportRequest, nowEpochMs: number): void
  /** For paths that clients use too. Never throws, and wrong keys do not count: they may be right elsewhere. */
  recognises(request: TransportRequest, nowEpochMs: number): boolean
  /** It was nobody's key there either. */
  failed(request: TransportRequest, nowEpochMs: number): void
  /** @returns a `Set-Cookie` value; undefined: no key is needed. @throws as `admit` */
  openSession(request: TransportRequest, key: string, nowEpochMs: number): string | undefined
  /** @returns a `Set-Cookie` value. @throws GatewayError 403 `permission_denied` for pages of other sites */
  closeSession(request: TransportRequest): string
}

export interface AdminGuardOptions {
  /** `sha256:` and 64 hex digits. Null: no admin key is configured. */
  readonly keyHash: string | null
  /** The gateway listens only on this machine and has no client keys. */
  readonly loopbackOnly: boolean
  /** They outlive a reload, as the brake does. */
  readonly sessions: Sessions
  readonly brake: AttemptBrake
}

type Verdict = 'admitted' | 'disabled' | 'no-key' | 'wrong-key'

export function createAdminGuard(options: AdminGuardOptions): AdminGuard {
  const { brake, keyHash, loopbackOnly, sessions } = options
  const digest = keyHash === null ? undefined : Buffer.from(keyHash.replace(/^sha256:/, ''), 'hex')

  function isRight(key: string): boolean {
    const presented = createHash('sha256').update(key).digest()
    return digest !== undefined && digest.length === presented.length && timingSafeEqual(digest, presented)
  }

  function judge({ headers, remoteAddress }: TransportRequest, nowEpochMs: number): Verdict {
    if (keyHash === null) return loopbackOnly && isLoopbackName(remoteAddress) ? 'admitted' : 'disabled'
    if (sessions.isOpen(headers.cookie, keyHash, nowEpochMs)) return 'admitted'
    const key = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
    if (key === undefined) return 'no-key'
    brake.check(remoteAddress, nowEpochMs)
    return isRight(key) ? 'admitted' : 'wrong-key'
  }

  return {
    admit(request, nowEpochMs) {
      refuseOtherSites(request)
      const verdict = judge(request, nowEpochMs)
      if (verdict === 'wrong-key') brake.failed(request.remoteAddress, nowEpochMs)
      if (verdict !== 'admitted') throw refusal(verdict)
    },
    recognises(request, nowEpochMs) {
      try {
        refuseOtherSites(request)
        return judge(request, nowEpochMs) === 'admitted'
      } catch {
        return false
      }
    },
    failed: ({ remoteAddress }, nowEpochMs) => brake.failed(remoteAddress, nowEpochMs),
    openSession(request, key, nowEpochMs) {
      refuseOtherSites(request)
      if (keyHash === null) {
        if (judge(request, nowEpochMs) !== 'admitted') throw refusal('disabled')
        return undefined
      }
      brake.check(request.remoteAddress, nowEpochMs)
      if (!isRight(key)) {
        brake.failed(request.remoteAddress, nowEpochMs)
        throw refusal('wrong-key')
      }
      brake.succeeded(request.remoteAddress)
      return sessions.open(keyHash, nowEpochMs)
    },
    closeSession(request) {
      refuseOtherSites(request)
      return sessions.close(request.headers.cookie)
    },
  }
}

function refusal(verdict: Exclude<Verdict, 'admitted'>): GatewayError {
  switch (verdict) {
    case 'disabled':
      return new GatewayError(
        'admin_disabled',
        'There is no admin key: set auth.adminKeyHash ("llmrouter keys" makes one). Without it the admin paths are open only to this machine, on a gateway that listens only here and has no client keys.',
      )
    case 'no-key':
      return new GatewayError('invalid_api_key', 'This path needs the admin key: "Authorization: Bearer <admin key>".')
    case 'wrong-key':
      return new GatewayError('invalid_api_key', 'This is not the admin key.')
  }
}

/** Browsers say where a page is from; other programs say nothing. */
function refuseOtherSites({ headers }: TransportRequest): void {
  const { host, origin } = headers
  const isOwn = origin === undefined || (URL.canParse(origin) && new URL(origin).host === host?.toLowerCase())
  if (isOwn && headers['sec-fetch-site'] !== 'cross-site') return
  throw new GatewayError('permission_denied', 'Pages of other sites may not use the admin paths.', { param: 'Origin' })
}
