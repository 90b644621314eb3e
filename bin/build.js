// Compiles the TypeScript sources into dist/, and the page into dist/page. `--if-needed` does nothing when dist/ is newer than every source.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildPage } from './build-page.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = join(root, 'dist', '.built')
const SOURCES = [
  'bin/build-page.js',
  'src',
  'workers',
  'models/make',
  'models/training',
  'bench',
  // The wire formats that a scripted provider of the soak speaks.
  'test/support/wire-answers.ts',
  'tsconfig.json',
  'tsconfig.build.json',
  'package.json',
]

/** Milliseconds since the epoch of the newest source below `path`; 0 if there is none. */
function newest(path) {
  if (!existsSync(path)) return 0
  const stats = statSync(path)
  if (stats.isDirectory()) return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))))
  return /\.(ts|css|html|svg)$|(build-page\.js|(package|tsconfig.*)\.json)$/.test(path) ? stats.mtimeMs : 0
}

/** An installed package comes with its build; a checkout is built when a source is newer than the last build. */
export function isBuilt() {
  if (!existsSync(stamp)) return false
  const isCheckout = existsSync(join(root, 'test'))
  return !isCheckout || SOURCES.every((name) => newest(join(root, name)) <= statSync(stamp).mtimeMs)
}

/** Type errors are the business of `npm run typecheck`: a start must not wait for them. */
export function build() {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
  const startedAt = new Date()
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  const result = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), '--noCheck'], {
    stdio: ['ignore', 2, 2],
  })
  if (result.status !== 0) throw new Error('llmrouter could not be built: see the messages of the compiler above.')
  buildPage(root)
  // What changed while the compiler ran is newer than the stamp.
  writeFileSync(stamp, '')
  utimesSync(stamp, startedAt, startedAt)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--if-needed') && isBuilt()) process.exit(0)
  build()
}
