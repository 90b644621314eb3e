// Makes dist/page, the files of the page at `/`: modules of src/page without their types, what is served beside them, and
// the chart library. No bundler: browsers load modules themselves.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)
const CHARTS = { 'uPlot.esm.js': 'charts/uplot.js', 'uPlot.min.css': 'styles/uplot.css' }

export function buildPage(root) {
  const from = join(root, 'src/page')
  const to = join(root, 'dist/page')
  for (const name of readdirSync(from, { recursive: true })) {
    if (statSync(join(from, name)).isDirectory()) continue
    if (name.endsWith('.ts')) writeModule(join(to, name.replace(/\.ts$/, '.js')), stripTypes(join(from, name)))
    else if (/\.(css|html|svg)$/.test(name)) write(join(to, name), readFileSync(join(from, name)))
  }
  const library = dirname(require.resolve('uplot/dist/uPlot.esm.js'))
  for (const [file, name] of Object.entries(CHARTS)) copyFileSync(join(library, file), join(to, name))
}

function stripTypes(file) {
  const { ModuleKind, ScriptTarget, transpileModule } = require('typescript')
  const compilerOptions = { module: ModuleKind.ESNext, target: ScriptTarget.ES2022, removeComments: true }
  const { outputText } = transpileModule(readFileSync(file, 'utf8'), { compilerOptions })
  // Browsers know no bare names. Only charts/chart.ts imports the library.
  return outputText.replace("from 'uplot'", "from './uplot.js'")
}

/** Of types alone nothing is left, and nobody asks for it. */
function writeModule(file, text) {
  if (text.trim() !== 'export {};') write(file, text)
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
