/** What kind of answer is asked for. `how-to` wants steps, `how` an explanation, `measure` a number or amount,
 * `definition` what a thing is at all. */
export type QuestionType =
  | 'what'
  | 'definition'
  | 'who'
  | 'when'
  | 'where'
  | 'why'
  | 'how'
  | 'how-to'
  | 'measure'
  | 'yes-no'
  | 'command'
  | 'statement'

export interface FramedPrompt {
  readonly type: QuestionType
  /** Words of the politeness and the question frame at the start. */
  readonly frameWords: number
  /** Of these the politeness. */
  readonly politeWords: number
}

/**
 * Reads the opening of a prompt: "could you please tell me how I can …" is the frame of a how-to and says nothing about
 * its matter. `forms` are lower case with contractions expanded; only the first words are looked at.
 */
export function readFrame(forms: readonly string[]): FramedPrompt {
  const opening = `${forms.slice(0, OPENING_WORDS).join(' ')} `
  const polite = stripPoliteness(opening)
  const asked = opening.slice(polite)
  for (const [type, pattern] of FRAMES) {
    const match = pattern.exec(asked)
    if (match !== null) return framed(type, opening, polite, polite + match[0].length)
  }
  // "Can you freeze pasta" asks nobody to do it; "can you write a poem" does, and was found above.
  const able = ABILITY.exec(opening.slice(0, polite))
  return able === null ? framed('statement', opening, polite, polite) : framed('yes-no', opening, able.index, polite)
}

const framed = (type: QuestionType, opening: string, polite: number, frame: number): FramedPrompt => ({
  type,
  frameWords: countWords(opening.slice(0, frame)),
  politeWords: countWords(opening.slice(0, polite)),
})

const ABILITY = /(?:can|could) (?:you|u|someone|anyone) $/

const OPENING_WORDS = 30

const countWords = (text: string): number => text.split(' ').length - 1

/** Length of the polite and empty openings; they pile up ("hi, please can you tell me"), hence the loop. */
function stripPoliteness(opening: string): number {
  let length = 0
  for (;;) {
    const match = POLITE.exec(opening.slice(length))
    if (match === null || match[0] === '') return length
    length += match[0].length
  }
}

const POLITE = new RegExp(
  `^(?:${[
    'please',
    'kindly',
    'hi( there| all| everyone)?',
    'hello( there)?',
    'hey( there)?',
    'dear \\w+',
    'excuse me',
    'thanks',
    'okay',
    'ok',
    'so',
    'well',
    'um',
    'quick question',
    'just',
    'i (was|am) (just )?(wondering|curious)( about| if you (can|could)| whether you (can|could))?',
    'i (want|need|wish|would like|would love) to (know|understand|learn|find out|discover|ask)( about)?',
    'do you (happen to )?know',
    'does anyone know',
    'anyone know',
    'any idea( of| about)?',
    '(can|could|would|will) (you|u|someone|anyone)( please| kindly)?( be able to)?',
    'would you mind',
    'is there anyone who can',
    'i (want|need|would like) you to',
    '(tell|show|teach|inform|advise)( to)? me( please)?( about)?',
    'let me know',
    'help me( to| with)?( understand)?',
    'i am (looking for|search|searching for)',
    '(would you say|do you think)( that)?',
    'is it true that',
    '(can|could) (somebody|anybody)',
    '(can|could) i (please )?(get|have) (some )?(help|advice|instructions) (on|with|for)',
    'i was hoping you could',
    'i wonder',
    'do (you|u) happen to know',
    'remind me',
    '(can|could) i ask',
    'explain( to me| me)(?= (how|why|what|when|where|who|the difference))',
    'explain(?= (how|why|what|when|where|who) )',
    'give me (some )?(advice|instructions|directions|guidance|info|information) (on|about|for)',
  ].join('|')}) `,
)

const GENERIC = '(i|you|we|one|someone|somebody|people|a person)'
const WAYS = '(way|ways|method|methods|steps|procedure|process|trick|solution|approach|instructions|recommended way)'
/** "The solution of the Kashmir conflict" asks for a thing, "a way to …" and "a way of …ing" for steps. */
const TO_DO = '(to(?! (a|an|the|my|your|our|this|these|those) )|in which|(of|for)(?= \\w+ing ))'
const BEST =
  '(best |right |correct |proper |good |usual |recommended |possible |easiest |easy |simplest |simple |quickest |quick |fastest |standard |common |typical |different |various )*'

