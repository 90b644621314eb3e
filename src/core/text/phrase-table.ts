/** Phrases that mean one word, and the word: a line each. They are told apart nowhere, so only what is safe anywhere. */
export const PHRASE_TABLE = `
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
login: sign - in|log - in|logging into|signing into
checkin: check - in
checkout: check - out
dryout: dry out|drying out|dries out
pause: put on hold|putting on hold
forget: can not remember|do not remember|can not recall|do not recall
free: for free|free of charge|at no cost|at no charge|without a fee|without paying|without cost
rename: change the name of|changing the name of
increase: go up|going up|went up|gone up
gain: put on weight|putting on weight|gain weight|gaining weight|gained weight
monthly: per month|each month|every month
daily: per day|each day|every day|everyday
weekly: per week|each week|every week
hourly: per hour|each hour|every hour
yearly: per year|each year|every year|annual|annually|per annum
support: customer service|customer support|customer care|support team|help desk|helpdesk|technical support|tech support
avatar: profile picture|profile photo|profile pic|profile image
coupon: promo code|discount code|promotional code|promotion code|coupon code|voucher code
postcode: post code|zip code|zipcode|postal code
phonenumber: phone number|telephone number|mobile number|cell phone number|contact number
decrease: go down|going down|went down|gone down
mobile: mobile phone|cell phone|cellphone
atm: cash machine|cashpoint
newsletter: mailing list|email newsletter
vacationday: vacation days|vacation day|days of vacation|day of vacation
vacation: annual leave|paid time off|pto
cinema: movie theater|movie theatre
carpark: car park|parking lot|parking garage
skillet: frying pan|fry pan
scallion: spring onion|spring onions|green onion|green onions
mincedbeef: ground beef|minced beef|beef mince
icingsugar: powdered sugar|icing sugar|confectioners sugar
plainflour: all purpose flour|all - purpose flour|plain flour
bakingsoda: baking soda|bicarbonate of soda|bicarb
heavycream: heavy cream|double cream|whipping cream
bellpepper: bell pepper|bell peppers|capsicum
sqrt: square root|square roots
cubert: cube root|cubic root
gcd: greatest common divisor|greatest common factor|highest common factor|gcf|hcf
lcm: least common multiple|lowest common multiple
segfault: segmentation fault|seg fault
maths: math|mathematics
vscode: vs code|visual studio code
sights: places to see|things to see|tourist attractions|tourist sights|places of interest|tourist spots|must see sights|must - see sights
time: time of year|time of the year
if: in case|in the event that|provided that
although: even though|in spite of the fact that
soon: as soon as possible|asap
try: have a go at|give it a try
stop: put an end to
commit: make a commit|making a commit|create a commit
pay: make a payment|making a payment
reserve: make a reservation|making a reservation|make a booking
change: make a change|make changes|making changes
summarize: a summary of|give a summary of|write a summary of
summarize: give me a summary of|provide a summary of
order: place an order|placing an order
complain: make a complaint|file a complaint|submit a complaint
request: make a request|submit a request
photograph: take a picture of|take a photo of
shower: take a shower|have a shower
look: have a look|take a look
apply: make an application|submit an application
copy: make a copy of
choose: make a choice
try: give a try
differ: be different
healthier: more healthy|better for you|better for your health
cheaper: less expensive|more affordable
faster: more quickly|more rapidly
safer: more safe|less dangerous
bigger: more big
easier: more easy|less difficult
resign: hand in my notice|give notice
`
