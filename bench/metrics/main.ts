/** Measures what measuring costs, and how right it is. `npm run bench:metrics -- --help` */
import type { BenchPart } from '../parts/part.js'
import { listParts, PART_OPTIONS_HELP, parsePartOptions } from '../parts/part-options.js'
import { runBench, runParts } from '../parts/run-parts.js'
import { accuracyPart } from './accuracy.js'
import { relayCostPart } from './relay-cost.js'
import { scrapePart } from './scrape.js'

const PARTS: readonly BenchPart[] = [scrapePart, relayCostPart, accuracyPart]

const USAGE = `npm run bench:metrics -- [options]

${PART_OPTIONS_HELP('metrics')}
${listParts(PARTS)}`

await runBench(
  (argv) => parsePartOptions(argv, PARTS),
  USAGE,
  (options) => runParts({ ...options, name: 'metrics', measure: (part, context) => part.run(context) }),
)
