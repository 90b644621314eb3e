/** Measures the semantic cache. `npm run bench:cache -- --help` */
import { runBench, runParts } from '../parts/run-parts.js'
import type { CachePart } from './cache-part.js'
import { exactPart } from './exact-part.js'
import { indexPart } from './index-part.js'
import { type CacheBenchOptions, parseOptions, renderUsage } from './options.js'
import { readPrompts } from './read-prompts.js'
import { semanticPart } from './semantic-part.js'
import { storePart } from './store-part.js'
import { throughputPart } from './throughput-part.js'

const PARTS: readonly CachePart[] = [exactPart, throughputPart, semanticPart, storePart, indexPart]

await runBench((argv) => parseOptions(argv, PARTS), renderUsage(PARTS), measureAll)

function measureAll({ mostEntries, promptsFile, ...options }: CacheBenchOptions): Promise<number> {
  const prompts = readPrompts(promptsFile)
  return runParts({
    ...options,
    name: 'cache',
    beside: `, ${prompts.length} real prompts`,
    measure: (part, context) => part.run({ ...context, prompts, promptsFile, mostEntries }),
  })
}
