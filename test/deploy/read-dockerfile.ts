import { cpSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { packageRoot } from '../../src/package-root.js'

export const DOCKERFILE = readFileSync(join(packageRoot(), 'Dockerfile'), 'utf8')

export interface Instruction {
  readonly name: string
  readonly text: string
}

/** Its instructions, with continued lines joined and comments left out. */
export function readInstructions(): readonly Instruction[] {
  const joined = DOCKERFILE.replace(/^\s*#.*\n/gm, '').replace(/\\\n\s*/g, '')
  return joined.split('\n').flatMap((line) => {
    const [, name, text] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? []
    return name === undefined || text === undefined ? [] : [{ name, text }]
  })
}

/** Copies what the build stage copies of this checkout, as far as .dockerignore lets it through. */
export function copyContext(to: string): void {
  const isIgnored = readIgnored()
  const root = packageRoot()
  const sources = readInstructions()
    .filter(({ name, text }) => name === 'COPY' && !text.startsWith('--from'))
    .flatMap(({ text }) => text.split(/\s+/).slice(0, -1))
  for (const source of sources) {
    const from = join(root, source)
    if (isIgnored(source)) throw new Error(`${source} is copied by the Dockerfile, but .dockerignore leaves it out.`)
    // Throws for what is not there, as Docker does.
    statSync(from)
    cpSync(from, join(to, source), { recursive: true, filter: (path) => !isIgnored(relative(root, path)) })
  }
}

/** The last pattern that fits decides; ours are plain paths, of a file or of a folder with all in it. */
function readIgnored(): (path: string) => boolean {
  const lines = readFileSync(join(packageRoot(), '.dockerignore'), 'utf8').split('\n')
  const patterns = lines.filter((line) => line !== '' && !line.startsWith('#'))
  return (path) => {
    let ignored = false
    for (const pattern of patterns) {
      const plain = pattern.replace('!', '')
      if (plain === '*' || path === plain || path.startsWith(`${plain}/`)) ignored = !pattern.startsWith('!')
    }
    return ignored
  }
}
