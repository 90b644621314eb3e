import { expect, test } from 'vitest'
import { createDirectory } from '../../src/build-runtime.js'
import { modelWarnings } from '../../src/cli/model-warnings.js'
import { loadText } from '../config/load-text.js'

test('a name that leads to no model is warned of, with its place and the nearest names', () => {
  const { config } = loadText(
    `
aliases: { lost: claude-haiku-5-6 }
routing: { auto: { strong: gpt-6-lunar }, fallbacks: { claude-haiku-5-5: [gpt-6-luna, gemini-9-xenon-ultra] } }
`,
    { ANTHROPIC_API_KEY: 'a', OPENAI_API_KEY: 'b' },
  )
  expect(modelWarnings(config, createDirectory(config))).toEqual([
    expect.stringMatching(/^routing\.auto\.strong names "gpt-6-lunar", but no listed chat model .*"gpt-6-luna"/),
    expect.stringMatching(/^aliases\.lost names "claude-haiku-5-6", but no model .* Did you mean "claude-haiku-5-5"/),
    expect.stringMatching(/^routing\.fallbacks\.claude-haiku-5-5\[1\] names "gemini-9-xenon-ultra"/),
  ])
})
