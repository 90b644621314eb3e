import { type Diagnosis, fail, ok } from './diagnosis.js'

const OLDEST = { major: 20, minor: 19 }

/** @param version as in `process.versions.node` */
export function checkNode(version: string): Diagnosis {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isNewEnough = major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)
  if (isNewEnough) return ok('node', `Node.js ${version}`)
  const needed = `${OLDEST.major}.${OLDEST.minor}`
  return fail('node', `Node.js ${version} is too old`, `Install Node.js ${needed} or newer.`)
}
