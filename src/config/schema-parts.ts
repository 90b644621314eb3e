import * as z from 'zod'

/**
 * The kinds of values the configuration is made of. `errorMessage` is what editors show and what our own messages say
 * after "expected", where type and range alone would not tell enough.
 */

const DAY_MS = 86_400_000
const MAX_COUNT = 2_147_483_647

export function section<T extends z.ZodRawShape>(shape: T, about: string) {
  return z
    .strictObject(shape)
    .prefault({} as never)
    .describe(about) // every key of a section has a default
}

export function integer(min: number, max = MAX_COUNT) {
  return z.int().min(min).max(max)
}

/** A duration. The longest is a day: timers of Node.js overflow at 25. */
export function milliseconds(min = 1) {
  return integer(min, DAY_MS)
}

export function share() {
  return z.number().min(0).max(1)
}

export function usd() {
  return z.number().min(0).max(1e9)
}

/** Per million tokens: with six decimals at most one token costs a whole number of the units we count in. */
export function usdPerMTok() {
  return usd()
    .refine((value) => Math.abs(Math.round(value * 1e6) / 1e6 - value) <= 1e-12 * value)
    .meta({ errorMessage: 'a price from 0 to 1000000000 with at most six decimals' })
}

export function text(errorMessage = 'a text that is not empty') {
  return z.string().trim().min(1).meta({ errorMessage })
}

function matching(pattern: RegExp, errorMessage: string) {
  return z.string().trim().regex(pattern).meta({ errorMessage })
}

export const providerName = matching(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
  'a name of letters, digits, dots, dashes and underscores',
)

export const modelName = matching(/^[^\s\p{Cc}]{1,256}$/u, 'a model name without spaces')

/** Printable ASCII: it travels in a header. */
export const apiKey = matching(/^[\x21-\x7e]*$/, 'a key without spaces or line breaks')

export const keyHash = z
  .string()
  .trim()
  .regex(/^sha256:[0-9a-f]{64}$/i)
  .toLowerCase()
  .meta({ errorMessage: '"sha256:" and the 64 hex digits of the key\'s SHA-256' })

export const encryptionKey = z
  .string()
  .trim()
  .refine((value) => /^[A-Za-z0-9+/]{43}=$/.test(value) && Buffer.from(value, 'base64').length === 32)
  .meta({ errorMessage: '32 bytes in base64 (44 characters)' })

export const host = matching(
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%[\w.-]+)?)$/,
  '"auto", a host name or an IP address, without port',
)

export const headerName = matching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'an HTTP header name')

export const headerValue = z
  .string()
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/)
  .meta({ errorMessage: 'a text without line breaks or control characters' })

function url(protocols: readonly string[], errorMessage: string) {
  return z
    .string()
    .trim()
    .refine((value) => isUrl(value, protocols))
    .meta({ errorMessage })
}

export const httpUrl = url(['http:', 'https:'], 'an http:// or https:// URL')

export const redisUrl = url(['redis:', 'rediss:'], 'a redis:// or rediss:// URL')

/** A member of a cluster, or a sentinel. */
export const redisNode = z
  .string()
  .trim()
  .refine((value) => isUrl(value, ['redis:', 'rediss:']) || isHostAndPort(value))
  .meta({ errorMessage: 'host:port or a redis:// URL' })

/** What browsers send as `Origin`, or a star for all of them. */
export const origin = z
  .string()
  .trim()
  .refine((value) => value === '*' || (isUrl(value, ['http:', 'https:']) && new URL(value).origin === value))
  .meta({ errorMessage: '"*" or an origin like https://app.example.com, without a path' })

/** Without an offset it would mean another moment on every machine. A date alone is its first moment, UTC. */
export const moment = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })])
  .meta({ errorMessage: 'a date like 2027-01-31 or 2027-01-31T12:00:00Z' })

function isUrl(value: string, protocols: readonly string[]): boolean {
  if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol)) return false
  // The parser forgives spaces and a single slash; whoever reads the file should not have to.
  return !/\s/.test(value) && /^[a-z]+:\/\/[^/]/i.test(value) && new URL(value).hostname !== ''
}

function isHostAndPort(value: string): boolean {
  const port = /^(?:[\w.-]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})$/.exec(value)?.[1]
  return port !== undefined && Number(port) >= 1 && Number(port) <= 65_535
}
