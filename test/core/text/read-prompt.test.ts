import { describe, expect, test } from 'vitest'
import { readPrompt } from '../../../src/core/text/read-prompt.js'

const keys = (text: string): string =>
  readPrompt(text)
    .content.map((word) => word.key)
    .join(' ')

describe('the content of a prompt is read', () => {
  test.each([
    ['twenty-five cats', '25 cat'],
    ['one hundred and five cats', '105 cat'],
    ['two thousand three hundred cats', '2300 cat'],
    ['five and six cats', '5 6 cat'],
    ['1,000,000 cats', '1000000 cat'],
    ['10k cats', '10000 cat'],
    ['a dozen eggs', '12 egg'],
    ['the 21st cat', '21 cat'],
    ['the third cat', '3 cat'],
    ['which one is red', 'red'],
    ['Python3.10', 'python 3.10'],
    ['5 kilometres', '5 km'],
    ['20°C', '20 celsius'],
    ['$5', 'usd 5'],
    ["the dog's bone", 'dog bon'],
    ['colours', 'color'],
    ['optimising', 'optimiz'],
    ['exercises', 'exercis'],
    ['parties', 'party'],
    ['running', 'run'],
    ['turn the kitchen light off', 'disabl kitchen light'],
    ['sign in', 'login'],
    ['天气好', '天 气 好'],
  ])('%j as %j', (text, content) => {
    expect(keys(text)).toBe(content)
  })
})

describe('the question of a prompt is of a type', () => {
  test.each([
    ['How do I boil eggs?', 'how-to'],
    ['hi, could you please tell me how to boil eggs', 'how-to'],
    ['What is the best way to boil eggs?', 'how-to'],
    ['How do eggs boil?', 'how'],
    ['How many eggs are there?', 'measure'],
    ['Why do eggs boil?', 'why'],
    ['What is the reason for rain?', 'why'],
    ['How come it rains?', 'why'],
    ['What time is it?', 'when'],
    ["What's an egg?", 'definition'],
    ['What is the egg for?', 'what'],
    ['Which command do I use to boil eggs?', 'how-to'],
    ['Is it possible to boil eggs?', 'yes-no'],
    ['Who boils eggs?', 'who'],
    ['Where are eggs?', 'where'],
    ['Do eggs boil?', 'yes-no'],
    ['Please write a poem', 'command'],
    ['Can you write a poem?', 'command'],
    ['I have two eggs. How do I boil them?', 'how-to'],
    ['boiled eggs', 'statement'],
    ['', 'statement'],
  ])('%j: %s', (text, type) => {
    expect(readPrompt(text).questionType).toBe(type)
  })
})
