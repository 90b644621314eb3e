import { describe, expect, test } from 'vitest'
import { PAIR_FEATURES, type PairFeatureName, pairFeatures } from '../../src/core/pair-features.js'

const COSINE = 0.9

describe('pair features', () => {
  test('have the names that are listed', () => {
    expect(Object.keys(pairFeatures('a', 'b', COSINE)).sort()).toEqual([...PAIR_FEATURES].sort())
  })

  test.each(['', ' ', '?', '\ud800', 'word', '😀', '天气'])(
    'are finite for %j beside itself and a question',
    (text) => {
      for (const other of [text, 'How do I boil an egg?']) {
        for (const value of Object.values(pairFeatures(text, other, COSINE))) expect(value).toSatisfy(Number.isFinite)
        for (const value of Object.values(pairFeatures(other, text, COSINE))) expect(value).toSatisfy(Number.isFinite)
      }
    },
  )
})

describe('two wordings of one prompt show no conflict', () => {
  test.each([
    ['How do I reset my password?', 'how can i reset my password'],
    ['How do I reset my password?', 'What is the way to reset my password?'],
    ['How do I reset my password?', 'Could you please tell me how to reset my password?'],
    ['How do I boil an egg?', 'how to boil eggs'],
    ["What's the capital of France?", 'what is the capital of france'],
    ['What’s the “capital” of France', 'What\'s the "capital" of France?'],
    ['What colour is the sky?', 'what color is the sky'],
    ['How do I organise my files?', 'How do I organize my files?'],
    ['Why is my computer slow?', 'why is my computer slow ???'],
    ["Why doesn't my phone charge?", 'Why does my phone not charge?'],
    ['convert 10 km to miles', 'Convert ten kilometres to miles, please'],
    ['convert 10km to miles', 'convert 10 km to miles'],
    ['How many eggs are in a dozen boxes?', 'how many eggs are in 12 boxes'],
    ['What happened on the 5th of May?', 'what happened on may 5'],
    ['Give me 20% of 50', 'give me 20 percent of 50'],
    ['What costs 5 euros?', 'what costs €5'],
    ['What costs $1,000?', 'what costs 1000 dollars'],
    ['How do I turn on dark mode?', 'how can I turn dark mode on'],
    ['How do I enable dark mode?', 'How do I switch on dark mode?'],
    ['How do I log in?', 'How can I login?'],
    ['How do I delete a file in Python?', 'How to remove a file in python'],
    ['Please write a poem about the sea', 'write a poem about the sea'],
    ['Difference between Python and Java', 'difference between Java and Python'],
    ['I want to know how plants grow', 'How do plants grow?'],
    ['What does getUserName do?', 'what does getusername do'],
    ['Calculate the area of a circle', 'what is the area of a circle?'],
    ['convert 40 miles to km', 'what is forty miles in kilometres'],
    ['How much is 12 + 4?', "what's 12 plus 4"],
    ['Translate "good night" into Danish', 'How do I say "good night" in Danish?'],
    ['List the tickets closed this week', 'Show me the tickets closed this week'],
    ['Who is the wealthiest singer?', 'Who is the richest singer?'],
    ['Which command do I use to rename a folder?', 'how do I rename a folder'],
    ['What does "kerning" mean?', 'what is the meaning of "kerning"'],
    ['Set it to 20 degrees Celsius', 'set it to 20 °C'],
    ['a loan of $500', 'a 500 dollar loan'],
    ['How do I set up 2FA?', 'how to set up two-factor authentication'],
    ['Why does ERR_CONNECTION_REFUSED appear?', 'why does err_connection_refused appear'],
    ['Flights from Paris to London', 'flights to London from Paris'],
    ['How do children learn?', 'how does a child learn'],
    ['How do I set up a wi-fi network?', 'How do I set up a WiFi network?'],
    ['how do you tie a tie', 'How do I tie a tie?'],
    ['How do I reset my password?', 'How do you reset your password?'],
    ['List countries in Asia', 'list all countries in Asia'],
    ['best diet for muscle building', 'best diet for building muscle'],
    ['a job with no experience', 'a job without experience'],
    ['tell me whether or not it rains', 'tell me whether it rains'],
    ['What is the weather in New York City?', 'what is the weather in NYC'],
  ])('%j / %j', (a, b) => {
    const features = pairFeatures(a, b, COSINE)
    expect(conflictsOf(features)).toEqual([])
    expect(features.contentJaccard).toBe(1)
  })

  test.each([
    ['How long should I boil an egg?', 'How long do I need to boil an egg?'],
    ['Convert 10 km to miles', 'What is 10 km in miles?'],
    ['How do I install Node.js?', 'Node.js installation guide'],
  ])('%j / %j, though words differ', (a, b) => {
    expect(conflictsOf(pairFeatures(a, b, COSINE))).toEqual([])
  })
})

