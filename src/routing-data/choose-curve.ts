import type { RoutingBelief } from '../routing/target/target-state.js'
import { CurveError, ownCurveFile, readCurveFile, shippedCurveFile } from './curve-file.js'
import type { CurveFile } from './curve-schema.js'

export interface ChooseCurveOptions {
  /** Ends in a slash. */
  readonly packageRoot: string
  /** Null: nobody calibrated anything on this machine. */
  readonly dataDir: string | null
  /** The classifier at work; null: there is none, and nothing is scored. */
  readonly classifier: { readonly name: string; readonly version: string } | null
  readonly warn: (message: string) => void
}

/** What was calibrated on this machine, else what comes with llmrouter. @throws CurveError when that cannot be read */
export function chooseCurve({ classifier, dataDir, packageRoot, warn }: ChooseCurveOptions): RoutingBelief {
  const own = dataDir === null ? undefined : readOwn(ownCurveFile(dataDir), warn)
  if (own !== undefined && (classifier === null || isOf(own, classifier))) return beliefOf(own)
  if (own !== undefined) {
    warn(
      `the routing calibration of this machine is ignored: it was made with ${own.classifier.name} ${own.classifier.version}`,
    )
  }
  const file = shippedCurveFile(packageRoot)
  const shipped = readCurveFile(file)
  if (shipped === undefined) throw new CurveError(`${file} is missing. Install llmrouter anew.`)
  if (classifier !== null && !isOf(shipped, classifier)) {
    warn(`routing was never calibrated for ${classifier.name} ${classifier.version}, so its quality is a guess`)
  }
  return beliefOf(shipped)
}

function readOwn(file: string, warn: (message: string) => void): CurveFile | undefined {
  try {
    return readCurveFile(file)
  } catch (error) {
    if (!(error instanceof CurveError)) throw error
    warn(error.message)
    return undefined
  }
}

function isOf(
  { classifier }: CurveFile,
  { name, version }: { readonly name: string; readonly version: string },
): boolean {
  return classifier.name === name && classifier.version === version
}

const beliefOf = ({ points, reference }: CurveFile): RoutingBelief => ({ curve: points, reference })
