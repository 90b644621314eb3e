/** Words of turns that lean on what was said before, for `stands-alone.ts`. */

const wordSet = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/))

/** The first word of a turn that goes on from the one before. */
export const LEANING_OPENINGS = wordSet(
  `and but or so then also because yes no yeah yep nope ok okay sure right wrong exactly thanks thank cool great good
  nice well hmm hm oh ah really actually wait sorry continue go keep more less again instead why now alternatively
  otherwise plus not only just maybe same ditto correct agreed fine perfect interesting besides anyway meanwhile`,
)

/** They point at something that was said, unless the same sentence says it, which rules like these cannot tell. */
export const POINTING_WORDS = wordSet(
  `it its it's itself they them their theirs they're this that that's these those he him his she her hers he's she's
  one ones former latter above below previous previously earlier aforementioned said same another other others else
  again instead also too either neither both such so there then here now still back first second third fourth fifth
  last next remaining rest any some each all every`,
)

/** "is it safe to …": between these, "it" points at nothing. */
export const DUMMY_IT_BEFORE = wordSet('is was does do did will would can could should')
export const DUMMY_IT_AFTER = wordSet(
  'safe legal possible illegal good bad healthy normal okay ok worth better necessary hard easy true take cost',
)

/** What comparisons end in when what is compared with was said before: "which is cheaper?". */
export const COMPARATIVES = wordSet(
  `better worse more less cheaper faster slower bigger smaller shorter longer simpler easier harder safer older newer
  younger higher lower stronger weaker larger earlier later nicer best worst cheapest fastest biggest smallest easiest`,
)

/** A definite thing followed by one of these is named by what follows: "the capital of France". */
export const COMPLEMENT_OPENINGS = wordSet('of between for in to from with on at by about that who which when where')

/** "my essay", "the code": something that was shown before, whatever follows. */
export const SHOWN_THINGS = wordSet(
  `code text example result results list function error output table story poem email letter essay recipe plan script
  query summary translation problem solution answer question steps option options point points part version draft
  article paragraph sentence paper document file message image picture data dataset argument idea approach method
  class program bug test tests response reply request conversation previous last`,
)

export const DETERMINERS = wordSet('the my our your')

/** A question or an order that opens like this, and points nowhere, says what it wants. */
export const COMPLETE_OPENINGS = [
  'what is',
  'what are',
  'what was',
  'what were',
  "what's",
  'what does',
  'what do',
  'what did',
  'what causes',
  'who is',
  'who was',
  'who are',
  'who invented',
  'who wrote',
  "who's",
  'where is',
  'where are',
  'where can',
  'when is',
  'when was',
  'when did',
  'when does',
  'how do',
  'how does',
  'how did',
  'how can',
  'how to',
  'how should',
  'how many',
  'how much',
  'how long',
  'how far',
  'how old',
  'how tall',
  'is',
  'are',
  'can',
  'does',
  'do',
  'should',
  'write',
  'explain',
  'describe',
  'list',
  'create',
  'generate',
  'translate',
  'compare',
  'convert',
  'calculate',
  'compute',
  'solve',
  'implement',
  'design',
  'suggest',
  'recommend',
  'define',
  'prove',
  'derive',
  'name',
] as const

/** Said in the conversation before, they bind every later answer: a persona, a language, a form, a fact to remember. */
export const STANDING_ORDERS = [
  'from now on',
  'always',
  'never',
  'you are',
  "you're",
  'act as',
  'act like',
  'pretend',
  'imagine',
  'role',
  'answer in',
  'respond in',
  'reply in',
  'speak in',
  'in the style',
  'remember',
  'call me',
  'my name',
  'i am',
  "i'm",
  'for the rest',
  'only answer',
  'only respond',
  'let us play',
  "let's",
  'whenever',
  'every time',
  'until i',
  'if i say',
  'assume',
  'suppose',
] as const

/** They speak of what the other side said. */
export const ADDRESSING_PHRASES = [
  'you mean',
  'did you',
  'are you',
  'were you',
  'you said',
  'you mentioned',
  'you gave',
  'you just',
  'you wrote',
  'you told',
  'you think',
  'you sure',
  'your answer',
  'what about',
  'how about',
  'what if',
  'tell me more',
  'you know',
  'for example',
  'an example',
  'in other words',
  'go on',
] as const