/** Tried in order. What is not part of the frame's grammar is left in the prompt by a look-ahead. */
const FRAMES: readonly (readonly [QuestionType, RegExp])[] = [
  [
    'why',
    /^(why|how come|for what reason|what (is|was) the (reason|cause)( (that|for|of|why|behind))?|what (causes|makes)) /,
  ],
  ['yes-no', /^(check|determine|decide|verify|tell me) (if|whether) (?=\d|this |the following )/],
  [
    'how-to',
    /^(what is )?(the |a )?(formula|equation) (for|to) (calculating |calculate |finding |find |compute |computing )?/,
  ],
  ['what', /^how (is it )?(?=likely )/],
  ['what', /^how (do|does) (?=(\S+ ){1,8}differ )/],
  // "Where do I change my password": in which place of the program, and so how.
  [
    'how-to',
    /^where (do|can|could|should|would) (i|we|you) (go to |go in order to )?(?=(download|change|update|edit|cancel|track|upload|enable|disable|reset|activate|deactivate|configure|adjust|delete|export|import|install|login|register) )/,
  ],
  ['when', /^(?=(the )?(best|ideal|right) time (to|of|for) )/],
  // A bare sum: "how much is 12 + 4".
  ['what', /^how much (is|are|does|do) (?=\d)/],
  ['measure', /^how (many|much) /],
  ['measure', /^what (number|amount|quantity) of /],
  ['measure', /^(what is )?the (number|amount|quantity) of /],
  ['measure', /^(number|amount|quantity) of /],
  [
    'measure',
    /^(?=(how|what) (many|much|long|far|old|often|tall|big|high|large|deep|heavy|wide|fast|hot|cold|expensive) )how /,
  ],
  ['measure', /^what is the (?=(number|amount|price|cost|length|distance|height|size|age|weight|population|speed) )/],
  [
    'how-to',
    new RegExp(
      `^how (do|can|could|should|would|might|shall|does|may) ${GENERIC} (go about |best |actually |possibly |even )?`,
    ),
  ],
  ['how-to', /^how (best )?to /],
  [
    'how-to',
    /^(i (do not|did not|can not) (know|understand|remember|figure out)|i have no idea) how (i can |i should )?to /,
  ],
  ['how-to', /^(walk|guide|talk) me through (how to |the (process|steps) (of|to) )?/],
  ['how-to', /^(the |some |any )?(tips|advice|help) (on|for|about) (how to )?(?=\w+)/],
  ['how-to', /^(what steps|which steps) (do|should|must|can) (i|we|you) (take|follow|need) to /],
  ['how-to', /^i (need|want|would like|could use) (some )?(help|assistance) (to|with|in) /],
  // A recipe is the steps of cooking; the dish is what the rest names.
  [
    'how-to',
    /^((what is|what would be|give me|show me|find me|i need|i want|do you have|have you got|share|suggest|recommend) )?(the |a |an |your |some )?(good |easy |simple |quick |basic |classic |best )*recipes? (for|to)( make| cook| bake)? /,
  ],
  ['how-to', /^how (about|can) (?=\w+ing )/],
  [
    'how-to',
    new RegExp(
      `^(what|which) (is|are|would be|might be) (the |a |an |some |your )?${BEST}${WAYS} (i can |for me |for you )?${TO_DO} `,
    ),
  ],
  [
    'how-to',
    new RegExp(
      `^(is there |are there |do you know |give me |i (need|want) )?(the |a |an |any |some )?${BEST}${WAYS} (i can |for me |for you )?${TO_DO} `,
    ),
  ],
  ['how-to', /^what (do|should|must|can|would) (i|we|you) (need to |have to )?do (in order )?(to|if i want to) /],
  ['how-to', /^(what|which) command (do|can|should|would) (i|you|we) (use|run|type|need)( in order)? to /],
  ['how-to', /^(what|which) command (will|would|can|does|to) /],
  ['how-to', /^what is the command (to|for) /],
  ['how-to', /^what do (i|you|we) do to /],
  ['how-to', /^what do (i|you|we) need to do to /],
  ['how-to', /^what do (i|you|we) have to do to /],
  ['how-to', /^what can (i|you|we) do to /],
  ['what', /^what do (i|you|we) need to /],
  ['how-to', /^what (do i need|is needed|is required) to (?=(do )?\w)/],
  ['how-to', /^(a |the )?(guide|tutorial|instructions|walkthrough) (to|on|for|of) /],
  ['how-to', /^(where|how) (do|can|should) i (find|see) (the )?(option|setting|button) (to|for) /],
  ['how-to', /^i (want|need|would like|am trying|try|am looking|wish) to /],
  // "How is interest calculated": how one does it.
  [
    'how-to',
    /^how (is|are|can|could|should) (?=(\S+ ){1,6}(be )?(\w{3,}ed|made|done|found|built|written|sent|paid|grown|drawn|chosen) $)/,
  ],
  ['what', /^how (is|are) (?=the weather)/],
  ['how', /^how (do|does|did|is|are|was|were|has|have|can|could|will|would|should)? ?/],
  ['measure', /^what (does|do|would|will) (?=(\S+ ){1,12}cost )/],
  ['measure', /^(for|on|in|at|with) how (many|much) /],
  ['measure', /^for how (?=long )/],
  ['when', /^what is (?=the (best|right|ideal|perfect|good) time (to|of|for) )/],
  // "What is the git command to …", "which command lists …": the command is how it is done.
  ['how-to', /^(what|which) (is )?(the |a )?(?=(\S+ ){0,2}command (to|for|that) )/],
  ['how-to', /^(what|which) command (?=\w+s )/],
  [
    'what',
    /^(at|in|on|for|to|with|from|by|of) (what|which) (?!(place|location|city|country|state|time|date|day|year|month|century) )/,
  ],
  ['who', /^(who|whom|whose|which (person|people)|what person) /],
  ['when', /^(when|(what|which|at what|in what|in which|on what|on which) (time|date|day|year|month|century) ) ?/],
  ['where', /^(where|(in |at |from )?(what|which) (place|location|city|country|state|part)) /],
  ['where', /^(what|where) (is|are|would be) (a |some |the )?(good |nice |best )*places? to /],
  ['definition', /^what (a |an )(?=(\S+ ){1,4}is )/],
  [
    'definition',
    /^(what is|what are|what is meant by) (a |an )(?!(good|great|nice|cheap|better|quick|simple|synonym|list|way|typical) )/,
  ],
  [
    'what',
    /^(what|which) (is|are|was|were|do|does|did|will|would|can|could|should)? ?(?:the )?(?:(meaning|definition|name) of )?/,
  ],
  ['definition', /^(define|the definition of|definition of) /],
  ['what', /^(describe|explain|the meaning of|meaning of) /],
  ['yes-no', /^(is it|would it be) (possible|okay|ok|fine|allowed|permitted) (for (me|us|you) )?to /],
  ['yes-no', /^(am i|are we|are you) (able|allowed|permitted) to /],
  ['yes-no', /^(is there|are there|do you (have|offer|provide)) (a |an |any )?/],
  [
    'yes-no',
    /^(is|are|am|was|were|do|does|did|can|could|should|would|will|has|have|had|may|might|must|shall)(?= (i|you|he|she|it|we|they|the|a|an|there|this|that|my|your|\w+) )/,
  ],
  [
    'command',
    /^(?=(write|list|give|make|create|generate|summarize|translate|compare|find|convert|calculate|compute|solve|implement|build|design|edit|rewrite|fix|debug|classify|extract|identify|analyze|suggest|recommend|provide|discuss|outline|plan|prove|derive|evaluate|estimate|rank|sort|name|complete|select|determine|simplify|rephrase|paraphrase|round|integrate|differentiate|factor|expand|reduce|graph|plot|check|search|format|parse|refactor|optimize|test|review|add|remove|delete|set|open|close|play|stop|start|turn|enable|disable|switch|send|book|remind|order|cancel|change|update|increase|decrease|install|uninstall|show|multiply|divide|subtract|draw|read|call|buy|sell) )/,
  ],
]
