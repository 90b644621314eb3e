import { describe, expect, test } from 'vitest'
import { modelFeatures, parseModelName } from '../../../src/providers/anthropic/model-features.js'

const NEWEST = Number.POSITIVE_INFINITY

describe('a model name', () => {
  test.each([
    ['claude-opus-5-5', 'opus', 505],
    ['claude-sonnet-5', 'sonnet', 500],
    ['claude-opus-4-5-20251101', 'opus', 405],
    ['claude-sonnet-4-20250514', 'sonnet', 400],
    ['claude-opus-4@20250514', 'opus', 400],
    ['us.anthropic.claude-opus-4-6-v1:0', 'opus', 406],
    ['anthropic/claude-haiku-4.5', 'haiku', 405],
    ['Claude-Haiku-12-1-latest', 'haiku', 1201],
    ['claude-3-5-sonnet-20241022', 'sonnet', 305],
    ['claude-3-opus-latest', 'opus', 300],
    ['claude-2.1', '', 201],
    ['claude-instant-1.2', 'instant', 102],
    ['claude-mythos-preview', 'mythos', NEWEST],
    ['claude-sonnet-latest', 'sonnet', NEWEST],
    ['some-other-model', '', NEWEST],
    ['', '', NEWEST],
  ])('%s', (name, family, version) => {
    expect(parseModelName(name)).toEqual({ family, version })
  })
})

describe('what a model takes', () => {
  const always = { kind: 'adaptive', onByDefault: true, off: 'never' }
  test.each([
    // name, sampling, thinking, forced tool choice, prefill, structured, output
    ['claude-fable-5-2', false, always, false, false, true, 128_000],
    ['claude-fable-5-1', false, always, false, false, true, 128_000],
    ['claude-fable-5', false, always, true, false, true, 128_000],
    ['claude-mythos-preview', false, always, false, false, true, 128_000],
    ['claude-opus-5-5', false, always, false, false, true, 128_000],
    ['claude-sonnet-5-5', false, { ...always, off: 'between_tools' }, false, false, true, 128_000],
    ['claude-haiku-5-5', false, { ...always, off: 'disabled' }, true, false, true, 128_000],
    ['claude-opus-5', false, { ...always, off: 'disabled' }, true, false, true, 128_000],
    ['claude-sonnet-5', false, { ...always, off: 'disabled' }, true, false, true, 128_000],
    ['claude-opus-4-8', false, { kind: 'adaptive', onByDefault: false, off: 'disabled' }, true, true, true, 128_000],
    ['claude-opus-4-7', false, { kind: 'adaptive', onByDefault: false, off: 'disabled' }, true, true, true, 128_000],
    ['claude-opus-4-6', true, { kind: 'adaptive', onByDefault: false, off: 'disabled' }, true, true, true, 128_000],
    ['claude-sonnet-4-6', true, { kind: 'adaptive', onByDefault: false, off: 'disabled' }, true, true, true, 64_000],
    ['claude-opus-4-5', true, { kind: 'budget' }, true, true, true, 64_000],
    ['claude-haiku-4-5', true, { kind: 'budget' }, true, true, true, 64_000],
    ['claude-opus-4-1', true, { kind: 'budget' }, true, true, true, 32_000],
    ['claude-opus-4', true, { kind: 'budget' }, true, true, false, 32_000],
    ['claude-sonnet-4', true, { kind: 'budget' }, true, true, false, 64_000],
    ['claude-3-7-sonnet-latest', true, { kind: 'budget' }, true, true, false, 64_000],
    ['claude-3-5-haiku-20241022', true, { kind: 'none' }, true, true, false, 8_192],
    ['claude-3-haiku-20240307', true, { kind: 'none' }, true, true, false, 4_096],
    ['claude-opus-8-1', false, always, false, false, true, 128_000],
    ['a-model-of-tomorrow', false, always, false, false, true, 128_000],
  ])('%s', (name, sampling, thinking, forcedToolChoice, prefill, structuredOutputs, maxOutputTokens) => {
    const { efforts, ...features } = modelFeatures(name)
    expect(features).toEqual({ sampling, thinking, forcedToolChoice, prefill, structuredOutputs, maxOutputTokens })
    expect(efforts.length > 0).toBe(features.thinking.kind === 'adaptive')
  })
})
