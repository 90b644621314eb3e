import { degreeOf } from './degree.js'
import { OPPOSITE_ACTIONS } from './opposite-actions.js'
import { stem } from './stem.js'

/**
 * Whether two words are opposites: by the table, or by a prefix (`able`/`unable`, `encrypt`/`decrypt`). Both stemmed
 * or small words as they are.
 */
export const areOpposite = (a: string, b: string): boolean =>
  isListed(a, b) || isNegatedBy(a, b) || isNegatedBy(b, a) || areOppositeDegrees(a, b)

const isListed = (a: string, b: string): boolean => OPPOSITES.get(a)?.has(b) ?? false

/** "spicier" opposes "milder", and "funnier" "more serious", because "spicy" opposes "mild". */
function areOppositeDegrees(a: string, b: string): boolean {
  const [degreeA, degreeB] = [degreeOf(a), degreeOf(b)]
  if (degreeA === undefined && degreeB === undefined) return false
  return isListed(degreeA?.base ?? a, degreeB?.base ?? b)
}

const isNegatedBy = (word: string, negated: string): boolean =>
  word.length >= 4 && negated.endsWith(word) && NEGATING.has(negated.slice(0, -word.length))

const NEGATING = new Set('un in im il ir dis non anti de mis counter non-'.split(' '))

