import { parseArgs } from 'node:util'
import { wholeNumber } from '../routing/eval-options.js'
import { FORMAT } from './stream-prompts.js'

export interface SavingsOptions {
  /** Empty: the shipped sample. */
  readonly data: readonly string[]
  readonly classifier: string | undefined
  readonly requests: number
  readonly groupShare: number
  readonly exponent: number
  readonly cheap: string
  readonly strong: string
  readonly target: string
  readonly atOnce: number
  readonly delayMs: number
  readonly rounds: number
  readonly seed: number
}

export const USAGE = `npm run bench:savings -- [options]

What the gateway saves, and what its answers are worth: a stream of real prompts passes a gateway as users run it (a process
of its own, default cache) to a scripted provider on a socket that answers as the labels say.

  --data FILE          prompts with labels; may be given several times, and each file brings as many groups. If not given, a
                       sample that comes with llmrouter
  --classifier FILE    another fit of the classifier, for prompts that the one that ships was fitted to
  --requests N         6000 if not given
  --groups X           different groups as a share of the requests; 0.52 if not given (104 of 199 in an earlier benchmark)
  --exponent X         popularity of a group falls with its rank to this power; 0.8 if not given
  --cheap, --strong    models of Anthropic that stand for the two; claude-haiku-5-5 and claude-opus-5-5
  --target TARGET      routing.target of the gateway, as YAML: "{ quality: 0.98 }" if not given
  --at-once N          requests under way at a time; 16 if not given
  --delay N            milliseconds that an answer takes; 30 if not given
  --rounds N           resamplings for the intervals; 1000 if not given
  --seed N             of all that is drawn; 1 if not given

${FORMAT}
Spend is counted from the provider's own log of calls, with list prices; the gateway's own account is set beside it. An answer is
right if the model that gave it was right and it was given for a prompt of the same group. Intervals come from resampling whole
groups. A hit saves what its answer had cost; what a strong call would have cost more is "cheap answers given again". "shuffled
routing" keeps the gateway's hits and its number of strong calls, but draws which prompts they are for.
`

/** @throws TypeError for what it does not know. */
export function parseOptions(argv: readonly string[]): SavingsOptions | 'help' {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      data: { type: 'string', multiple: true, default: [] },
      classifier: { type: 'string' },
      requests: { type: 'string', default: '6000' },
      groups: { type: 'string', default: '0.52' },
      exponent: { type: 'string', default: '0.8' },
      cheap: { type: 'string', default: 'claude-haiku-5-5' },
      strong: { type: 'string', default: 'claude-opus-5-5' },
      target: { type: 'string', default: '{ quality: 0.98 }' },
      'at-once': { type: 'string', default: '16' },
      delay: { type: 'string', default: '30' },
      rounds: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const { cheap, classifier, data, strong, target } = values
  return {
    ...{ data, classifier, cheap, strong, target },
    requests: wholeNumber('--requests', values.requests, 1),
    groupShare: positive('--groups', values.groups, 1),
    exponent: positive('--exponent', values.exponent, 5),
    atOnce: wholeNumber('--at-once', values['at-once'], 1),
    delayMs: wholeNumber('--delay', values.delay, 0),
    rounds: wholeNumber('--rounds', values.rounds, 1),
    seed: wholeNumber('--seed', values.seed, 0),
  }
}

function positive(name: string, text: string, most: number): number {
  const value = Number(text)
  if (value > 0 && value <= most) return value
  throw new TypeError(`${name} has to be a number above 0, ${most} at most`)
}
