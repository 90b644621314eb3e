import { createRandom, type Random } from './random.js'

const WORDS = `the of and to in is that for it as was with be by on not he his but at are this have from or had an they
which one you were all her she there would their we him been has when who will no more if out so up said what its about
into than them can only other new some could time these two may first then do any like my now over such our even most
made after also did many off before must well back through years much where your way down should because long each just
state people those too mister how little good world make very year still see own work men day get here between both life
being under never day same another know while last might us great old off come since go against right came take used
What Why How explain write function returns Python TypeScript capital France internationalization tokenization
unbelievable quickly running jumped Zürich naïve café déjà façade straße`.split(/\s+/)

const SENTENCES = [
  'What is the capital of France?',
  "Don't you think that's odd -- or isn't it?",
  'Write a Python function that returns the n-th Fibonacci number; explain its complexity.',
  'The meeting is on 2024-03-15 at 14:30 (CET), room #42.',
  'How do I convert 3.5 lbs. to kg, e.g. for a $1,000.00 order?',
  '"To be, or not to be" – that’s the question…',
  'Visit https://example.com/a/b?c=d&e=f#g or mail me@example.org!',
]

const CODE = [
  'const x: Record<string, number> = { a: 1, "b": 0x1f }',
  'for (let i = 0; i < n; ++i) { total += values[i] ?? 0 }',
  'def f(x):\n\treturn x ** 2  # squared\n',
  "SELECT * FROM users WHERE name LIKE '%o''brien%' AND id <> 7;",
  '<div class="a-b_c">\r\n  &nbsp;</div>',
  '\\frac{\\partial f}{\\partial x} = \\sum_{i=0}^{n} x_i^2',
]

const WRITING = [
  'Съешь ещё этих мягких французских булок',
  'ΟΔΥΣΣΕΥΣ ΚΑΙ Ο ΣΟΦΟΣ ὈΔΥΣΣΕΎΣ',
  'הֵבִיא אֶת הַסֵּפֶר',
  'مَرْحَبًا بِالعَالَم',
  'नमस्ते दुनिया क्षत्रिय',
  'สวัสดีชาวโลก',
  '안녕하세요 세계 각',
  'こんにちは世界、カタカナ ﾊﾝｶｸ',
  '漢字仮名交じり文。你好，世界！𠀀𠮷𪚥',
  'İstanbul ıSPARTA ŞİŞLİ ǅ ﬁne ﬀ Ⅷ',
  'Việt Nam Tiếng ẞ Å Å ﷺ',
]

const EMOJI = ['😀', '👩‍👩‍👧‍👦', '🏳️‍🌈', '👍🏽', '🇫🇷', '☃️', '🧑🏿‍🚀', '❤️‍🔥', '1️⃣']

const CONTROL = [
  '\0',
  '\u0007',
  '\u001b[0m',
  '\u007f',
  '\u0085',
  '\u200b',
  '\u200d',
  '\u202e',
  '\ufeff',
  '\ufffd',
  '\ue000',
]

const SPACE = [' ', '  ', '\t', '\n', '\r\n', '\u00a0', '\u2003', '\u2028', '\u2029', '\u3000', '\u1680']

const SPECIAL = ['[CLS]', '[SEP]', '[MASK]', '[PAD]', '[UNK]', '[cls]', '[SEP', ']', '[', '[unused0]', '##ing', '##']

const PUNCTUATION = Array.from('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~¡§«»–—‘’“”…‰€₿™©°±×÷≠≤∑√∞')

/** Texts for a tokenizer, the same in every run: prose, code, all kinds of writing, and what nobody writes. */
export function variedTexts(count: number): string[] {
  const random = createRandom(20_240_315)
  const edges = [
    '',
    ' ',
    '\n\t \r\n',
    '\u3000\u00a0',
    '\0',
    '\ud800',
    '\udc00x',
    'a\ud83d',
    '[CLS]',
    'a'.repeat(100),
    'a'.repeat(101),
  ]
  const rest = Array.from({ length: count - edges.length }, (_, index) => makeText(random, index))
  return [...edges, ...rest]
}

function makeText(random: Random, index: number): string {
  const kinds = [prose, prose, mixed, mixed, noise, marks]
  return (kinds[index % kinds.length] ?? prose)(random)
}

function prose(random: Random): string {
  if (random.below(3) === 0) return random.pick(SENTENCES)
  const words = Array.from({ length: 1 + random.below(30) }, () => writeWord(random))
  return words.join(' ') + random.pick(['.', '?', '!', '', '…'])
}

function writeWord(random: Random): string {
  const word = random.pick(WORDS)
  const style = random.below(8)
  if (style === 0) return word.toUpperCase()
  if (style === 1) return word + random.pick(WORDS)
  if (style === 2) return `${word}${random.pick(PUNCTUATION)}`
  if (style === 3) return String(random.below(100_000))
  return word
}

function mixed(random: Random): string {
  const sources = [SENTENCES, CODE, WRITING, EMOJI, CONTROL, SPACE, SPECIAL, PUNCTUATION, WORDS]
  return Array.from({ length: 1 + random.below(12) }, () => random.pick(random.pick(sources))).join(
    random.pick(['', ' ']),
  )
}

/** Any code points, lone surrogates included. */
function noise(random: Random): string {
  const limit = random.pick([0x80, 0x300, 0x3000, 0x10000, 0x110000])
  return Array.from({ length: random.below(40) }, () => String.fromCodePoint(random.below(limit))).join('')
}

function marks(random: Random): string {
  const letters = Array.from({ length: 1 + random.below(10) }, () => {
    const count = random.below(random.pick([2, 4, 60]))
    const added = Array.from({ length: count }, () => random.pick(MARKS))
    return random.pick(['a', 'E', 'Σ', 'ö', '각', 'か', 'क', ' ', 'x']) + added.join('')
  })
  return letters.join('')
}

const MARKS = Array.from(
  '\u0301\u0300\u0323\u0345\u0334\u0344\u302e\u302a\u093c\u094d\u0941\u0f71\u0f73\u1b44\u20dd\u{1d165}\u{1d16d}\u0591\u05b0',
)
