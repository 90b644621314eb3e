import { readFileSync } from 'node:fs'

/** What a provider has sent, from the wire fixtures. */
export function wireBytes(name: string): Buffer {
  return readFileSync(new URL(`../fixtures/wire/${name}`, import.meta.url))
}

export function wireText(name: string): string {
  return wireBytes(name).toString('utf8')
}
