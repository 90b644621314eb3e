#!/usr/bin/env node
// A plain JavaScript launcher: builds the sources when that has not been done, then hands over to the CLI.
import { build, isBuilt } from './build.js'

if (!isBuilt()) {
  process.stderr.write('llmrouter: building once ...\n')
  build()
}
const { runCli } = await import('../dist/src/cli/cli.js')
await runCli(process.argv)