describe('two prompts that want two answers', () => {
  test.each<[PairFeatureName, string, string]>([
    ['logOpposites', 'How do I enable 2FA?', 'How do I disable 2FA?'],
    ['logOpposites', 'turn dark mode on', 'turn dark mode off'],
    ['logOpposites', 'How do I turn on notifications?', 'How do I turn off notifications?'],
    ['particlesOppose', 'Dark mode on', 'Dark mode off'],
    ['particlesOppose', 'pasta with garlic', 'pasta without garlic'],
    ['particlesOppose', 'Should I stretch before running?', 'Should I stretch after running?'],
    ['logOpposites', 'What is the cheapest phone?', 'What is the most expensive phone?'],
    ['logOpposites', 'best hotels in Rome', 'worst hotels in Rome'],
    ['logOpposites', 'How do I encrypt a file?', 'How do I decrypt a file?'],
    ['logOpposites', 'Is it legal to fish here?', 'Is it illegal to fish here?'],
    ['logOpposites', 'upload a file to S3', 'download a file to S3'],
    ['logOpposites', 'how to increase blood pressure', 'how to lower blood pressure'],
    ['numbersConflict', 'convert 10 km to miles', 'convert 100 km to miles'],
    ['numbersConflict', 'What is new in Python 3.8?', 'What is new in Python 3.11?'],
    ['numbersConflict', 'What is new in Python 3.1?', 'What is new in Python 3.10?'],
    ['numbersConflict', 'Give me ten ideas', 'Give me twelve ideas'],
    ['numbersConflict', 'Who was the first president?', 'Who was the third president?'],
    ['numbersConflict', 'play mp3 files', 'play mp4 files'],
    ['numbersDiffer', 'Name rivers in Europe', 'Name 5 rivers in Europe'],
    ['unitsDiffer', 'How far is it in km?', 'How far is it in miles?'],
    ['unitsDiffer', 'heat it to 180 °C', 'heat it to 180 °F'],
    ['unitsDiffer', 'What is 5 € worth?', 'What is 5 £ worth?'],
    ['datesDiffer', 'weather on Monday', 'weather on Tuesday'],
    ['datesDiffer', 'events in May', 'events in June'],
    ['datesDiffer', 'Who won in 2018?', 'Who won in 2022?'],
    ['datesDiffer', 'flights next week', 'flights this week'],
    ['datesDiffer', 'wake me at 5 am', 'wake me at 5 pm'],
    ['operatorsDiffer', 'what is 7 + 3', 'what is 7 - 3'],
    ['operatorsDiffer', 'what is 7 plus 3', 'what is 7 times 3'],
    ['negationDiffers', 'Why does my code work?', "Why doesn't my code work?"],
    ['negationDiffers', 'Foods I should eat', 'Foods I should not eat'],
    ['negationDiffers', 'how to make it stop', 'how to never make it stop'],
    ['quotedDiffer', 'Translate "good morning" to French', 'Translate "good night" to French'],
    ['quotedDiffer', 'What does “grep” do?', 'What does “sed” do?'],
    ['identifiersDiffer', 'What does parseInt do?', 'What does parseFloat do?'],
    ['identifiersDiffer', 'use of user_name here', 'use of user_email here'],
    ['identifiersDiffer', 'what is in /etc/hosts', 'what is in /etc/passwd'],
    ['identifiersDiffer', 'what does ls -a do', 'what does ls -l do'],
    ['identifiersDiffer', 'fix error E1001', 'fix error E1002'],
    ['identifiersDiffer', 'error 0x80070057', 'error 0x80070058'],
    ['namesConflict', 'Where was Einstein born?', 'Where was Feynman born?'],
    ['namesDiffer', 'How do I register a company?', 'How do I register a company in Ruritania?'],
    ['logRivals', 'weather in paris', 'weather in london'],
    ['logRivals', 'is my dog sick', 'is my cat sick'],
    ['logRivals', 'sort a list in python', 'sort a list in rust'],
    ['logRivals', 'How do I say hello in Spanish?', 'How do I say hello in French?'],
    ['contentReplaced', 'where was einstein born', 'where was feynman born'],
    ['oneWordReplaced', 'where was einstein born', 'where was feynman born'],
    ['restrictionOnlyInB', 'How do I start a company?', 'How do I start a company in India?'],
    ['restrictionOnlyInA', 'lasagna recipe for kids', 'lasagna recipe'],
    ['questionTypesClash', 'How do plants grow?', 'Do plants grow?'],
    ['questionTypesClash', 'Why did the war start?', 'When did the war start?'],
    ['questionTypesClash', 'Who invented the telephone?', 'Where was the telephone invented?'],
    ['questionTypesClash', 'How do I learn French?', 'Should I learn French?'],
    ['questionTypeDiffers', 'What is a monad?', 'Why is a monad?'],
    ['languageDiffers', 'What is the weather like?', 'Как погода?'],
    ['languageDiffers', 'What is the capital of France and why?', 'Was ist die Hauptstadt von Frankreich und warum?'],
    ['rolesSwapped', 'Is Rust faster than Go?', 'Is Go faster than Rust?'],
    ['rolesSwapped', 'convert km to miles', 'convert miles to km'],
    ['rolesSwapped', 'flights from Paris to London', 'flights from London to Paris'],
    ['rolesSwapped', 'Can a dog chase a cat?', 'Can a cat chase a dog?'],
    ['rolesSwapped', 'shower before breakfast', 'breakfast before shower'],
    ['orderDifference', 'Is Rust faster than Go?', 'Is Go faster than Rust?'],
    ['quantifiersDiffer', 'Are all birds able to fly?', 'Are some birds able to fly?'],
    ['quantifiersDiffer', 'chance of at least two sixes', 'chance of exactly two sixes'],
    ['quantifiersDiffer', 'phones under 300 euros', 'phones over 300 euros'],
    ['particlesOppose', 'a sweeter lemonade', 'a less sweet lemonade'],
    ['logOpposites', 'make the sauce spicier', 'make the sauce milder'],
    ['logOpposites', 'make the speech funnier', 'make the speech more serious'],
    ['logOpposites', 'lease out a boat', 'rent a boat'],
    ['negationDiffers', 'names in alphabetical order', 'names in reverse alphabetical order'],
    ['personDiffers', 'give me my number', 'give me your number'],
    ['identifiersDiffer', 'when to use glob.iglob', 'when to use glob.escape'],
    ['rolesSwapped', 'convert 12 cm to inches', 'what is 12 inches in cm'],
    ['rolesSwapped', 'what is 27 divided by 3', 'what is 3 divided by 27'],
    ['rolesSwapped', 'trains to Bern from Ulm', 'trains from Bern to Ulm'],
    ['questionTypesClash', 'What is a VPN?', 'Why do I need a VPN?'],
    ['questionTypesClash', 'Tell me what a VPN is', 'How do I get a VPN?'],
    ['quantifiersDiffer', 'List countries in Asia', 'List only countries in Asia'],
    ['degreeDiffers', 'good laptops for students', 'best laptops for students'],
    ['personDiffers', 'What is my name?', 'What is your name?'],
    ['personDiffers', 'What does he do?', 'What does she do?'],
    ['modalityDiffers', 'Can I drink coffee?', 'Should I drink coffee?'],
    ['tenseDiffers', 'Who did they elect?', 'Who will they elect?'],
    ['formatDiffers', 'Explain gravity briefly', 'Explain gravity in detail'],
  ])('%s: %j / %j', (name, a, b) => {
    expect(pairFeatures(a, b, COSINE)[name]).toBeGreaterThan(0)
  })
})

/** Flags that are up. */
function conflictsOf(features: Record<PairFeatureName, number>): string[] {
  const soft = ['questionTypeDiffers', 'questionTypesClash', 'namesDiffer', 'logSpelledAlike', 'degreeDiffers']
  return PAIR_FEATURES.filter((name) => CONFLICTS.test(name) && !soft.includes(name) && features[name] > 0)
}
const CONFLICTS = /Conflict|Differs?$|Oppos|Rivals|Swapped|Clash/

test.each([
  ['What is -3 times 4?', 'What is 3 times 4?', 1],
  ['Is -5 a natural number?', 'Is 5 a natural number?', 1],
  ['What is 10 - 3?', 'What is 10-3?', 0],
  ['Recommend books for 8-10 year olds', 'Recommend books for 8 - 10 year olds', 0],
])('the sign of a number: "%s" against "%s"', (a, b, differ) => {
  expect(pairFeatures(a, b, COSINE).numbersDiffer).toBe(differ)
})
