import { EVERYDAY_RIVALS } from './everyday-rivals.js'
import { stem } from './stem.js'
import { TECHNICAL_RIVALS } from './technical-rivals.js'

/**
 * Whether two words are members of one closed class, such as two cities or two weekdays: put in the same place of a
 * question they give two questions. Stems.
 */
export function areRivals(a: string, b: string): boolean {
  if (a === b) return false
  const classes = CLASSES.get(b)
  return classes !== undefined && (CLASSES.get(a)?.some((rival) => classes.includes(rival)) ?? false)
}

/** Whether a stem is a member of a class: a city, a language, a program. */
export const isInRivalClass = (stemmed: string): boolean => CLASSES.has(stemmed)

/** One class a row, largely those that prompts turn on. */
const TABLE = `
monday tuesday wednesday thursday friday saturday sunday
january february march april month-may june july august september october november december
spring summer autumn winter
morning noon afternoon evening night midnight
today tomorrow yesterday tonight
christmas easter halloween thanksgiving diwali ramadan hanukkah
breakfast lunch dinner brunch supper
second sec minute hour day week month year decade century
daily weekly monthly yearly annually hourly quarterly
once twice thrice
red green blue yellow orange purple pink brown black white gray gold silver violet cyan magenta beige
north south east west northeast northwest southeast southwest
math physics chemistry biology history geography economics psychology philosophy sociology law medicine accounting
usa uk canada australia india china japan germany france spain italy portugal brazil mexico russia ukraine poland netherlands belgium switzerland austria sweden norway denmark finland ireland scotland england wales greece turkey egypt israel iran iraq pakistan bangladesh nepal indonesia malaysia singapore thailand vietnam philippines korea taiwan argentina chile colombia peru venezuela cuba nigeria kenya ethiopia ghana morocco algeria tunisia africa europe asia hungary romania bulgaria croatia serbia czechia slovakia slovenia iceland luxembourg qatar lebanon jordan syria yemen oman kuwait afghanistan mongolia jamaica panama uruguay paraguay bolivia ecuador eu newzealand southafrica southkorea laos cambodia myanmar kazakhstan uzbekistan georgia armenia azerbaijan estonia latvia lithuania belarus moldova albania macedonia montenegro bosnia cyprus malta senegal uganda tanzania zambia zimbabwe angola mozambique madagascar cameroon rwanda sudan libya somalia namibia botswana haiti guatemala honduras nicaragua costarica bahrain fiji sicily scandinavia
american british canadian australian indian chinese japanese german french spanish italian portuguese brazilian mexican russian ukrainian polish dutch belgian swiss austrian swedish norwegian danish finnish irish scottish greek turkish egyptian israeli iranian arabic hebrew hindi urdu bengali tamil telugu thai vietnamese korean indonesian latin english mandarin cantonese swahili persian czech hungarian romanian usa uk eu european asian african arab pakistani bangladeshi nepali singaporean malaysian taiwanese filipino southafrican southkorean newzealand kenyan nigerian ethiopian ghanaian moroccan algerian tunisian argentinian argentine chilean colombian peruvian venezuelan cuban bulgarian croatian serbian slovak slovenian icelandic lebanese syrian iraqi saudi qatari mongolian jamaican ugandan tanzanian estonian latvian lithuanian georgian armenian albanian welsh icelandic maltese catalan basque punjabi marathi gujarati tagalog malay
london paris berlin madrid rome lisbon vienna prague amsterdam brussels dublin edinburgh manchester munich hamburg frankfurt barcelona milan venice florence naples athens istanbul moscow warsaw budapest stockholm oslo copenhagen helsinki zurich geneva newyork boston chicago seattle houston dallas austin miami denver atlanta philadelphia phoenix detroit portland toronto vancouver montreal ottawa tokyo kyoto osaka seoul beijing shanghai shenzhen bangkok singapore jakarta manila hanoi delhi mumbai bangalore chennai kolkata hyderabad pune karachi lahore dhaka dubai doha cairo nairobi lagos sydney melbourne brisbane perth auckland valencia seville malaga porto turin bologna palermo genoa verona marseille lyon nice bordeaux toulouse strasbourg cologne dresden leipzig stuttgart salzburg innsbruck graz basel bern lausanne antwerp ghent bruges rotterdam utrecht glasgow liverpool bristol leeds birmingham cardiff belfast cork bergen gothenburg aarhus tallinn riga vilnius krakow gdansk bratislava ljubljana zagreb split dubrovnik sarajevo belgrade bucharest sofia thessaloniki antalya izmir ankara tbilisi yerevan baku kyiv odesa tehran baghdad beirut amman jerusalem riyadh muscat casablanca marrakesh tunis algiers accra dakar addis kampala johannesburg capetown hongkong taipei guangzhou busan nagoya hiroshima sapporo kualalumpur saigon bali kathmandu colombo ahmedabad jaipur adelaide wellington honolulu lasvegas sanfrancisco losangeles sandiego washington baltimore charlotte nashville neworleans orlando tampa minneapolis cleveland pittsburgh cincinnati sacramento calgary quebec havana bogota lima cusco quito santiago buenosaires montevideo saopaulo mexicocity
california texas florida nevada oregon washington arizona colorado ohio michigan georgia virginia massachusetts alaska hawaii utah illinois pennsylvania
everest kilimanjaro
nile amazon danube rhine thames mississippi ganges
mercury venus earth mars jupiter saturn uranus neptune pluto moon sun
hydrogen helium oxygen nitrogen carbon iron copper zinc gold silver aluminum sodium calcium potassium magnesium
python java javascript typescript rust go golang ruby php perl kotlin swift scala haskell c++ c# f# csharp r matlab julia lua dart elixir erlang clojure bash powershell fortran cobol
react angular vue svelte ember jquery nextjs nuxt
django flask fastapi rails spring laravel express nestjs
numpy panda pandas polars scipy tensorflow pytorch keras sklearn
linux window windows mac macos ubuntu debian fedora android ios chromeos freebsd
iphone ipad android pixel galaxy
chrome firefox safari edge opera brave
aws azure gcp heroku digitalocean cloudflare
mysql postgresql sqlite oracle mongodb redis cassandra mariadb dynamodb elasticsearch
git svn mercurial
github gitlab bitbucket
docker kubernetes podman
npm yarn pnpm pip conda poetry cargo maven gradle
json xml yaml csv toml html css markdown pdf
http https ftp ssh smtp tcp udp
get post put patch delete
create copy move rename delete remove merge compare protect push pull clone reset revert edit share download upload archive print
array list tuple set dictionary queue stack map string integer float boolean
for while
email sms phone whatsapp telegram signal slack discord zoom
facebook twitter instagram youtube tiktok linkedin reddit snapchat pinterest quora
google microsoft apple amazon facebook meta netflix tesla samsung nvidia intel amd ibm oracle openai anthropic
gmail outlook yahoo hotmail
word excel powerpoint outlook onenote
paypal venmo stripe
visa mastercard amex
uber lyft
netflix hulu spotify
gpt claude gemini llama mistral
dog cat rabbit hamster horse cow pig sheep goat chicken duck bird fish parrot snake lizard turtle lion tiger elephant bear wolf fox monkey mouse rat
puppy kitten
chicken beef pork lamb turkey fish salmon tuna shrimp tofu bacon ham
rice pasta noodle bread potato quinoa couscous
apple banana pear peach mango grape strawberry blueberry lemon lime pineapple cherry melon watermelon kiwi plum
carrot onion garlic tomato cucumber pepper spinach broccoli cabbage zucchini eggplant mushroom lettuce
milk cream butter buttermilk cheese yogurt margarine yeast egg flour cornstarch breadcrumbs sugar honey syrup molasses salt tahini mayonnaise mustard ketchup vinegar oil ghee breadcrumb oat gelatin cocoa vanilla cinnamon cumin ginger basil parsley coriander oregano thyme garlic lemon lime mirin miso
coffee tea juice water beer wine soda milk whiskey vodka
carrot potato leek celery fennel asparagus cauliflower bean lentil chickpea corn pea radish beetroot pumpkin
oven microwave stove grill airfryer
bake fry boil grill roast steam saute poach stew braise simmer pickle marinate smoke broil toast blanch barbecue microwave
walnut almond hazelnut cashew pistachio peanut pecan
cake cookie pie muffin pancake waffle brownie
pizza burger sandwich salad soup taco sushi
football soccer basketball baseball tennis golf hockey cricket rugby volleyball swimming boxing
guitar piano violin drum flute saxophone
car bus train airplane bicycle bike motorcycle boat ship truck taxi
head hand foot arm leg eye ear nose mouth tooth knee shoulder neck back heart liver kidney lung stomach brain skin
mother father brother sister son daughter husband wife uncle aunt cousin
circle square triangle rectangle pentagon hexagon cube sphere cylinder cone
area perimeter volume circumference diameter radius height width length depth hypotenuse angle
mean median mode variance
addition subtraction multiplication division
sine cosine tangent
email password username address name
credit debit
checking saving
hotel flight car train
aisle window
vegan vegetarian keto paleo halal kosher pescatarian
child adult teenager toddler infant baby senior older pregnant elderly woman man athlete beginner patient dog cat
student teacher nurse doctor lawyer engineer pilot carpenter plumber chef waiter
basic starter premium enterprise professional business student family
staging production development testing
beginning middle end
feature release hotfix
poem story essay song email letter haiku limerick sonnet joke
flu cold covid fever cancer diabetes asthma malaria pneumonia migraine
ibuprofen aspirin paracetamol acetaminophen tylenol
vitamin mineral protein fat carbohydrate fiber
bitcoin ethereum dogecoin litecoin
tcp udp
mile km m cm mm yard foot inch
kg g mg pound ounce ton
liter ml gallon pint quart cup tbsp tsp
celsius fahrenheit kelvin
mph kmh knot
byte kb mb gb tb
usd eur gbp jpy inr cny chf cad aud
`

const CLASSES: ReadonlyMap<string, readonly number[]> = classTable()

function classTable(): Map<string, number[]> {
  const table = new Map<string, number[]>()
  for (const [index, row] of rowsOf(TABLE, EVERYDAY_RIVALS, TECHNICAL_RIVALS).entries()) {
    for (const word of row.split(' ').map(stem)) table.set(word, [...(table.get(word) ?? []), index])
  }
  return table
}

function rowsOf(...tables: string[]): string[] {
  return tables.flatMap((table) => table.trim().split('\n'))
}
