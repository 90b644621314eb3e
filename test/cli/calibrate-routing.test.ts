import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { readCurveFile } from '../../src/routing-data/curve-file.js'
import { createCalibrateBed } from '../support/calibrate-bed.js'
import { startGatewayProcess } from '../support/gateway-process.js'

// Each case starts the real process up to three times, and loads the models.
vi.setConfig({ testTimeout: 60_000 })

const EASY = 'What is the capital of France?,hi there,Tell me a joke,Translate good morning to Spanish'.split(',')
const HARD = [
  'Prove that there are infinitely many primes congruent to 3 modulo 4. Give every step of the proof.',
  'Design a lock-free MPMC queue in C++ and prove linearizability.',
  'Find all functions f: R -> R such that f(x^2 + f(y)) = y + f(x)^2 for all real x and y.',
]
const numbered = (prompts: readonly string[], at: number): string => `${prompts[at % prompts.length]} (${at})`

describe('routing', () => {
  const prices = [
    { id: 'sim-small', price: { inputPerMTok: 0, outputPerMTok: 1 } },
    { id: 'sim-large', price: { inputPerMTok: 0, outputPerMTok: 10 } },
  ]

  test('the curve and the threshold are printed, with what the configured models cost', async () => {
    const { run, labels, dataDir, writeConfig } = createCalibrateBed([
      ...EASY.map((prompt) => ({ prompt })),
      ...HARD.map((prompt) => ({ prompt })),
    ])
    const config = writeConfig({ models: prices, routing: { target: { quality: 0.97 } } })
    const { code, stdout } = await run(labels, '--config', config, '--answer-tokens', '1000')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^7 prompts, 0 of them labelled, scored by llmrouter-classifier 1\.0\.0\./)
    expect(stdout).toContain('Cheap sim-small, strong sim-large; answers of 1000 tokens are assumed')
    const rows = stdout.split('\n').filter((line) => /^\| \d/.test(line))
    // All cheap and all strong: 1,000 prompts of 1,000 tokens at 1 and at 10 dollars per million.
    expect(rows.at(0)).toMatch(/^\| 1\.0000 +\| 0\.0 % +\| 0\.\d{4} +\| 1\.0000 +\|$/)
    expect(rows.at(-1)).toMatch(/^\| 0\.0000 +\| 100\.0 % +\| 1\.0000 +\| 10\.0000 +\|$/)
    expect(stdout).toMatch(
      /\nTarget \{ quality: 0\.97 \}: threshold 0\.\d{4}, \d+\.\d % strong calls, expected quality (0\.9[7-9]|1)/,
    )
    expect(existsSync(join(dataDir, 'routing-calibration.json'))).toBe(false)

    const share = await run(labels, '--strong-share', '0.4')
    expect(share.stdout).toMatch(/\nTarget \{ strongShare: 0\.4 \}: threshold 0\.\d{4}, 42\.9 % strong calls/)
  })

  test('labels are fitted, and a gateway that starts goes by them', async () => {
    // A cheap model that is as good on what is hard as on what is easy, but for a few.
    const rows = Array.from({ length: 120 }, (_, at) => ({
      prompt: numbered(at % 2 === 0 ? EASY : HARD, at),
      cheap: at % 10 === 0 ? 0 : 1,
    }))
    const { run, labels, dataDir } = createCalibrateBed(rows)
    const before = await run(labels, '--evaluate', '--quality', '0.9')
    expect(before.stdout).not.toContain('Written to')
    const { code, stdout } = await run(labels, '--quality', '0.85')
    expect(code).toBe(0)
    expect(stdout).toContain('120 prompts, 120 of them labelled')
    expect(stdout).toContain('Fitted (platt)')
    const file = readCurveFile(join(dataDir, 'routing-calibration.json'))
    expect(file).toMatchObject({ fittedOn: { prompts: 120, method: 'platt' } })
    const hardest = file?.points.find(({ score }) => score >= 0.6)
    expect(hardest?.cheap).toBeGreaterThan(0.75)
    expect(hardest?.strong).toBeGreaterThan(0.99)

    const gateway = startGatewayProcess({ server: { port: 0 }, routing: { target: { quality: 0.85 } } }, [], {
      LLMROUTER_DATA_DIR: dataDir,
    })
    onTestFinished(() => gateway.dispose())
    const health = await (await fetch(`${await gateway.url}/health`)).json()
    // By the curve that comes with llmrouter hard prompts would be strong calls.
    expect(health).toMatchObject({ routing: { target: { quality: 0.85 }, threshold: 1 } })
  })

  test.each([
    [[{ prompt: 'Hi', cheap: 2 }], 'line 1: cheap: expected a number from 0 to 1'],
    [[{ prompt: 'Hi', strong: 1 }], 'line 1: cheap: expected a number from 0 to 1'],
    [[{ text: 'Hi' }], 'line 1: prompt: expected a text'],
    [[{ prompt: 'Hi', cheap: 1 }], 'Too few labels: 1 prompts'],
    [[], 'has no rows'],
  ])('what is wrong with the file is said: %j', async (rows, message) => {
    const { run, labels } = createCalibrateBed(rows)
    const { code, stderr } = await run(labels)
    expect(code).toBe(1)
    expect(stderr).toContain(message)
  })

  test.each([
    [['labels.jsonl', '--cache', 'labels.jsonl'], 'say what to calibrate'],
    [['labels.jsonl', '--quality', '0.9', '--strong-share', '0.1'], 'name one'],
    [['labels.jsonl', '--quality', '7'], 'Expected a number from 0 to 1'],
  ])('a wrong use is said: %j', async (args, message) => {
    const { code, stderr } = await createCalibrateBed([]).run(...args)
    expect(code).toBe(64)
    expect(stderr).toContain(message)
  })
})
