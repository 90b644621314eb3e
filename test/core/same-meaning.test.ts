import { describe, expect, test } from 'vitest'
import { pairFeatures } from '../../src/core/pair-features.js'

const meansTheSame = (a: string, b: string): boolean => {
  const [ahead, behind] = [pairFeatures(a, b, 0.9).sameMeaning, pairFeatures(b, a, 0.9).sameMeaning]
  expect(ahead).toBe(behind)
  return ahead === 1
}

describe('the same request in other words is read as the same', () => {
  test.each([
    ['How do I change my e-mail address?', "I'd like to change my email"],
    ['How do I freeze fresh herbs?', 'what is the best way to freeze fresh herbs'],
    ['How do I freeze fresh herbs?', 'freeze fresh herbs'],
    ['How do I reverse a list in Python?', 'how to reverse a python list'],
    ['How do I turn off email notifications?', 'I want to switch email notifications off'],
    ['How do I add a team member?', "What's the way to add a new team member?"],
    ['How can I get a refund?', 'How do I request a refund?'],
    ['How do I make pancakes?', "What's a recipe for pancakes?"],
    ['How do I find the area of a circle?', 'How can I work out the area of a circle?'],
    ['How do I change a flat tire?', 'How is a flat tyre changed?'],
    ['How do I convert a string to an integer?', 'How can I turn a string into an integer?'],
    ['Can I bring food on a plane?', 'Am I allowed to bring food on an airplane?'],
    ['Do I need a visa for Japan?', 'Is a visa required to visit Japan?'],
    ['Is it safe to eat raw salmon?', 'is raw salmon safe to eat'],
    ['Which beaches in Portugal are the best?', 'What are the best beaches in Portugal?'],
    ['How long can I keep cooked rice?', 'How long does cooked rice last?'],
    ['What does a ticket to Lyon cost?', 'How much is a ticket to Lyon?'],
    ['Solve 3x + 5 = 20', 'please solve the equation 3x+5=20'],
    ['What is the square root of 144?', 'square root of the number 144'],
    ['How many seconds are in a day?', 'How many seconds are there in one day?'],
    ['Plan a three day trip to Oslo', 'Can you plan a 3-day trip to Oslo?'],
  ])('%j, %j', (a, b) => {
    expect(meansTheSame(a, b)).toBe(true)
  })
})

describe('one word more or another one is another request', () => {
  test.each([
    ['How do I freeze fresh herbs?', 'How do I dry fresh herbs?'],
    ['How do I make pancakes?', 'How do I freeze pancakes?'],
    ['How do I make pancakes?', 'How do I make pancakes without eggs?'],
    ['How do I reverse a list in Python?', 'How do I reverse a string in Python?'],
    ['Is every square a rectangle?', 'Is every rectangle a square?'],
    ['Can cats eat dogs?', 'Can dogs eat cats?'],
    ['Who did Caesar kill?', 'Who killed Caesar?'],
    ['Flights from Paris to Rome', 'Flights from Rome to Paris'],
    ['Can I upgrade my plan?', 'Should I upgrade my plan?'],
    ['When did my order arrive?', 'When will my order arrive?'],
    ['What is the biggest achievement in life?', 'What is the biggest achievement in your life?'],
    ['How do I chat with a girl?', 'How do I chat with a girl I like?'],
    ['What is an INTP?', 'What is an INTP-A?'],
    ['What is a pivot cup?', 'What is a pivot cup for?'],
    ['What is the Kashmir conflict?', 'What is the solution of the Kashmir conflict?'],
    ['What is child support?', 'How much is child support?'],
    ['How do I simplify 4/12?', 'How do I simplify 12/4?'],
    ['What is the probability with one die?', 'What is the probability with two dice?'],
    ['How do I delete a message?', 'How do I delete all messages?'],
    ['How do I change my phone number?', 'How do I change my phone?'],
    ['What does == do in C?', 'What does = do in C?'],
    ['How do I raise the limit to 5?', 'How do I raise the limit by 5?'],
    ['Can I substitute honey for sugar?', 'Can I substitute sugar for honey?'],
    ['How do I plan a trip?', 'How do I plane a trip?'],
  ])('%j, %j', (a, b) => {
    expect(meansTheSame(a, b)).toBe(false)
  })
})
