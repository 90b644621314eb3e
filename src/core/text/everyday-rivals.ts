/** Classes of everyday things whose members exclude one another, one a row. Words of many senses stay out. */
export const EVERYDAY_RIVALS = `
dollar euro pound yen rupee franc peso rouble ruble yuan krona lira zloty dirham riyal baht shekel rand naira
boston lisbon manchester nottingham sheffield newcastle leicester brighton oxford cambridge york bath aberdeen dundee inverness galway limerick
karlsruhe nuremberg hannover bremen dortmund essen leipzig bonn mannheim freiburg
granada bilbao cordoba zaragoza alicante murcia toledo braga coimbra faro
trieste padua bari catania pisa siena perugia rimini lille nantes rennes grenoble dijon avignon reims
malmo uppsala trondheim stavanger tampere turku odense reykjavik
nashville memphis louisville omaha tulsa albuquerque tucson fresno oakland milwaukee indianapolis columbus honolulu anchorage boise buffalo raleigh richmond
surat lucknow kanpur nagpur indore bhopal patna kochi goa chandigarh amritsar varanasi agra udaipur
chengdu wuhan xian hangzhou nanjing tianjin chongqing harbin kobe fukuoka yokohama incheon daegu
mombasa kinshasa abuja ibadan kano luanda harare lusaka maputo windhoek durban pretoria alexandria luxor giza
guadalajara monterrey cancun tijuana medellin cali cartagena guayaquil valparaiso cordoba rosario brasilia recife fortaleza
kansas missouri iowa nebraska oklahoma arkansas louisiana alabama tennessee kentucky indiana wisconsin minnesota montana wyoming idaho vermont maine connecticut delaware maryland
ontario alberta manitoba saskatchewan quebec queensland tasmania victoria
sonata symphony concerto opera
trumpet trombone clarinet oboe cello harp ukulele banjo accordion harmonica bassoon tuba viola mandolin xylophone guitar piano violin flute saxophone
badminton squash lacrosse handball curling snowboarding skiing surfing skating rowing cycling fencing wrestling judo karate taekwondo archery gymnastics football basketball tennis golf swimming boxing volleyball cricket rugby
chess checkers poker bridge backgammon scrabble monopoly sudoku
yoga pilates crossfit zumba aerobics
squat deadlift lunge plank pushup pullup burpee situp crunch
biceps triceps hamstring quadriceps glutes calves abs deltoid
giraffe zebra hippo rhino leopard cheetah jaguar panda koala kangaroo gorilla chimpanzee squirrel raccoon skunk hedgehog beaver otter badger deer moose camel llama donkey lion tiger elephant bear wolf fox
eagle hawk falcon owl pigeon sparrow crow raven penguin ostrich flamingo swan goose duck turkey chicken parrot
shark whale dolphin octopus squid jellyfish crab lobster seal walrus
ant bee wasp mosquito fly moth butterfly beetle cockroach spider tick flea termite ladybug grasshopper
frog toad salamander crocodile alligator lizard gecko iguana snake turtle tortoise
poodle labrador beagle bulldog dachshund chihuahua rottweiler husky dalmatian greyhound
oak maple birch willow cedar pine spruce elm beech
rose tulip daisy lily orchid sunflower daffodil lavender violet peony
apricot nectarine papaya guava lychee fig date pomegranate raspberry blackberry cranberry currant grapefruit tangerine avocado coconut banana apple pear peach mango grape strawberry blueberry lemon pineapple cherry
broccoli kale artichoke turnip parsnip radish beetroot shallot scallion leek celery okra chard spinach zucchini cauliflower cabbage
salmon tuna cod trout halibut sardine mackerel herring anchovy haddock tilapia
oyster mussel clam scallop squid crab lobster prawn
mozzarella cheddar parmesan feta brie gouda ricotta gruyere halloumi
spaghetti lasagna ravioli penne macaroni gnocchi fettuccine linguine
oregano rosemary sage dill mint tarragon turmeric paprika cardamom saffron nutmeg clove thyme basil cumin cinnamon
espresso latte cappuccino americano mocha macchiato
vodka gin rum tequila whiskey brandy cognac bourbon
omelette quiche frittata crepe pancake waffle
risotto paella biryani lasagna curry stew chili goulash ramen pho
croissant bagel baguette doughnut scone pretzel
cheesecake tiramisu brownie pudding custard mousse macaron meringue
breast thigh drumstick wing
ribeye sirloin tenderloin brisket
january february march april june july august september october november december
islam christianity judaism hinduism buddhism sikhism jainism taoism atheism shinto
muslim christian jewish hindu buddhist sikh catholic protestant
church mosque synagogue temple
bible quran torah
toyota honda ford chevrolet nissan hyundai kia bmw mercedes audi volkswagen porsche ferrari lamborghini volvo mazda subaru lexus jeep renault peugeot fiat skoda tesla
sedan suv hatchback minivan convertible
petrol diesel gasoline electric hybrid
nike adidas puma reebok asus
walmart target costco aldi lidl tesco ikea ebay etsy
ryanair easyjet lufthansa emirates delta
elbow wrist ankle hip knee shoulder finger toe thumb heel jaw chin forehead eyebrow
lung liver kidney spleen pancreas bladder intestine thyroid
grandfather grandmother grandson granddaughter nephew niece stepfather stepmother fiance fiancee mother father brother sister son daughter uncle aunt
dentist surgeon nurse pharmacist veterinarian psychologist therapist paramedic optometrist cardiologist dermatologist
electrician plumber carpenter mechanic welder painter roofer
accountant lawyer architect journalist librarian firefighter policeman soldier pilot teacher barber
architecture astronomy geology botany zoology linguistics anthropology statistics calculus algebra geometry trigonometry physics chemistry biology history geography economics
bachelor master doctorate
kindergarten primary secondary university
lithium boron fluorine neon silicon phosphorus sulfur chlorine argon chromium manganese nickel bromine iodine tin platinum mercury lead uranium titanium helium hydrogen oxygen nitrogen carbon iron copper zinc aluminum sodium calcium potassium magnesium
solid liquid gas plasma
proton neutron electron
mitosis meiosis
virus bacteria fungus parasite
measles mumps rubella chickenpox tuberculosis cholera typhoid dengue malaria hepatitis influenza pneumonia bronchitis
arthritis osteoporosis epilepsy parkinson alzheimer dementia autism adhd depression anxiety schizophrenia bipolar
headache toothache backache earache stomachache
amoxicillin penicillin metformin insulin ibuprofen paracetamol aspirin
shirt trousers jacket coat skirt dress sock glove scarf hat sweater
cotton wool silk linen polyester nylon leather denim suede
wood steel plastic concrete brick marble granite
kitchen bedroom bathroom garage basement attic balcony hallway
fridge freezer dishwasher dryer oven toaster kettle blender
sofa armchair wardrobe bookshelf desk
thermostat doorbell vacuum lamp television heater humidifier
mortgage pension annuity lease
stocks bonds options futures etf
roth ira 401k
aries taurus gemini cancer leo virgo libra scorpio sagittarius capricorn aquarius pisces
octagon heptagon hexagon pentagon rhombus trapezoid parallelogram ellipse triangle square circle
pyramid prism cylinder cone sphere cube
noun verb adjective adverb pronoun preposition conjunction
nominative accusative dative genitive
marathon sprint triathlon
knitting crocheting sewing embroidery weaving
sunrise noon sunset midnight
hourly daily weekly biweekly monthly quarterly yearly
`
