import { describe, expect, test } from 'vitest'
import { EFFORTS, type Reasoning } from '../../../src/core/chat-request.js'
import { body, encode } from './chat-request.js'

function thinkingOf(reasoning: Reasoning, model: string): unknown {
  const config = body({ reasoning }, model).generationConfig
  return typeof config === 'object' && config !== null && 'thinkingConfig' in config ? config.thinkingConfig : undefined
}

const effort = (level: (typeof EFFORTS)[number]): Reasoning => ({ effort: level, path: 'reasoning_effort' })

describe('reasoning_effort', () => {
  // none, minimal, low, medium, high, xhigh, max
  test.each<[string, readonly (string | number)[]]>([
    ['gemini-2.5-pro', [128, 512, 1024, 8192, 24576, 32768, 32768]],
    ['gemini-2.5-flash', [0, 512, 1024, 8192, 24576, 24576, 24576]],
    ['gemini-2.5-flash-lite', [0, 512, 1024, 8192, 24576, 24576, 24576]],
    ['gemini-3-pro-preview', ['LOW', 'LOW', 'LOW', 'LOW', 'HIGH', 'HIGH', 'HIGH']],
    ['gemini-3.1-pro-preview-customtools', ['LOW', 'LOW', 'LOW', 'MEDIUM', 'HIGH', 'HIGH', 'HIGH']],
    ['gemini-3-flash-preview', ['MINIMAL', 'MINIMAL', 'LOW', 'MEDIUM', 'HIGH', 'HIGH', 'HIGH']],
    ['gemini-3.1-flash-lite', ['MINIMAL', 'MINIMAL', 'LOW', 'MEDIUM', 'HIGH', 'HIGH', 'HIGH']],
    ['models/gemini-3.5-flash-lite', ['MINIMAL', 'MINIMAL', 'LOW', 'MEDIUM', 'HIGH', 'HIGH', 'HIGH']],
    ['gemini-3.6-flash', ['MINIMAL', 'MINIMAL', 'LOW', 'MEDIUM', 'HIGH', 'HIGH', 'HIGH']],
    ['gemini-3.7-flash', ['LOW', 'LOW', 'LOW', 'MEDIUM', 'HIGH', 'HIGH', 'HIGH']],
    ['Gemini-3.8-Flash', ['LOW', 'LOW', 'LOW', 'MEDIUM', 'HIGH', 'HIGH', 'HIGH']],
    ['gemini-3.10-flash', ['LOW', 'LOW', 'LOW', 'MEDIUM', 'HIGH', 'HIGH', 'HIGH']],
    ['gemini-4-argon', ['LOW', 'LOW', 'LOW', 'MEDIUM', 'HIGH', 'HIGH', 'HIGH']],
    ['gemini-4-carbon', ['LOW', 'LOW', 'LOW', 'MEDIUM', 'HIGH', 'HIGH', 'HIGH']],
    ['gemini-4-neon', ['LOW', 'LOW', 'LOW', 'MEDIUM', 'HIGH', 'XHIGH', 'XHIGH']],
    ['gemini-4-hydrogen', ['LOW', 'LOW', 'LOW', 'MEDIUM', 'HIGH', 'XHIGH', 'XHIGH']],
    ['gemini-5-lithium', ['LOW', 'LOW', 'LOW', 'MEDIUM', 'HIGH', 'HIGH', 'HIGH']],
    ['gemini-flash-latest', ['LOW', 'LOW', 'LOW', 'MEDIUM', 'HIGH', 'HIGH', 'HIGH']],
    ['gemini-12345', ['LOW', 'LOW', 'LOW', 'MEDIUM', 'HIGH', 'HIGH', 'HIGH']],
  ])('on %s', (model, expected) => {
    const field = typeof expected[0] === 'number' ? 'thinkingBudget' : 'thinkingLevel'
    expect(EFFORTS.map((level) => thinkingOf(effort(level), model))).toEqual(
      expected.map((value, index) => ({ [field]: value, ...(index > 0 && { includeThoughts: true }) })),
    )
  })

  test.each([['gemini-2.0-flash'], ['gemini-2.5-flash-image'], ['gemma-3-27b-it']])('is dropped on %s', (model) => {
    expect(encode({ reasoning: effort('high') }, model)).toMatchObject({ dropped: ['reasoning_effort'] })
    expect(thinkingOf(effort('high'), model)).toBeUndefined()
  })
})

describe('the thinking object of Anthropic clients', () => {
  const enabled = (budgetTokens: number): Reasoning => ({
    thinking: { mode: 'enabled', budgetTokens },
    path: 'thinking',
  })
  const mode = (name: 'adaptive' | 'between_tools' | 'disabled'): Reasoning => ({
    thinking: { mode: name },
    path: 'thinking',
  })
  const shown = { includeThoughts: true }

  test.each<[Reasoning, string, object | undefined]>([
    [enabled(5000), 'gemini-2.5-flash', { ...shown, thinkingBudget: 5000 }],
    [enabled(50_000), 'gemini-2.5-flash', { ...shown, thinkingBudget: 24_576 }],
    [enabled(50_000), 'gemini-2.5-pro', { ...shown, thinkingBudget: 32_768 }],
    [{ ...enabled(5000), effort: 'low' }, 'gemini-2.5-pro', { ...shown, thinkingBudget: 5000 }],
    [mode('adaptive'), 'gemini-2.5-pro', { ...shown, thinkingBudget: -1 }],
    [mode('disabled'), 'gemini-2.5-pro', { thinkingBudget: 128 }],
    [mode('disabled'), 'gemini-2.5-flash', { thinkingBudget: 0 }],
    [mode('between_tools'), 'gemini-2.5-flash', { thinkingBudget: 0 }],
    [enabled(1024), 'gemini-4-argon', { ...shown, thinkingLevel: 'LOW' }],
    [enabled(8192), 'gemini-4-argon', { ...shown, thinkingLevel: 'MEDIUM' }],
    [enabled(8193), 'gemini-4-argon', { ...shown, thinkingLevel: 'HIGH' }],
    [{ ...enabled(50_000), effort: 'low' }, 'gemini-4-argon', { ...shown, thinkingLevel: 'LOW' }],
    [mode('adaptive'), 'gemini-4-argon', shown],
    [{ ...mode('adaptive'), effort: 'max' }, 'gemini-4-neon', { ...shown, thinkingLevel: 'XHIGH' }],
    [mode('disabled'), 'gemini-4-argon', { thinkingLevel: 'LOW' }],
    [{ effort: 'high', path: 'output_config.effort' }, 'gemini-4-argon', { thinkingLevel: 'HIGH' }],
  ])('%j on %s', (reasoning, model, expected) => {
    expect(thinkingOf(reasoning, model)).toEqual(expected)
  })
})
