import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type PairFeatureName, pairFeatures } from '../../../src/core/pair-features.js'
import type { AdversarialPair } from './draw-pairs.js'

/**
 * Prints what the rules alone do with the pairs: `anyConflict` should be up for near misses and down for paraphrases.
 * `--held-out` is for the card, not for looking at while rules are changed; `--failures` lists what went wrong.
 */
const { values: options } = parseArgs({
  options: {
    'held-out': { type: 'boolean', default: false },
    failures: { type: 'boolean', default: false },
  },
})
if (options['held-out'] && options.failures) throw new Error('Held-out pairs are counted, not read.')

const lines = readFileSync(join('models', 'training', 'adversarial', 'pairs.jsonl'), 'utf8')
  .trim()
  .split('\n')
const pairs = lines
  .map((line): AdversarialPair => JSON.parse(line))
  .filter((pair) => pair.heldOut === options['held-out'])
const judged = pairs.map((pair) => ({ ...pair, features: pairFeatures(pair.a, pair.b, 0.9) }))
type Judged = (typeof judged)[number]

const isFlagged = ({ features }: Judged): boolean => features.anyConflict === 1
const isRight = (pair: Judged): boolean => isFlagged(pair) === (pair.label === 0)

const kinds = [...new Set(pairs.map((pair) => pair.kind))].sort()
const rows = ['all', ...kinds].map((kind) => {
  const ofKind = judged.filter((pair) => kind === 'all' || pair.kind === kind)
  return `| ${kind} | ${new Set(ofKind.map((pair) => pair.template)).size} | ${([0, 1] as const).map((label) => share(ofKind, label)).join(' | ')} |`
})
print(`Rules alone, ${options['held-out'] ? 'held-out' : 'development'} templates\n`)
print('| kind | templates | near misses flagged | paraphrases not flagged |\n|---|---|---|---|')
for (const row of rows) print(row)

if (options.failures) {
  for (const pair of judged.filter((pair) => !isRight(pair))) {
    print(`\n${pair.label} ${pair.template}: ${flagsOf(pair).join(' ')}\n  ${pair.a}\n  ${pair.b}`)
  }
}

function share(of: readonly Judged[], label: 0 | 1): string {
  const labelled = of.filter((pair) => pair.label === label)
  const right = labelled.filter(isRight).length
  return `${right} / ${labelled.length} = ${((100 * right) / labelled.length).toFixed(1)} %`
}

function flagsOf({ features }: Judged): string[] {
  const names = Object.entries(features) as [PairFeatureName, number][]
  return names
    .filter(([name, value]) => value > 0 && /Conflict|Differs?$|Oppos|Rivals|Swapped|Clash/.test(name))
    .map(([name]) => name)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
