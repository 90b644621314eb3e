import type { Token } from './tokenise.js'

/**
 * Phrases that mean one word: "log in" → `login`, "turn the light on" → `enable the light`. Without this the particle
 * of a phrasal verb would be lost among the small words, and with it the difference between on and off.
 */
export function foldPhrases(tokens: readonly Token[]): Token[] {
  const folded: Token[] = []
  const dropped = new Set<number>()
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]
    if (token === undefined || dropped.has(at)) continue
    const phrase = phraseAt(tokens, at)
    if (phrase !== undefined) {
      folded.push({ ...token, kind: 'word', form: phrase.form })
      at += phrase.length - 1
      continue
    }
    const parted = partedVerbAt(tokens, at)
    if (parted !== undefined) dropped.add(parted.particleAt)
    folded.push(parted === undefined ? token : { ...token, form: parted.form })
  }
  return folded
}

function phraseAt(tokens: readonly Token[], at: number): { form: string; length: number } | undefined {
  const candidates = PHRASES.get(tokens[at]?.form ?? '')
  return candidates?.find(({ rest }) => rest.every((form, place) => tokens[at + 1 + place]?.form === form))
}

/** "turn dark mode on": the particle at most five words later and in the same sentence. */
function partedVerbAt(tokens: readonly Token[], at: number): { form: string; particleAt: number } | undefined {
  if (!SWITCHES.has(tokens[at]?.form ?? '')) return undefined
  for (let place = at + 1; place <= at + 6; place++) {
    const token = tokens[place]
    if (token === undefined || token.opensSentence) return undefined
    const form = PARTICLES.get(token.form)
    if (form !== undefined && !NOUN_OPENERS.has(tokens[place + 1]?.form ?? '')) return { form, particleAt: place }
  }
  return undefined
}

const SWITCHES = new Set('turn turning turned switch switching switched toggle put'.split(' '))
const PARTICLES = new Map([
  ['on', 'enable'],
  ['off', 'disable'],
])
/** "turn the page on the left": here `on` opens a place. */
const NOUN_OPENERS = new Set('the a an my your this that'.split(' '))

const TABLE = `
enable: turn on|turning on|turned on|switch on|switching on|switched on|toggle on
disable: turn off|turning off|turned off|switch off|switching off|switched off|toggle off|shut off
shutdown: shut down|power off|power down
login: log in|log into|logging in|sign in|sign into|signing in|log on|logon|signin
logout: log out|log off|logging out|sign out|signing out|sign off|logoff|signout
register: sign up|signing up|signup
setup: set up|setting up|set-up
backup: back up|backing up
remove: get rid of|getting rid of
discover: find out|finding out|figure out
search: look for|looking for|search for|look up
cancel: call off
postpone: put off
happen: take place
calculate: work out
restart: start over
return: come back|go back|give back
email: e mail|e - mail|e - email|e email|email address|email addresses|e mail address|e - mail address|e - email address
will: going to
contact: get in touch with|getting in touch with|reach out to
exit: get out of
sum: add up to|sum up to
regex: regular expression|regular expressions|reg ex
decimal: decimal places|decimal place
iterate: loop through|loop over|iterate over|iterate through|iterating over|iterating through|looping through|looping over
near: close to
weekend: at the weekend|on the weekend|on weekends|at weekends
wifi: wi fi|wi - fi
online: on line|on - line
offline: off line|off - line
2fa: 2 fa|2 factor authentication|2 - factor authentication|2 step verification|2 - step verification|2 factor auth
usa: united states of america|united states|u s a
uk: united kingdom|great britain|u k
newyork: new york city|new york
nodejs: node js|node .js
kmh: km / h|km per hour
mph: mile / h|mile per hour
celsius: degrees celsius|degree celsius
fahrenheit: degrees fahrenheit|degree fahrenheit
eu: european union
refund: money back
rentout: rent out|renting out|rented out|lease out|let out
deposit: pay in|paying in|pay into
atleast: at least|no less than|no fewer than|not less than|a minimum of
atmost: at most|no more than|not more than|a maximum of
against: opposed to|in opposition to|opposing
for: in favor of|in support of
instead: in place of
southafrican: south african
southkorean: south korean
newzealand: new zealand
best: most suitable|most effective
without: with no|with zero
because: due to|owing to|on account of
about: with regard to|in regard to|as for
before: prior to|ahead of
many: a lot of|lots of|plenty of
several: a few|a couple of|a number of
use: make use of
decide: make a decision
help: give a hand
example: for instance|e g
now: right now|at the moment|at present|these days
`

const PHRASES: ReadonlyMap<string, readonly { form: string; length: number; rest: readonly string[] }[]> = phraseTable()

function phraseTable(): Map<string, { form: string; length: number; rest: readonly string[] }[]> {
  const table = new Map<string, { form: string; length: number; rest: readonly string[] }[]>()
  for (const line of TABLE.trim().split('\n')) {
    const [form = '', phrases = ''] = line.split(': ')
    for (const phrase of phrases.split('|')) {
      const [first = '', ...rest] = phrase.split(' ')
      const known = table.get(first) ?? []
      known.push({ form, length: rest.length + 1, rest })
      // The longest first, so that "united states of america" leaves no "of america".
      table.set(
        first,
        known.sort((a, b) => b.length - a.length),
      )
    }
  }
  return table
}
