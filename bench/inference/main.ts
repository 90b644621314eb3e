/** Measures the thread pool and its models. `npm run bench:inference -- --help` */
import type { BenchPart } from '../parts/part.js'
import { listParts, PART_OPTIONS_HELP, parsePartOptions } from '../parts/part-options.js'
import { runBench, runParts } from '../parts/run-parts.js'
import { coldPart } from './cold.js'
import { embedPart } from './embed.js'
import { hopPart } from './hop.js'
import { isolationPart } from './isolation.js'
import { memoryPart } from './memory.js'
import { threadsPart } from './threads.js'
import { verifyPart } from './verify.js'

const PARTS: readonly BenchPart[] = [hopPart, embedPart, verifyPart, threadsPart, memoryPart, coldPart, isolationPart]

const USAGE = `npm run bench:inference -- [options]

${PART_OPTIONS_HELP('inference')}
${listParts(PARTS)}
The networks have random weights: speed and memory do not depend on what a network has learned. They are made once,
into a folder of the system's temporary one. \`bundled\` is the shape of the shipped embedder: a vocabulary of 8,000,
a vector of 256 for each word, a learned weighted mean. \`minilm\` is that of all-MiniLM-L6-v2: 30,522 words, 6 layers,
384 wide, 12 heads, 1,536 between. Every thread runs its network on one core.

Cells are medians over the rounds, with the lowest and the highest. Percentiles come from HDR histograms; where requests
arrive at fixed times, latency counts from the time a request was due, so that nobody's waiting is left out.
`

await runBench(
  (argv) => parsePartOptions(argv, PARTS),
  USAGE,
  (options) => runParts({ ...options, name: 'inference', measure: (part, context) => part.run(context) }),
)
