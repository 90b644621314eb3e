/**
 * What the scripted upstream answers, agreed between it and the load generator by a few words in the prompt. Gateways
 * leave prompts alone, so every one of them can be measured, and the client knows each byte that has to come back.
 */
export interface AnswerPlan {
  readonly tokens: number
  /** Before the first token. */
  readonly delayMs: number
  /** Between two writes; 0: as fast as the socket takes them. */
  readonly gapMs: number
  readonly eventsPerWrite: number
  /** Where in the text the answer begins: neighbouring requests get different answers, so a mix-up shows. */
  readonly seed: number
}

export const SEED_COUNT = 256

const DIRECTIVE = /bench:t(\d+):d(\d+):g(\d+):w(\d+):s(\d+):/

export function renderDirective(plan: AnswerPlan): string {
  return `bench:t${plan.tokens}:d${plan.delayMs}:g${plan.gapMs}:w${plan.eventsPerWrite}:s${plan.seed % SEED_COUNT}:`
}

/** Searches a whole request body, whatever its dialect. */
export function parseDirective(body: string): AnswerPlan | undefined {
  const match = DIRECTIVE.exec(body)
  if (match === null) return undefined
  const [, tokens, delayMs, gapMs, eventsPerWrite, seed] = match
  return {
    tokens: Number(tokens),
    delayMs: Number(delayMs),
    gapMs: Number(gapMs),
    eventsPerWrite: Math.max(1, Number(eventsPerWrite)),
    seed: Number(seed) % SEED_COUNT,
  }
}

/** Mostly plain words, with what real answers hold besides: line ends, quotes, backslashes, and more than ASCII. */
const WORDS = [
  ...' the| answer| to| this| is| a| stream| of| short| words| as| models| write| them| one| by'.split('|'),
  ...' one|,| each| in| an| event| its| own|.| Some| are| longer| than| others| such| as| understanding'.split('|'),
  ...' or| considerably| and| now| then| there| is| code|: `|x|`| =| 42|;|\n\n|-| “quoted”'.split('|'),
  ...'| "plain"| C:\\| 24 °C| –| naïve| 東京| 👩‍💻|\t|<br>| &| end| so| it| goes| on'.split('|'),
].filter((word) => word !== '')

/** The token at a place of the endless text; every piece is a whole number of characters. */
export function tokenAt(place: number): string {
  return WORDS[(place * 7 + (place >> 3)) % WORDS.length] ?? ''
}

/** Distinct words by place: the text repeats itself after so many tokens. */
export const TEXT_PERIOD = WORDS.length * 8

const texts = new Map<number, string>()

/** Everything the client has to receive for a plan. */
export function expectedText(plan: AnswerPlan): string {
  const key = plan.tokens * SEED_COUNT + plan.seed
  let text = texts.get(key)
  if (text === undefined) {
    text = ''
    for (let n = 0; n < plan.tokens; n++) text += tokenAt(plan.seed + n)
    texts.set(key, text)
  }
  return text
}
