const wordSet = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/))

/** English words that carry grammar and little meaning. */
export const FUNCTION_WORDS = wordSet(
  `a an the this that these those of to in on at by for from with and or but if then than as so such
  is are am was were be been being do does did doing done have has had having will would shall should can could may
  might must i me my mine you your yours he him his she her it its we us our they them their
  what which who whom whose when where why how there here not no nor very just also too into about over under out up
  down off again more most some any each all both few other own same only s t d ll m re ve`,
)

/** Verbs that open an order: "write …", "translate …". */
export const COMMAND_VERBS = wordSet(
  `write explain describe list give make create generate summarize summarise translate compare find tell show convert
  calculate compute solve implement build design draft edit rewrite fix debug classify extract identify analyze analyse
  suggest recommend provide discuss outline plan prove derive evaluate estimate rank sort name complete choose select
  determine simplify rephrase paraphrase format parse refactor optimize optimise test review`,
)

export const QUESTION_WORDS = wordSet('what which who whom whose when where why how')

/** Words of prompts that want more than one step of thought. */
export const REASONING_WORDS = wordSet(
  `why because therefore prove proof derive explain compare contrast analyze analyse evaluate justify reason reasoning
  step steps infer deduce assume suppose hence thus implies imply if tradeoff tradeoffs difference relationship
  probability theorem equation total remaining altogether twice half each per strategy design algorithm complexity
  optimal hypothesis argument critique`,
)

/** Words that bind the answer: formats, limits, exclusions. */
export const DEMAND_WORDS = wordSet(
  `must should exactly only least most without except avoid ensure every always never limit maximum minimum between
  within format json table markdown bullet words sentences paragraphs sure include including exclude following
  respond answer output strictly`,
)

/**
 * The small words that do not count when two prompts are compared word by word; what they say (negation, person, tense,
 * quantity, direction) is compared on its own. Politeness and filler go with them.
 */
export const PAIR_FUNCTION_WORDS = wordSet(
  `a an the this that these those of to in on at by for from with and or but if then than as so such into onto about
  is are am was were be been being do does did doing done have has had having will would shall should can could may
  might must i me my mine myself you your yours yourself we us our ours he him his she her hers it its they them their
  theirs one someone somebody what which who whom whose when where why how there here not no nor very just also too
  please thanks thank hi hello hey kindly really actually basically simply okay ok um well maybe ever still exactly
  some any all want wants wanted need needs needed require requires required necessary like get gets getting got let
  way whether via between able unable s t d ll re ve etc dear sir currently now per`,
)
