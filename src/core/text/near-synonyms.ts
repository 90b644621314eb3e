import { EVERYDAY_SYNONYMS } from './everyday-synonyms.js'
import { stem } from './stem.js'

/**
 * Whether two words can stand for each other in many prompts, though not in all: "change my address" / "update my
 * address". Looser than `synonyms.ts`, and a word may have several senses here. Stems, either way round.
 */
export const areNearSynonyms = (a: string, b: string): boolean => {
  const rows = ROWS_OF.get(a)
  return rows !== undefined && (ROWS_OF.get(b)?.some((row) => rows.includes(row)) ?? false)
}

/** One sense a row. */
const TABLE = `
change update modify
change edit
change switch
change turn convert transform
make bake
make cook
make prepare
make build
make write generate
bake prepare
cook prepare
make send submit
send submit
request submit
request ask
find get
find compute determine solve
find see view
find look
compute evaluate determine
solve compute
list see show
see view
check verify test
check find
stop disable
stop cancel
stop prevent avoid
stop exit quit
end stop
exit quit
exit leave
remove clear
remove drop
bring take
bring carry
take carry
take bring pack
contact reach
contact call
reach call
visit travel
visit go
travel go
rent hire
price fare
fly flight
past previous
revert undo
document paper
prevent keep
rent rental
reserve book
pan skillet
instead substitute
instead replace
instead alternative
substitute replace alternative replacement
distance far
duration long
duration time
price much
price fare
secure safe safety
order package
airplane aircraft
house home
trip vacation
career job
money cash
food meal
improve increase
reduce lose
cure treat heal
cure treatment remedy
treat treatment
earn make
know tell say
install setup
login access
fix solve
simplify reduce
tip advice suggestion
tip trick
important essential
main important
difference differ
difference distinction
run execute
run start
start launch
print display show output
store keep
save keep
keep last
keep stay
last good
ship deliver
shipping delivery
ship shipping
deliver delivery
arrive come
arrive deliver
arrive delivery
arrive get
subscription plan
subscription membership
user member
employee worker
business company
business firm
company firm
center downtown
schedule plan
schedule timetable
itinerary plan
itinerary trip
baggage bag
baggage suitcase
cheap budget
cheapest budget
forecast weather
element item
element entry
item entry
amount number
amount quantity
number quantity
number count
same equal
same identical
show demonstrate
mean definition
definition meaning
mean meaning
fit suit
talk chat
text string
text message
empty clear
split divide
join combine
join merge
add append
add insert
add put
put insert
put place
put go
add include
use run
recipe make
recipe cook
recipe bake
recipe prepare
formula compute
formula find
formula equation
likely probability
likely chance
probability chance
percentage percent
thick thicken
thicker thicken
thin thinner
reheat warm
quickly easily
fastest quickest
lowest cheapest
reason cause
benefit advantage
disadvantage drawback
advantage pros
drawback cons
pros benefit
effect impact
influence effect
require must
recommend suggest
allow permit
possible able
hour time
open opening
available offer
available possible
offer provide
provide give
ask inquire
support service
guide tutorial
guide instruction
rule regulation
regulation law
limit maximum
allow allowance
biggest highest
constantly keep
constantly always
slow lag
break damage
hurt pain
pain ache
tired exhausted
`

const ROWS_OF: ReadonlyMap<string, readonly number[]> = rowsOf()

function rowsOf(): Map<string, number[]> {
  const table = new Map<string, number[]>()
  for (const [row, words] of `${TABLE.trim()}\n${EVERYDAY_SYNONYMS.trim()}`.split('\n').entries()) {
    for (const word of words.split(' ').map(stem)) table.set(word, [...(table.get(word) ?? []), row])
  }
  return table
}
