import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Folder of this package's package.json, the same for sources and for the build in `dist/`. */
export function packageRoot(): string {
  let directory = new URL('.', import.meta.url)
  while (!existsSync(new URL('package.json', directory))) {
    const parent = new URL('..', directory)
    if (parent.href === directory.href)
      throw new Error('llmrouter is not installed completely: no package.json above it.')
    directory = parent
  }
  return fileURLToPath(directory)
}

export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(`${packageRoot()}package.json`, 'utf8'))
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined
  return typeof version === 'string' ? version : 'unknown'
}
