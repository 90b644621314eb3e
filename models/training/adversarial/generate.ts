import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { drawPairs } from './draw-pairs.js'
import { readTemplates } from './template.js'

/** Chosen before anything was measured. */
const SEED = 1

/** Writes `pairs.jsonl` from `templates/`. Run in the root of the repository. */
const folder = join('models', 'training', 'adversarial')
const pairs = readTemplates(join(folder, 'templates')).flatMap((template) => drawPairs(template, SEED))
writeFileSync(join(folder, 'pairs.jsonl'), pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(''))
