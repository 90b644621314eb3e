import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { checkCertificate } from '../../../src/cli/doctor/check-certificate.js'
import { checkClock } from '../../../src/cli/doctor/check-clock.js'
import { checkFileLimit } from '../../../src/cli/doctor/check-file-limit.js'
import { checkNode } from '../../../src/cli/doctor/check-node.js'

test.each([
  ['18.20.4', 'fail'],
  ['20.18.3', 'fail'],
  ['20.19.0', 'ok'],
  ['24.1.0', 'ok'],
])('Node.js %s: %s', (version, status) => {
  expect(checkNode(version).status).toBe(status)
})

describe('the clock', () => {
  const oursMs = Date.parse('2027-03-04T05:06:07Z')
  const readings = (...skewsMs: readonly number[]) => skewsMs.map((skew) => ({ oursMs, theirsMs: oursMs - skew }))

  test.each([
    [[0], 'ok', 'agrees'],
    [[-4000], 'ok', 'agrees'],
    [[30_000], 'warn', '30 s ahead of'],
    [[-30_000], 'warn', '30 s behind'],
    [[600_000], 'fail', '600 s ahead of'],
  ])('%j ms beside the others: %s', (skews, status, message) => {
    expect(checkClock(readings(...skews))).toMatchObject({ status, message: expect.stringContaining(message) })
  })

  test('one provider that is wrong is not believed', () => {
    expect(checkClock(readings(100, 86_400_000, -200))).toMatchObject({ status: 'ok' })
  })

  test('nobody tells the time', () => {
    expect(checkClock([])).toBeUndefined()
  })
})

test.each([
  [Number.POSITIVE_INFINITY, 'ok'],
  [456, 'ok'],
  [455, 'warn'],
  [355, 'fail'],
] as const)('for 100 requests at once %d open files are: %s', (limit, status) => {
  expect(checkFileLimit(100, limit).status).toBe(status)
})

describe('a certificate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'llmrouter-certificate-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const cert = join(folder, 'cert.pem')
  const key = join(folder, 'key.pem')
  const request = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-subj',
    '/CN=localhost',
  ]
  execFileSync('openssl', [...request, '-keyout', key, '-out', cert, '-days', '30'], { stdio: 'ignore' })
  const now = Date.now()
  const day = 86_400_000

  test.each([
    [-2, 'fail', 'not valid before'],
    [1, 'ok', 'is valid until'],
    [20, 'warn', 'expires in 9 days'],
    [31, 'fail', 'has expired'],
  ])('of 30 days, looked at on day %d: %s', (days, status, message) => {
    expect(checkCertificate({ cert, key }, now + days * day)).toMatchObject([
      { status, message: expect.stringContaining(message) },
    ])
  })

  test('that nobody asked for', () => {
    expect(checkCertificate(null, now)).toEqual([])
  })
})
