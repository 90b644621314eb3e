import { parseArgs } from 'node:util'
import { wholeNumber } from './eval-options.js'

export interface ShareOptions {
  /** Empty: three mixes that come with llmrouter. */
  readonly mixes: readonly string[]
  readonly requests: number
  readonly share: number
  readonly atOnce: number
  readonly seed: number
}

export const USAGE = `npm run bench:routing-share -- [options]

Whether routing.target { strongShare } is held: prompts of several mixes, one mix after the other, pass a gateway as users run it
(a process of its own, with the real classifier; the cache is off, so that each prompt is routed) to a scripted provider.

  --mix FILE        prompts of one mix: one JSON object a line (.gz too) with "prompt", "text" or "a"; at least two of them. If
                    not given: everyday questions, GSM8K, MMLU, as they come with llmrouter
  --requests N      all together; 15000 if not given. A mix that has not as many prompts begins again
  --share X         the target; 0.3 if not given
  --at-once N       requests under way at a time; 8 if not given
  --seed N          of all that is drawn; 1 if not given

Printed are the shares of each disjoint 5,000 and 1,000 decisions (wanted: within 2 and 5 points), and how long after a change of
the mix windows of 1,000 are outside 5 points (wanted: at most 2,000). The exit code is 1 when one of them is missed.
`

/** @throws TypeError for what it does not know. */
export function parseShareOptions(argv: readonly string[]): ShareOptions | 'help' {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      mix: { type: 'string', multiple: true, default: [] },
      requests: { type: 'string', default: '15000' },
      share: { type: 'string', default: '0.3' },
      'at-once': { type: 'string', default: '8' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const share = Number(values.share)
  if (!(share >= 0 && share <= 1)) throw new TypeError('--share has to be a number from 0 to 1')
  if (values.mix.length === 1) throw new TypeError('--mix has to be given at least twice, or not at all')
  return {
    mixes: values.mix,
    share,
    requests: wholeNumber('--requests', values.requests, 1),
    atOnce: wholeNumber('--at-once', values['at-once'], 1),
    seed: wholeNumber('--seed', values.seed, 0),
  }
}
