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
    ['Are drones allowed in the park?', 'Does the park allow drones?'],
    ['Should rice be rinsed before cooking?', 'Should I rinse rice before cooking?'],
    ['Is parking included in the ticket price?', 'is parking included in the price of the ticket'],
    ['What is the difference between simple and compound interest?', 'difference between compound and simple interest'],
    ['What should I wear for a hike in winter?', 'What do I need to wear for a winter hike?'],
    ['How far is the museum from the station?', 'What is the distance from the station to the museum?'],
    ['How do I download all my contacts?', 'How do I download my contacts?'],
    ['Do you repair bicycles?', 'Can you repair bicycles?'],
    ['Do I grease the tin?', 'Should I grease the tin?'],
    ['What should I do if my tap drips?', 'What can I do when my faucet drips?'],
    ['Where do I change my username?', 'How do I change my username?'],
    ['How do I quit vim?', 'How can I quit the vim editor?'],
    ['Is 57 a prime number?', 'is the number 57 prime'],
    ['How do I gain weight?', 'How can I put on weight?'],
    ['Can I return it for free?', 'Can I return it free of charge?'],
    ['How much should I save per week?', 'How much money should I save each week?'],
    ['How do I defrost minced beef?', 'What is the best way to thaw ground beef?'],
    ['I forgot my PIN', "I can't remember my PIN"],
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
    ['Write a letter for my aunt', 'Write a letter from my aunt'],
    ['How do I share my photos?', 'How do I share some of my photos?'],
    ['How many seats can I book with one card?', 'How many cards can I book with one seat?'],
    ['Who checks my reports?', 'Whose reports do I check?'],
    ['Subtract 3 from 8', 'Subtract 8 from 3'],
    ['Does Rome rule Athens?', 'Is Rome ruled by Athens?'],
    ['How do I clean a straw hat in a bag?', 'How do I clean a hat in a straw bag?'],
    ['What is the view above the clouds?', 'What is the view below the clouds?'],
    ['What does & mean in C?', 'What does | mean in C?'],
    ['What is the // operator in Python?', 'What is the / operator in Python?'],
    ['Is it safe and legal?', 'Is it not safe and not legal?'],
    ['How much should I save per week?', 'How much should I save per year?'],
    ['Can I pay in cash?', 'Must I pay in cash?'],
    ['How many metres are in a kilometre?', 'How many kilometres are in a metre?'],
  ])('%j, %j', (a, b) => {
    expect(meansTheSame(a, b)).toBe(false)
  })
})

describe('an order that cannot be refused is no permission', () => {
  test.each([
    ['Can I pay in cash?', 'Must I pay in cash?', 1],
    ['May I leave early?', 'Should I leave early?', 1],
    ['Can I pay in cash?', 'May I pay in cash?', 0],
    ['How can I pay in cash?', 'How should I pay in cash?', 0],
  ])('%j, %j: %d', (a, b, clash) => {
    expect(pairFeatures(a, b, 0.9).modalitiesClash).toBe(clash)
    expect(pairFeatures(a, b, 0.9).anyConflict).toBe(clash)
  })
})
