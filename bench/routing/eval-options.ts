import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { packageRoot } from '../../src/package-root.js'
import { FORMAT } from './labelled-prompts.js'

export interface EvalPart {
  readonly data: string
  /** Undefined: the classifier that ships. */
  readonly classifier: string | undefined
}

export interface RoutingEvalOptions {
  readonly parts: readonly EvalPart[]
  readonly cheap: string
  readonly strong: string
  readonly answerTokens: number
  readonly strongShare: number
  readonly rounds: number
  readonly seed: number
  readonly groups: boolean
}

const SAMPLE_NAME = 'test/fixtures/routing/labelled.jsonl.gz'

export const USAGE = `npm run bench:routing -- [options]

How good the classifier's order of prompts is for routing, on prompts to which a cheap and a strong model's answers were marked.

  --data FILE          marked prompts; ${SAMPLE_NAME} if not given. May be given several times
  --classifier FILE    another fit of the classifier, for the --data at the same place; all of one kind, or none
  --cheap, --strong    models whose prices the costs are reckoned with; claude-haiku-5-5 and claude-opus-5-5
  --answer-tokens N    tokens of an answer; 150 if not given. Prompt tokens are estimated
  --strong-share X     share of strong calls of the last column; 0.3 if not given
  --groups             intervals from resampling whole groups, not prompts
  --rounds N           resamplings for the intervals; 1000 if not given
  --seed N             of all that is drawn; 1 if not given

${FORMAT}
PGR is the gain above the cheap model alone as a share of what the strong model alone gains. APGR is its mean over all shares of
strong calls (by calls) or of the extra cost (by cost); CPT(x) the smallest share with a PGR of x. The shuffle sends as many
prompts to the strong model, by lot; the oracle knows which answers were right. What ships was fitted to RouteLLM's prompts: on
those, name fits that did not see them with --classifier (models/training/fit_routing_curve.py --folds writes five).
`

/** @throws TypeError for what it does not know. */
export function parseEvalOptions(argv: readonly string[]): RoutingEvalOptions | 'help' {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      data: { type: 'string', multiple: true, default: [join(packageRoot(), SAMPLE_NAME)] },
      classifier: { type: 'string', multiple: true, default: [] },
      cheap: { type: 'string', default: 'claude-haiku-5-5' },
      strong: { type: 'string', default: 'claude-opus-5-5' },
      'answer-tokens': { type: 'string', default: '150' },
      'strong-share': { type: 'string', default: '0.3' },
      groups: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const { classifier, data } = values
  if (classifier.length > 0 && classifier.length !== data.length) {
    throw new TypeError('--classifier has to be given as often as --data, or not at all')
  }
  const strongShare = Number(values['strong-share'])
  if (!(strongShare >= 0 && strongShare <= 1)) throw new TypeError('--strong-share has to be a number from 0 to 1')
  return {
    parts: data.map((file, at) => ({ data: file, classifier: classifier[at] })),
    cheap: values.cheap,
    strong: values.strong,
    answerTokens: wholeNumber('--answer-tokens', values['answer-tokens'], 1),
    strongShare,
    groups: values.groups,
    rounds: wholeNumber('--rounds', values.rounds, 1),
    seed: wholeNumber('--seed', values.seed, 0),
  }
}

export function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= least) return value
  throw new TypeError(`${name} has to be a whole number of ${least} or more`)
}
