import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { packageRoot } from '../../src/package-root.js'

export interface CacheEvalOptions {
  readonly file: string
  readonly adjudicatedFile: string | undefined
  readonly splits: number
  readonly requests: number
  readonly lessons: number
  readonly seed: number
  readonly embedder: string | undefined
  readonly verifier: boolean
  readonly storePrompts: boolean
  readonly jsonFile: string | undefined
}

const SAMPLE = join(packageRoot(), 'test/fixtures/everyday-pairs.jsonl')
const SAMPLE_NAME = 'test/fixtures/everyday-pairs.jsonl'

export const USAGE = `npm run bench:cache-eval -- [options]

How often the semantic cache is right, and how much it serves: labelled prompts pass the gateway's own cache, from its
counter over models, index and decision to its learning, as one client would send them.

  --data FILE          labelled prompts (.gz too); ${SAMPLE_NAME} if not given, which are our own
  --adjudicated FILE   pairs read again with care, which outrank the labels of --data in a second count
  --splits N           parts of the data that have nothing in common, each with a cache of its own; 4 if not given
  --requests N         requests of a split's longer repeating stream; 5000 if not given, fewer where groups are too few
  --lessons N          requests of the other splits that are learnt from first; 5000 if not given
  --embedder NAME      a model of "llmrouter models list"; what the configuration says if not given
  --no-verifier        as a gateway that does not verify pairs
  --no-prompts         as a gateway that keeps no prompts (cache.storePrompts: false)
  --seed N             of all that is drawn; 1 if not given
  --json FILE          where the figures go; bench/results/cache-eval-<time>.json if not given

--data has one JSON object a line, of two kinds:
  {"prompt": "…", "group": "…"}          prompts of one group have one right answer; they come in the order of the file
  {"a": "…", "b": "…", "same": true}     would the answer to b be right for a? outranks what groups say
With pairs alone groups are what "same" connects, and prompts come in an order that is drawn. "text" does for "prompt",
"label" for "same"; other fields are left alone.

--adjudicated has {"a", "b", "label"}: texts, or the first 16 hexadecimal digits of their SHA-256 as in
models/training/adjudicated/labels.jsonl; label is 1, 0 or null.

Settings: threshold from 0.75 to 0.99, and bounded at 2, 5 and 10 %, cold and after lessons. From lessons the cache learns
as in service: 5 % of its hits are audited, 20 % of its near misses compared, 5 % of its wrong hits complained of. Their
labels come from the data (what could be learnt at best), or from the comparison of answers, on answers in words that stand
in for those the data does not have. What was learnt is written and read again as over a restart, and learning goes on.

A hit is wrong unless both prompts are in one group or a pair says so. "gain" is against the best fixed cut of all those
tried, in steps of 0.005, that is wrong no more often on the same stream, chosen in hindsight. Intervals are Wilson's.
`

/** @throws TypeError for what it does not know. */
export function parseOptions(argv: readonly string[]): CacheEvalOptions | 'help' {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      data: { type: 'string' },
      adjudicated: { type: 'string' },
      splits: { type: 'string', default: '4' },
      requests: { type: 'string', default: '5000' },
      lessons: { type: 'string', default: '5000' },
      seed: { type: 'string', default: '1' },
      embedder: { type: 'string' },
      'no-verifier': { type: 'boolean', default: false },
      'no-prompts': { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  return {
    file: values.data ?? SAMPLE,
    adjudicatedFile: values.adjudicated,
    splits: wholeNumber('--splits', values.splits, 2),
    requests: wholeNumber('--requests', values.requests, 2),
    lessons: wholeNumber('--lessons', values.lessons, 0),
    seed: wholeNumber('--seed', values.seed, 0),
    embedder: values.embedder,
    verifier: !values['no-verifier'],
    storePrompts: !values['no-prompts'],
    jsonFile: values.json,
  }
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= least) return value
  throw new TypeError(`${name} has to be a whole number of ${least} or more`)
}
