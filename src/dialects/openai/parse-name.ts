import { requireString } from '../../core/decode.js'
import { invalidRequest } from '../../core/errors.js'

const NAME = /^[A-Za-z0-9_-]{1,64}$/

/** The name of a function or a schema. */
export function requireName(value: unknown, path: string): string {
  const name = requireString(value, path)
  if (NAME.test(name)) return name
  throw invalidRequest(path, `'${path}' must be 1 to 64 characters of A-Z, a-z, 0-9, '_' and '-'.`)
}
