import { degreeOf } from './degree.js'
import { stem } from './stem.js'

/** The first word of the row a stem stands in, stemmed; any other stem as it is. */
export const commonWord = (stemmed: string): string => SYNONYMS.get(stemmed) ?? commonDegree(stemmed)

/** "wealthiest" is "richest" because "wealthy" is "rich". Words like "paper" have no known base and stay. */
function commonDegree(stemmed: string): string {
  const degree = degreeOf(stemmed)
  if (degree === undefined) return stemmed
  const common = SYNONYMS.get(degree.base) ?? (HEADS.has(degree.base) ? degree.base : undefined)
  return common === undefined ? stemmed : common + degree.ending
}

/**
 * Rows of words that may be exchanged in a question without changing its answer. Kept narrow: a wrong row would let a
 * wrong answer through, a missing row only costs a hit. No word stands in two rows.
 */
const TABLE = `
remove delete erase eliminate
make create
begin start commence
end finish
stop cease halt
buy purchase
get obtain acquire receive
fix repair mend resolve
error bug
problem issue trouble
fast quick rapid speedy quickly
big large
huge enormous gigantic
small little tiny
movie film
car automobile
child kid
picture image
vacation holiday
lawyer attorney
enable activate
disable deactivate
change modify alter amend
update refresh
choose select pick
show display
hide conceal
help assist aid
answer reply respond
allow permit
forbid prohibit ban
need require
try attempt
keep retain
use utilize
cost price
cheap inexpensive affordable
expensive costly pricey
rich wealthy
happy glad
sad unhappy
correct right accurate
difficult hard tough
easy simple
important significant
famous renowned
strange odd weird
smart intelligent clever
beautiful pretty
sick ill
exercise workout
meal dish
build construct
speak talk
shop store
trip journey
town city
road street
garbage trash rubbish
flat apartment
elevator lift
cellphone smartphone mobile
laptop notebook
website site webpage
folder directory
restart reboot
find locate discover
check verify
compute calculate
reduce decrease lower
increase raise boost
improve enhance better
ask inquire
say tell
explain clarify
happen occur
contain include
gather collect
send transmit
person human
woman lady
man guy
stomach belly
drug medicine medication
method technique
kind type sort
main primary principal chief
entire whole
speed velocity
bill invoice
parcel package
refund reimbursement
reset restore
terminate kill
iterate loop
dictionary hashmap
empty blank
duplicate copy
near nearby
airport airfield
luggage baggage
suggest recommend
sum total
frequently often
usually normally generally
maybe perhaps
split separate
approximately roughly
combine merge
wrong incorrect
doctor physician
effect consequence
write draft compose
safe safely
fewer less
funny humorous amusing
casual informal
long lengthy
usa american
uk british
`

const SYNONYMS: ReadonlyMap<string, string> = new Map(
  TABLE.trim()
    .split('\n')
    .flatMap((row) => {
      const [first = '', ...others] = row.split(' ').map(stem)
      return others.map((other): [string, string] => [other, first])
    }),
)

/** First words of the rows. */
const HEADS: ReadonlySet<string> = new Set(SYNONYMS.values())
