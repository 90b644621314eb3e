#!/usr/bin/env -S node --max-semi-space-size=64
// A plain JavaScript launcher: builds the sources when that has not been done, then hands over to the CLI.
// The flag gives short-lived objects room to die young: with V8's default of 16 MB the requests under way at any moment
// are copied around and promoted, which shows in throughput and in pauses (node --trace-gc).
import { build, isBuilt } from './build.js'

if (!isBuilt()) {
  process.stderr.write('llmrouter: building once ...\n')
  build()
}
const { runCli } = await import('../dist/src/cli/cli.js')
await runCli(process.argv)
