import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Worker threads and child processes run from `dist/`: bring it up to date before any test starts one. */
export default function buildFirst(): void {
  const script = fileURLToPath(new URL('../../bin/build.js', import.meta.url))
  const { status } = spawnSync(process.execPath, [script, '--if-needed'], { stdio: 'inherit' })
  if (status !== 0) throw new Error('The build failed; see the messages of the compiler above.')
}
