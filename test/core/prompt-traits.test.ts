import { describe, expect, test } from 'vitest'
import { PROMPT_TRAITS, type PromptTraitName, promptTraits } from '../../src/core/prompt-traits.js'

describe('prompt traits', () => {
  test('come in the order of their names', () => {
    expect(Object.keys(promptTraits('Why?'))).toEqual([...PROMPT_TRAITS])
  })

  const HIGHER: [PromptTraitName, string, string][] = [
    ['logCharacters', 'Explain gravity to me.', 'Hi.'],
    ['logWords', 'one two three four', 'one'],
    ['logSentences', 'First. Second! Third?', 'First, second, third.'],
    ['logLines', 'a\nb\nc', 'a b c'],
    ['averageWordLength', 'photosynthesis thermodynamics', 'the cat sat'],
    ['averageSentenceWords', 'one long sentence without an end', 'One. Two. Three.'],
    ['longWordShare', 'photosynthesis is complicated', 'it is not so hard'],
    ['distinctWordShare', 'red green blue', 'red red red'],
    ['functionWordShare', 'what is it to you', 'eigenvalue decomposition'],
    ['digitShare', '12 + 34', 'twelve and thirty'],
    ['capitalShare', 'READ ME', 'read me'],
    ['punctuationShare', 'a, b; c!', 'a b c'],
    ['nonLatinShare', 'Как дела', 'How are you'],
    ['logQuestionMarks', 'Why? How?', 'Why.'],
    ['logNumbers', '3 apples and 4 pears', 'some apples'],
    ['logMathsSymbols', '\\frac{x}{y} = √2 ≤ 3', 'a fraction'],
    ['logCodeMarkers', 'const total = parseLine(some_text);', 'the total of the text'],
    ['logChoiceMarkers', 'Pick:\nA) red\nB) blue', 'Pick red or blue'],
    ['logListItems', '- eggs\n- milk\n2. flour', 'eggs, milk and flour'],
    ['logQuotedSpans', 'translate “good day” and "bye"', 'translate good day and bye'],
    ['logCommandVerbs', 'Write and translate a poem', 'A poem'],
    ['logQuestionWords', 'who did what and why', 'they did it'],
    ['logReasoningWords', 'prove the theorem step by step', 'say hello'],
    ['logDemandWords', 'answer only in JSON format', 'tell me'],
  ]

  test('each of them has a pair of prompts here', () => {
    expect(HIGHER.map(([name]) => name).sort()).toEqual([...PROMPT_TRAITS].sort())
  })

  test.each(HIGHER)('%s is higher for %j than for %j', (name, more, less) => {
    expect(promptTraits(more)[name]).toBeGreaterThan(promptTraits(less)[name])
  })

  test.each(['', ' ', '\n', '?', '\ud800', '😀', '\0', 'a'.repeat(1000)])('are finite for %j', (text) => {
    for (const value of Object.values(promptTraits(text))) expect(value).toSatisfy(Number.isFinite)
  })
})
