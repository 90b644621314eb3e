import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { chooseModels } from '../../src/model-registry/choose-models.js'
import { readManifest } from '../../src/model-registry/manifest.js'
import { packageRoot } from '../../src/package-root.js'
import { type Classifier, loadClassifier } from '../../workers/classifier.js'
import { openGate } from '../workers/support/model-folder.js'

/** Written by the training: prompts, and what it would have said of them. */
const EXAMPLES: readonly { readonly text: string; readonly probability: number }[] = JSON.parse(
  readFileSync(join(packageRoot(), 'test/fixtures/models/classifier.json'), 'utf8'),
)

const shipped = load()

async function load(): Promise<Classifier> {
  const root = packageRoot()
  const places = { packageRoot: root, dataDir: join(root, 'no-such-folder') }
  const choice = await chooseModels({ embedder: 'auto', manifest: readManifest(root), places })
  if (choice.kind !== 'chosen' || choice.classifier === null) throw new Error('no classifier is shipped')
  return loadClassifier(choice.classifier.setup, openGate)
}

async function score(prompts: readonly string[]): Promise<number[]> {
  return (await shipped).classify(prompts)
}

test('the shipped classifier says what its training would have said', async () => {
  const probabilities = await score(EXAMPLES.map(({ text }) => text))
  const distances = EXAMPLES.map(({ probability }, row) => Math.abs(probability - (probabilities[row] ?? Number.NaN)))
  expect(EXAMPLES.length).toBeGreaterThan(20)
  expect(Math.max(...distances)).toBeLessThan(1e-4)
})

const EASY = ['hi', 'What is the capital of France?', "translate 'good morning' to Spanish", 'play some jazz']
const HARD = [
  'Prove that there are infinitely many primes congruent to 3 modulo 4. Give every step of the proof.',
  'Find all functions f: R -> R such that f(x^2 + f(y)) = y + f(x)^2 for all real x and y.',
  'Design a lock-free MPMC queue in C++ and prove linearizability.',
]

test('small favours score clearly below proofs, olympiad problems and the design of systems', async () => {
  const easy = Math.max(...(await score(EASY)))
  const hard = Math.min(...(await score(HARD)))
  expect(hard - easy).toBeGreaterThan(0.25)
})

test('a long text to be worked on makes no small task as hard as a proof', async () => {
  const notes = 'We met at nine and went through the list. The room was warm. Anna brought bread and cheese. '.repeat(
    80,
  )
  const [summary = Number.NaN] = await score([`Summarise the following text in one sentence.\n\n${notes}`])
  expect(summary).toBeLessThan(Math.min(...(await score(HARD))))
})

test.each([
  ['letters of its choices', 'A. the liver\nB. the heart\nC. the lungs\nD. the skin'],
  ['choices in brackets', '(A) the liver\n(B) the heart\n(C) the lungs\n(D) the skin'],
])('a question scores much the same without the %s', async (_, choices) => {
  const question = 'Which organ produces the bile that is needed to digest fat?'
  const bare = choices.replace(/^\(?[A-D][.)] /gm, '')
  const [marked = Number.NaN, unmarked = Number.NaN] = await score([`${question}\n${choices}`, `${question}\n${bare}`])
  expect(Math.abs(marked - unmarked)).toBeLessThan(0.1)
})
