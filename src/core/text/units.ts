import type { Token } from './tokenise.js'

/** Units in one form each: "kilometres", "km" → `km`; "€", "eur", "euros" → `eur`; "°C", "celsius" → `celsius`. */
export function foldUnits(tokens: readonly Token[]): Token[] {
  return tokens.map((token, at) => {
    const unit = unitAt(tokens, at)
    return unit === undefined ? token : { ...token, kind: 'word', form: unit }
  })
}

/** Whether a canonical form is a unit. */
export const isUnit = (form: string): boolean => CANONICAL.has(form)

function unitAt(tokens: readonly Token[], at: number): string | undefined {
  const token = tokens[at]
  if (token === undefined || token.kind === 'number') return undefined
  const unit = UNITS.get(token.form)
  if (unit !== undefined) return unit
  // One letter is a unit only after a number or a degree sign: "5 m", "20 °C", "20 c".
  const before = tokens[at - 1]
  if (before?.kind !== 'number' && before?.form !== '°') return undefined
  // "97 a prime": an article.
  return token.form === 'a' && token.raw !== 'A' ? undefined : AFTER_NUMBER.get(token.form)
}

const AFTER_NUMBER = new Map(
  'm:m g:g l:liter c:celsius f:fahrenheit s:sec h:hour t:ton b:byte w:watt v:volt a:ampere k:kelvin d:day y:year p:pence'
    .split(' ')
    .map((entry): [string, string] => [entry.charAt(0), entry.slice(2)]),
)

const TABLE = `
km kilometer kilometers kilometre kilometres kms
m meter meters metre metres
cm centimeter centimeters centimetre centimetres cms
mm millimeter millimeters millimetre millimetres
mile miles mi
yard yards yd
foot feet ft
inch inches
kg kilogram kilograms kilo kilos kgs
g gram grams gm gms gramme grammes
mg milligram milligrams
pound pounds lb lbs
oz ounce ounces
ton tons tonne tonnes
liter liters litre litres
ml milliliter milliliters millilitre millilitres
gallon gallons gal
pint pints
quart quarts
tbsp tablespoon tablespoons tbs
tsp teaspoon teaspoons
cup cups
celsius centigrade
fahrenheit
kelvin kelvins
sec second seconds secs
msec millisecond milliseconds ms
minute minutes mins
hour hours hr hrs
day days
week weeks wk wks
month months
year years yr yrs
decade decades
century centuries
mph
kmh kph kmph
knot knots
byte bytes
kb kilobyte kilobytes
mb megabyte megabytes
gb gigabyte gigabytes gig
tb terabyte terabytes
mbps
watt watts
kw kilowatt kilowatts
kwh
volt volts
ampere amperes amp amps
joule joules
calorie calories kcal cal
acre acres
hectare hectares
percent % percentage
usd $ dollar dollars bucks
eur € euro euros
gbp £ quid sterling
jpy ¥ yen
inr ₹ rupee rupees rs
cny yuan renminbi
chf franc francs
cad
aud
bitcoin btc
ethereum eth
pixel pixels px
radian radians rad
hz hertz
mhz
ghz
`

const ROWS = TABLE.trim()
  .split('\n')
  .map((row) => row.split(' '))

const CANONICAL: ReadonlySet<string> = new Set(ROWS.map(([unit = '']) => unit))

const UNITS: ReadonlyMap<string, string> = new Map(
  ROWS.flatMap(([unit = '', ...names]) => [unit, ...names].map((name): [string, string] => [name, unit]))
    // Too often something else on their own.
    .filter(([name]) => name !== 'm' && name !== 'g'),
)
