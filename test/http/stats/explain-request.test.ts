import { expect, test } from 'vitest'
import { explainRequest } from '../../../src/http/stats/explain-request.js'
import { attemptOf, recordOf } from '../../support/make-record.js'

const ROUTING = { strategy: 'auto', reason: 'score', selected: 'sim-small', strong: 'sim-large' }
const UNSCORED = { complexity: undefined, threshold: undefined }

test.each([
  [
    'the same request was answered before',
    { cache: 'HIT', cacheHit: { kind: 'exact', entry: 'e', confidence: undefined } },
  ],
  [
    'answered from a prompt that means the same (0.9450, right with at least 0.9785)',
    { cache: 'HIT', cacheHit: { kind: 'semantic', entry: 'e', confidence: 0.9785 }, similarity: 0.945 },
  ],
  ['joined the same request, which was being answered', { cache: 'JOIN' }],
  ['past the cache: temperature', { cache: 'SKIP', cacheReason: 'temperature' }],
  ['', { cache: 'SKIP' }],
  ['asked anew as wished', { cache: 'REFRESH' }],
  ['not in the cache, the nearest kept prompt has 0.4000', { similarity: 0.4 }],
  [
    'not in the cache; the cheap model (score: 0.28 < 0.50)',
    { routing: { ...ROUTING, complexity: 0.28, threshold: 0.5 } },
  ],
  [
    'not in the cache; the strong model (score: 0.60 ≥ 0.50)',
    { routing: { ...ROUTING, complexity: 0.6, threshold: 0.5, selected: 'sim-large' } },
  ],
  [
    'not in the cache; the cheap model (cheapest, strategy)',
    { routing: { ...ROUTING, strategy: 'cheapest', reason: 'strategy', complexity: undefined, threshold: undefined } },
  ],
  [
    'not in the cache; sim-small (quality, budget)',
    // Nothing to measure against: the strong one was out of reach.
    { routing: { ...ROUTING, strategy: 'quality', reason: 'budget', strong: 'sim-small', ...UNSCORED } },
  ],
  [
    'not in the cache; sim-large (cheapest, capability:vision)',
    {
      routing: {
        ...ROUTING,
        strategy: 'cheapest',
        reason: 'capability:vision',
        selected: 'sim-large',
        ...UNSCORED,
      },
    },
  ],
  [
    'not in the cache; claude (upstream_timeout); retry: claude (rate_limit_exceeded); fallback: gpt',
    {
      attempts: [
        attemptOf({ model: 'claude', outcome: 'failed', errorCode: 'upstream_timeout' }),
        attemptOf({ model: 'claude', cause: 'retry', outcome: 'failed', errorCode: 'rate_limit_exceeded' }),
        attemptOf({ model: 'gpt', cause: 'fallback' }),
      ],
    },
  ],
  ['not in the cache; invalid_request', { end: 'failed', errorCode: 'invalid_request' }],
  ['not in the cache; the client left', { end: 'client-gone', errorCode: 'client_closed', attempts: [attemptOf({})] }],
] as const)('%s', (expected, record) => {
  expect(explainRequest(recordOf({ ...record, attempts: 'attempts' in record ? [...record.attempts] : [] }))).toBe(
    expected,
  )
})