/** Each word left of the bar opposes each word right of it. */
const TABLE = `
enable activate allow | disable deactivate
on | off
allow permit | forbid prohibit ban block deny prevent disallow
accept approve | reject refuse decline deny
before | after
with | without
include | exclude omit
to | from
into | out
in inside within | out outside
above over | below under beneath
up | down
upward | downward
upstairs | downstairs
upload | download
upgrade | downgrade
increase raise boost grow rise gain | decrease reduce lower shrink drop lose fall cut
add | remove subtract delete
insert append | remove delete
addition | subtraction
multiply | divide
multiplication | division
plus | minus
sum | difference
maximum max maximize | minimum min minimize
most | least
more | less fewer
many | few
much | little
all every everyone everybody everything | none nobody nothing
always | never
ever | never
often frequently | rarely seldom
best better | worst worse
good great | bad poor
cheap cheapest cheaper inexpensive | expensive pricey costly
cheapest | expensive
cheaper | pricier
big large | small little tiny
bigger larger | smaller
biggest largest | smallest
huge | tiny
tall taller tallest | short shorter shortest
long | short
longer | shorter
longest | shortest
high | low
higher | lower
highest | lowest
deep | shallow
deeper | shallower
deepest | shallowest
wide broad | narrow
wider | narrower
thick | thin
thicker | thinner
fat | thin slim
heavy | light
heavier | lighter
heaviest | lightest
strong | weak
stronger | weaker
strongest | weakest
hard difficult tough | easy simple soft
harder | easier softer
hardest | easiest softest
fast quick rapid | slow
faster quicker | slower
fastest quickest | slowest
quickly | slowly
hot warm | cold cool
hotter warmer | colder cooler
hottest warmest | coldest coolest
heat | cool
heating | cooling
freeze | melt thaw boil
wet | dry
moist | dry
clean | dirty
bright light | dark
brighter | darker
loud noisy | quiet silent
louder | quieter
loudly | quietly
old | new young
older | newer younger
oldest | newest youngest
ancient | modern
early earlier earliest | late later latest
first | last
next | previous last
next | last
past | future
yesterday | tomorrow
morning | evening night
day | night
noon | midnight
am | pm
sunrise | sunset
summer | winter
spring | autumn fall
left | right
leftmost | rightmost
clockwise | counterclockwise anticlockwise
north | south
northern | southern
east | west
eastern | western
front | back rear
forward | backward backwards reverse
ahead | behind
top | bottom
upper | lower
horizontal | vertical
row | column
near close | far distant
nearest closest | farthest furthest
nearer closer | farther further
open | close closed shut
start begin | stop end finish
beginning | end ending
start | end
launch | quit
run | stop
play | pause stop
resume | pause stop
enter | exit leave
entrance | exit
entry | exit
arrive arrival | depart departure leave
come | go
join | leave
follow | unfollow
subscribe | unsubscribe
login | logout
signin | signout
register | unregister
sign | unsign
install | uninstall
mount | unmount
lock | unlock
pin | unpin
mute | unmute
connect attach join | disconnect detach
link | unlink
plug | unplug
load | unload
pack wrap compress zip | unpack unwrap decompress extract unzip
encrypt | decrypt
encode | decode
encryption | decryption
encoding | decoding
compile | decompile
serialize | deserialize
marshal | unmarshal
import | export
input | output
read | write
reader | writer
push | pull
pushed | pulled
commit | revert
merge | split
fetch | push
send | receive
sender | receiver recipient
inbound incoming | outbound outgoing
client | server
frontend | backend
get | set
show display reveal | hide conceal
visible | invisible hidden
expand | collapse
maximize | minimize
zoom | unzoom
save | discard delete
keep | discard remove
create make build | delete destroy
install | remove
construct | demolish destroy
assemble | disassemble
fold | unfold
tie | untie
dress | undress
fasten | unfasten loosen
tighten | loosen
tight | loose
stretch | shrink
lend | borrow
buy purchase | sell
buyer | seller
purchase | sale
import | export
rent | own buy
landlord | tenant
pay | charge
deposit | withdraw
deposit | withdrawal
credit | debit
debit | credit
earn | spend
save | spend
profit | loss
income revenue | expense expenditure
asset | liability
tax | exempt
win | lose
winner | loser
victory | defeat
win | loss
attack | defend defence
attacker | defender
offensive | defensive
success | failure
succeed pass | fail
passed | failed
right correct | wrong incorrect
true | false
real | fake
genuine | counterfeit
valid | invalid
legal lawful | illegal unlawful
safe | dangerous unsafe
safer | riskier
safety | danger
secure | insecure
public | private
internal | external
inner | outer
interior | exterior
indoor | outdoor
indoors | outdoors
local | remote global
offline | online
domestic | international foreign
native | foreign
import | domestic
urban | rural
manual | automatic
manually | automatically
static | dynamic
synchronous | asynchronous
sync | async
mutable | immutable
sequential serial | parallel
single | multiple double
singular | plural
odd | even
positive | negative
integer | fraction
prime | composite
rational | irrational
linear | nonlinear
convex | concave
ascending | descending
ascend | descend
ascent | descent
climb | descend
numerator | denominator
even | uneven
equal | unequal
equality | inequality
same | different
similar | different dissimilar
similarity | difference
alike | different
advantage benefit pro | disadvantage drawback con
advantage | drawback
benefit | harm risk cost
strength | weakness
pros | cons
cause origin reason | effect consequence result outcome cure prevent
symptom sign | treatment cure remedy
love like | hate dislike
lover | hater
friend | enemy
happy glad | sad unhappy
happier | sadder
laugh | cry
smile | frown
kind nice | mean cruel
polite | rude
formal | informal casual
brave | coward cowardly
calm | nervous anxious
patient | impatient
rich wealthy | poor
richest | poorest
richer | poorer
smart clever intelligent | stupid dumb
wise | foolish
beautiful pretty | ugly
famous | unknown
popular | unpopular
common | rare uncommon
usual | unusual
normal | abnormal
ordinary | extraordinary special
healthy | unhealthy sick
healthier | unhealthier
ill sick | well healthy
alive live | dead
life birth | death
live | die
born | die
male | female
man | woman
boy | girl
husband | wife
father dad | mother mom
son | daughter
brother | sister
uncle | aunt
nephew | niece
grandfather grandpa | grandmother grandma
king | queen
prince | princess
actor | actress
he | she
his him | her
himself | herself
mr | mrs
groom | bride
bull | cow
rooster | hen
parent | child
ancestor | descendant
adult | child kid
teacher | student
employer | employee
hire | fire
doctor | patient
host | guest
seller vendor | customer
predator | prey
sweet | sour bitter salty savory
sweetened | unsweetened
salted | unsalted
mild | spicy
raw | cooked
fresh | stale frozen rotten
ripe | unripe
boneless | bone
vegetarian vegan | meat
full | empty
fill | empty drain
solid | liquid
boil | freeze
boiling | freezing
sink | float
rise | set fall
absorb | emit
inhale | exhale
asleep | awake
sleep | wake
remember | forget
find | lose
teach | learn
question ask | answer
tighten | loosen
push | pop
enqueue | dequeue
lead | lag follow
optimist | pessimist
optimistic | pessimistic
guilty | innocent
majority | minority
maximum | minimum
major | minor
senior | junior
primary | secondary
main | side
introduction | conclusion
introvert | extrovert
active | passive inactive
busy | idle free
paid | free unpaid
free | paid
gluten | gluten-free
permanent | temporary
permanently | temporarily
long-term | short-term
temporary | permanent
flexible | rigid
smooth | rough
sharp | blunt dull
straight | curly curved bent
transparent | opaque
voluntary | mandatory compulsory
optional | mandatory required
required necessary | optional unnecessary
possible | impossible
likely | unlikely
certain sure | uncertain unsure
together | apart alone
complete | partial incomplete
completely fully | partially partly
whole | part half
total | partial
simple | complex complicated
simpler | complicated
basic beginner | advanced expert
amateur | professional
concise brief short | detailed long verbose
objective | subjective
theory | practice
abstract | concrete
quality | quantity
supply | demand
import | export
inflation | deflation
bull | bear
bullish | bearish
long | short
war | peace
liberal | conservative
democrat | republican
democratic | republican
rural | urban
heaven | hell
god | devil
angel | demon
light | dark darkness
white | black
portrait | landscape
wired | wireless
analog | digital
hardware | software
lowercase | uppercase
uppercase | lowercase
prefix | suffix
begin | end
head | tail
parent | child
superclass | subclass
inherit | override
horizontally | vertically
above | below
inbox | outbox
yes | no
pro | anti
for | against
support | oppose
agree | disagree
agreement | disagreement
trust | distrust
appear | disappear
approve | disapprove
obey | disobey
honest | dishonest
employed | unemployed
employment | unemployment
married | single unmarried divorced
marry | divorce
weekday | weekend
onto | off
toward | away
since | until
during | outside
hardcover | paperback
left-handed | right-handed
takeoff | landing
land | takeoff
outward | inward
immigrate | emigrate
immigration | emigration
immigrant | emigrant
hypo | hyper
hypertension | hypotension
hyperthermia | hypothermia
hyperglycemia | hypoglycemia
acid | base alkaline
acidic | alkaline basic
endothermic | exothermic
aerobic | anaerobic
artery | vein
cathode | anode
proton | electron
sender | receiver
gain | lose loss
ac | dc
give | take receive
lengthen | shorten
widen | narrow
deepen | shallow
strengthen | weaken
soften | harden
lighten | darken
sharpen | blur
speed accelerate | slow decelerate
acceleration | deceleration
hurry | delay
advance | postpone delay retreat
empty | fill
book | cancel
order | cancel
confirm | cancel
renew extend | cancel terminate
staging test testing | production
funny humorous | serious
friendly | stern hostile unfriendly
fresh | dried canned tinned
crunchy crisp crispy | soft soggy
rich | light
rent | rentout
borrow | lend
for | against
spicy hot | mild
glossy | matt matte
grow | shrink
host | client
simplify | complicate
shorten | extend expand
admit | deny
asc | desc
`

const OPPOSITES: ReadonlyMap<string, ReadonlySet<string>> = oppositeTable()

function oppositeTable(): Map<string, Set<string>> {
  const table = new Map<string, Set<string>>()
  const add = (word: string, opposite: string) => {
    const known = table.get(word) ?? new Set()
    table.set(word, known.add(opposite))
  }
  for (const row of `${TABLE.trim()}\n${OPPOSITE_ACTIONS.trim()}`.split('\n')) {
    const [left = [], right = []] = row.split(' | ').map((side) => side.split(' ').map(stem))
    for (const a of left) {
      for (const b of right) {
        if (a === b) continue
        add(a, b)
        add(b, a)
      }
    }
  }
  return table
}
