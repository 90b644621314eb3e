/** Actions and states that undo each other; each word left of the bar opposes each word right of it. */
export const OPPOSITE_ACTIONS = `
open | close shut
lock | unlock
start begin launch | stop end finish terminate
login | logout
register subscribe | unsubscribe
join | leave quit
enter | exit leave
arrive | depart leave
arrival | departure
push | pull
buy purchase | sell
buyer | seller
send | receive
import | export
encrypt | decrypt
encode | decode
compress zip | decompress unzip extract
pack | unpack
mount | unmount
install | uninstall
follow | unfollow
mute | unmute
pin | unpin
show display | hide
expand | collapse
attach | detach
connect | disconnect
assemble | disassemble
bind | unbind
load | unload
wrap | unwrap
deploy | rollback
publish | unpublish
commit | revert
merge | split
push | pop
serialize | deserialize
enqueue | dequeue
ascending | descending
public | private
client | server
frontend | backend
input | output
read | write
online | offline
sync synchronous | async asynchronous
static | dynamic
global | local
mutable | immutable
stateful | stateless
lossy | lossless
row | column
horizontal horizontally | vertical vertically
portrait | landscape
top | bottom
front | back rear
forward | backward
odd | even
positive | negative
true | false
numerator | denominator
prefix | suffix
singular | plural
active | passive
uppercase | lowercase
vowel | consonant
integral | derivative
credit | debit
deposit | withdraw
deposit | withdrawal
income revenue | expense
profit | loss
asset | liability
lend | borrow
lender | borrower
employer | employee
landlord | tenant
hire employ | fire dismiss
save | spend
earn | spend
invest | divest
bull bullish | bear bearish
long | short
supply | demand
inflation | deflation
surplus | deficit
net | gross
taxable | deductible
wholesale | retail
domestic | international
oneway | roundtrip
checkin | checkout
inbound | outbound
incoming | outgoing
indoor indoors | outdoor outdoors
urban | rural
north northern | south southern
east eastern | west western
board | disembark
embark | disembark
takeoff | landing
inhale | exhale
constipation | diarrhea
hypertension | hypotension
hyperthyroidism | hypothyroidism
hyperglycemia | hypoglycemia
acute | chronic
benign | malignant
bacterial | viral
contagious | harmless
fasting | eating
asleep sleep | awake wake
obese overweight | underweight
bulk | slim
raw | cooked
ripe | unripe
sweet | sour bitter salty savory
sweeten | unsweeten
whisk | knead
boil | freeze
preheat | chill
brighten | dim
brighten | darken
tighten | loosen
tight | loose
stretch | shrink
inflate | deflate
dehydrate | hydrate
humidify | dehumidify
humid | arid
plug | unplug
arm | disarm
zoomin | zoomout
undo | redo
maximize | minimize
optimistic optimism | pessimistic pessimism
introvert introverted | extrovert extroverted
advantage benefit pro | disadvantage drawback con
strength | weakness
success | failure
succeed | fail
pass | fail
win | lose
victory | defeat
winner | loser
attack | defend
offense | defense
love like | hate dislike
praise | criticize
friend | enemy
ally | enemy
marry | divorce
marriage | divorce
birth | death
born | die
alive | dead
male | female
masculine | feminine
husband | wife
bride | groom
king | queen
prince | princess
ancestor | descendant
predecessor | successor
teach | learn
remember | forget
build construct | demolish destroy
create | destroy delete
hope | despair
encourage | discourage
persuade | dissuade
agree | disagree
trust | distrust
appear | disappear
obey | disobey
qualify | disqualify
legal | illegal
guilty | innocent
plaintiff | defendant
permanent | temporary
mandatory compulsory required | optional voluntary
major | minor
natural | artificial synthetic
organic | inorganic
renewable | fossil
acidic acid | alkaline base
endothermic | exothermic
convex | concave
conductor | insulator
predator | prey
carnivore | herbivore
diurnal | nocturnal
evergreen | deciduous
perennial | annual
domestic | wild
sunny | cloudy rainy
flood | drought
theoretical | practical
abstract | concrete
subjective | objective
qualitative | quantitative
explicit | implicit
formal | informal
simple | complex complicated
rough | smooth
blunt | sharp
straight | curved curly
full | empty
crowded | deserted
wealthy rich | poor
generous | stingy
brave | cowardly
polite | rude
lazy | hardworking
patient | impatient
proud | ashamed
happy glad | sad unhappy
calm | anxious angry
calm | nervous
tired | energetic
hungry | full
safe | dangerous
healthy | unhealthy
harmful | beneficial
common | rare
temporary | permanent
original | copy
genuine authentic | fake counterfeit
new | used secondhand
single | married
gradually | suddenly
partially | completely fully
together | separately
manually manual | automatically automatic
wired | wireless
analog | digital
hardware | software
vertical | horizontal
parallel | perpendicular
parallel | serial
whitelist | blacklist
allowlist | blocklist
foreground | background
ingress | egress
ancestor | child
parent | child
vegan | meat
lengthen | trim
`
