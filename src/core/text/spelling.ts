/** American spelling of a British word, long form of a short one; any other word as it is. Lower case in and out. */
export function commonSpelling(word: string): string {
  return SPELLINGS.get(word) ?? americanEnding(word)
}

/** -ise, -isation, -yse: the regular part. The words that end so in both countries are kept. */
function americanEnding(word: string): string {
  if (word.length < 6) return word
  const ending = ENDINGS.find(([british]) => word.endsWith(british))
  if (ending === undefined) return word
  const [british, american] = ending
  const root = word.slice(0, -british.length)
  return ALWAYS_S.has(root) ? word : root + american
}

const ENDINGS: readonly (readonly [string, string])[] = ['isation', 'isations', 'ised', 'ises', 'ising', 'ise', 'iser']
  .map((british): [string, string] => [british, british.replace('is', 'iz')])
  .concat([
    ['yse', 'yze'],
    ['ysed', 'yzed'],
    ['yses', 'yzes'],
    ['ysing', 'yzing'],
  ])

/** Roots of: exercise, advise, revise, promise, surprise, comprise, enterprise, otherwise, likewise, noise, raise … */
const ALWAYS_S = new Set(
  `exerc adv rev prom surpr compr enterpr otherw likew clockw prec superv telev dev desp disgu exc franch improv merchand
  pra appra comprom no po ra cru bru tr conc mayonna an turquo val expert treat prem parad tort porpo anal oas cr catal paral`.split(
    /\s+/,
  ),
)

/** Each word on the right becomes the one on the left. Left out: words with another meaning in the other spelling. */
const TABLE = `
color>colour
colors>colours
colored>coloured
favorite>favourite
favorites>favourites
favor>favour
flavor>flavour
flavors>flavours
honor>honour
humor>humour
labor>labour
neighbor>neighbour
neighbors>neighbours
neighborhood>neighbourhood
behavior>behaviour
behaviors>behaviours
rumor>rumour
vapor>vapour
harbor>harbour
armor>armour
center>centre
centers>centres
theater>theatre
meter>metre
meters>metres
kilometer>kilometre
kilometers>kilometres
centimeter>centimetre
centimeters>centimetres
millimeter>millimetre
millimeters>millimetres
liter>litre
liters>litres
fiber>fibre
caliber>calibre
defense>defence
offense>offence
license>licence
pretense>pretence
practice>practise
practicing>practising
traveling>travelling
traveler>traveller
travelers>travellers
traveled>travelled
canceling>cancelling
canceled>cancelled
cancellation>cancelation
modeling>modelling
modeled>modelled
labeling>labelling
labeled>labelled
signaling>signalling
fueled>fuelled
jewelry>jewellery
catalog>catalogue
dialog>dialogue
analog>analogue
program>programme
programs>programmes
gray>grey
tire>tyre
tires>tyres
plow>plough
mold>mould
mustache>moustache
pajamas>pyjamas
skeptical>sceptical
aluminum>aluminium
airplane>aeroplane plane
airplanes>aeroplanes planes
math>maths mathematics
mom>mum mama mommy mummy
dad>daddy papa
draft>draught
check>cheque
checks>cheques
yogurt>yoghurt
fetus>foetus
pediatric>paediatric
anemia>anaemia
diarrhea>diarrhoea
estrogen>oestrogen
encyclopedia>encyclopaedia
maneuver>manoeuvre
skillful>skilful
fulfill>fulfil
enroll>enrol
enrollment>enrolment
installment>instalment
judgment>judgement
aging>ageing
learned>learnt
spelled>spelt
burned>burnt
dreamed>dreamt
toward>towards
among>amongst
while>whilst
inquiry>enquiry
artifact>artefact
curb>kerb
disk>disc
ax>axe
donut>doughnut
omelet>omelette
chili>chilli
zucchini>courgette
eggplant>aubergine
cilantro>coriander
cornstarch>cornflour
professional>pro
you>u ya
your>ur
are>r
please>pls plz
thanks>thx thankyou
because>cuz coz
people>ppl
javascript>js
typescript>ts
python>py
kubernetes>k8s
postgresql>postgres psql
database>db
databases>dbs
repository>repo
repositories>repos
directory>dir
application>app
applications>apps
picture>pic photo photograph image
pictures>pics photos photographs images
information>info
advertisement>ad advert
television>tv telly
laboratory>lab
examination>exam
refrigerator>fridge
telephone>phone
temperature>temp
environment>env
configuration>config
configure>cfg
administrator>admin
authentication>auth
password>pwd passwd passcode
passwords>pwds
account>acct
maximum>max
minimum>min
approximately>approx
versus>vs
doctor>dr doc
usa>america
uk>britain
newyork>nyc
email>mail
ok>okay
dataframe>df
function>func fn
argument>arg
arguments>args
parameter>param
parameters>params
integer>int
integers>ints
dictionary>dict
dictionaries>dicts
mayonnaise>mayo
`

const SPELLINGS: ReadonlyMap<string, string> = new Map(
  TABLE.trim()
    .split('\n')
    .flatMap((line) => {
      const [common = '', others = ''] = line.split('>')
      return others.split(' ').map((other): [string, string] => [other, common])
    }),
)
