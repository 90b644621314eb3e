import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { writePromptFeatures } from '../../models/make/write-prompt-features.js'
import { PROMPT_TRAITS, promptTraits } from '../../src/core/prompt-traits.js'
import { promptWords } from '../../src/core/prompt-words.js'

async function run(lines: readonly string[]): Promise<unknown[]> {
  const sink = new PassThrough()
  const [written] = await Promise.all([
    text(sink),
    writePromptFeatures(Readable.from(lines.map((line) => `${line}\n`)), sink).then(() => sink.end()),
  ])
  return written
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

test('training reads what a thread computes, a line for each prompt', async () => {
  const prompts = ['Why?', '', 'two\nlines, "quoted"', 'word '.repeat(2000)]
  const [head, ...rows] = await run(prompts.map((prompt) => JSON.stringify({ text: prompt, more: 1 })))
  expect(head).toEqual({ traitNames: PROMPT_TRAITS })
  expect(rows).toEqual(
    prompts.map((prompt) => ({ traits: Object.values(promptTraits(prompt)), ...promptWords(prompt) })),
  )
})

test('a line without a text is named', async () => {
  const source = Readable.from(['{"text":"a"}\n', '{"texts":"b"}\n'])
  await expect(writePromptFeatures(source, new PassThrough().resume())).rejects.toThrow('Line 2')
})
