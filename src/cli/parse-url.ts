import { InvalidArgumentError } from 'commander'

export function parseUrl(value: string): string {
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value
  throw new InvalidArgumentError('Expected an http or https address.')
}
