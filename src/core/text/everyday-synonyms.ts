/**
 * More rows of `near-synonyms.ts`, by where they come up. A row holds words that stand for each other in one sense; two
 * words that only share a neighbour are in two rows. What is safer left out: words that tell two services, dishes,
 * amounts or stages of one thing apart (update / upgrade, exchange / change, chop / dice, receipt / invoice).
 */
export const EVERYDAY_SYNONYMS = `
pause suspend
mute silence
bill charge
damaged broken faulty defective
damage break
missing lost
end cancel terminate
finish complete
delete close
talk contact
speak contact
speak talk
agent representative
parcel package shipment
shipment delivery
shipping postage
coupon voucher
warranty guarantee
reimbursement refund
latest newest recent
screen display
mode theme
photo picture image pic photograph
video clip
slow sluggish
apply request
request ask
obtain get
reply respond answer
notify inform
notification alert
reminder alert
join enroll
upload add
link connect
sync synchronize
sync synchronous
async asynchronous
activate start
expiry expiration expire
auto automatic
renewal renew
day daily
week weekly
month monthly
year yearly
hour hourly
vacationday vacation
phone telephone
phone mobile
phone smartphone
mobile cell
app application
tv television
fridge refrigerator
sofa couch
faucet tap
trousers pants
sweater jumper pullover
truck lorry
petrol gas gasoline
highway motorway freeway
taxi cab
subway metro underground
railway railroad
toilet restroom bathroom washroom
cinema theater
apartment flat
elevator lift
vacation holiday leave
timetable schedule
eggplant aubergine
zucchini courgette
cilantro coriander
shrimp prawn
chickpea garbanzo
cornstarch cornflour
stove hob cooker
skillet frypan pan
thaw defrost unfreeze
frosting icing
peel skin
whip whisk beat
refrigerate chill
chop cut
slice cut
make prepare
dish meal
substitute replacement alternative
leftover remaining
remaining left
rest remaining
yummy tasty delicious
spoil rot
soften tenderize
pasta noodle
depart leave
sight attraction
sight landmark
sight see
every each
quick quickly
accommodation lodging
luggage baggage suitcase
route way
journey trip travel
tourist visitor
cross border
nearest closest
necessary mandatory compulsory obligatory required
mandatory required
optional voluntary
permitted allowed
forbidden prohibited banned
legal allowed
legally legal
lawyer attorney solicitor
contract agreement
boss manager supervisor
boss employer
coworker colleague
employee worker staff
salary wage
salary pay
wage pay
raise increase rise
resign quit
dismiss fire
dismissal firing
ad advert advertisement posting
vacancy opening
resume cv
interview conversation
meeting appointment
stock share equity
money cash fund
expense spending expenditure cost
spend cost
exchange convert
loan credit
saving save
tax taxation
fee charge
price rate
lend loan
vaccine vaccination immunization inoculation
vaccinate vaccination
vaccinate vaccine
hurt ache sore pain
sore pain
injure hurt
injury wound
sick ill unwell
dizzy lightheaded
tired fatigued exhausted sleepy
tiredness fatigue exhaustion
stomach tummy belly
doctor physician gp
medicine medication drug
pill tablet
baby infant
kid child
senior elderly
exercise workout training
exercise train
jog run
symptom sign
remedy cure
advise recommend suggest
advisable recommended
shop store
street road
house home
yard garden
bug insect
movie film
song track
book novel
author writer
write author
begin start commence
antonym opposite
synonym equivalent
summary summarize
summary overview
translation translate
say translate
explanation explain
define definition
description describe
comparison compare
improve enhance better
improvement improve
increase bigger
increase larger
reduce smaller
reduction reduce
increase raise grow
lower reduce decrease cut
shrink reduce
shorten reduce
speed faster
accelerate faster
big large huge
biggest largest greatest maximum highest max
smallest minimum lowest min least
maximum max most
minimum min
average mean avg
total sum altogether
derivative differentiate
integrate integral antiderivative
factor factorize
prove proof show
probability chance odds likelihood likely
solution answer
solution solve
compute calculate
calculation calculate
division divide
multiplication multiply
multiple several
permanent permanently
top best
idea suggest
suggest give
fare cost
rental rent
currently now
restart reactivate resume
reactivate resume
product multiply
subtraction subtract
addition add
estimate approximate
rule formula
formula calculate
dice die
math maths mathematics
number count
function method
int integer
str string
bool boolean
char character
func function
parameter argument arg param
var variable
db database
repo repository
directory dir folder
env environment
config configuration
configure setup
authentication auth
js javascript
ts typescript
postgres postgresql
mongo mongodb
k8s kubernetes
golang go
len length
length size
concat concatenate
concatenate join
concatenate combine
iterate loop traverse
declare define create
implement write
implement create
exception error
uppercase capital
whitespace space
newline linebreak
duplicate repeated
repeat duplicate
row record
column field
swap exchange
cast convert
launch run
kill terminate stop
execute call
call invoke
check verify validate confirm
validate validation
validation validate
test check
whether if
discover find
locate find
folder directory
snippet code
script program
error problem
debug troubleshoot
fix troubleshoot
render draw
render display
rename name
erase wipe
clean wash
clean cleaning
tidy clean
stain spot
quick rapid
quickly fast rapidly swiftly
politely polite
properly right
cheap affordable
cheaply cheap cheapest
kind type
type sort
method way
benefit advantage pro
disadvantage drawback con
reason why
differ different
differ difference
similar alike
own have
possess own
feed give
choose pick select
decide choose
help assist
assist support
get receive
receive arrive
learn study
teach instruct
understand grasp
memorize remember
childhood child
beginner novice
grow cultivate
garden gardening
sunny clear
old age
smell odor scent
smell stink
silent quiet
gift present
birthday bday
wedding marriage
party celebration
congratulation congratulate
thank gratitude
apology apologize
sorry apologize
letter note
essay paper
text passage
paragraph passage
paraphrase rephrase reword rewrite
rewrite revise
proofread correct
grammar grammatical
simple easy
hard difficult
funny humorous
name title
idea suggestion
suggestion recommendation
recommend recommendation
suggest recommendation
`
