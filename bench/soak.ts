/** A gateway with everything on, under mixed load while what it stands on fails. `npm run bench:soak -- --help` */
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { stopAll } from './load/child-processes.js'
import { parseOptions, USAGE } from './soak/options.js'
import { runSoak } from './soak/run-soak.js'

const workDir = mkdtempSync(join(tmpdir(), 'llmrouter-soak-'))
process.on('exit', () => rmSync(workDir, { recursive: true, force: true }))

try {
  const options = parseOptions(process.argv.slice(2))
  if (options === 'help') process.stdout.write(USAGE)
  else {
    const { faultEveryMs, minutes, rate, seed } = options
    const machine = `${cpus()[0]?.model}, ${availableParallelism()} cores, Node ${process.version}`
    console.log(`${new Date().toISOString()}, ${machine}`)
    console.log(`${minutes} minutes, ${rate} requests/s, a fault every ${faultEveryMs / 1000} s, seed ${seed}\n`)
    process.exitCode = await runSoak(options, workDir)
  }
} catch (error) {
  console.error(error instanceof Error ? error.stack : error)
  process.exitCode = 1
} finally {
  await stopAll()
}
