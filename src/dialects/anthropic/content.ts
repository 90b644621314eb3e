import { describe } from '../../core/decode.js'
import { invalidRequest } from '../../core/errors.js'

/** Content is a string or an array of blocks everywhere in this API. */
export function contentOf(value: unknown, path: string): string | readonly unknown[] {
  if (typeof value === 'string' || Array.isArray(value)) return value
  throw invalidRequest(
    path,
    `'${path}' must be a string or an array of content blocks, but ${describe(value)} was given.`,
  )
}
