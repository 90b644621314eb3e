/**
 * A light stem: plural, -ing, -ed and a final e go, so that "converting", "converted", "converts" and "convert" meet.
 * Comparatives stay: "faster" and "fastest" are different questions.
 */
export function stem(word: string): string {
  const irregular = IRREGULAR.get(word)
  if (irregular !== undefined) return irregular
  if (word.length <= 3 || KEPT.has(word)) return word
  return withoutFinalE(withoutVerbEnding(withoutPlural(word)))
}

function withoutPlural(word: string): string {
  if (!word.endsWith('s') || /(?:ss|us|is|as)$/.test(word)) return word
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`
  if (/(?:s|x|z|ch|sh|o)es$/.test(word) && word.length > 4) return word.slice(0, -2)
  return word.slice(0, -1)
}

function withoutVerbEnding(word: string): string {
  if (word.endsWith('ied') && word.length > 4) return `${word.slice(0, -3)}y`
  const ending = word.endsWith('ing') ? 3 : word.endsWith('ed') && !word.endsWith('eed') ? 2 : 0
  const root = word.slice(0, word.length - ending)
  // "string", "bring", "red": no root without a vowel or of two letters.
  if (ending === 0 || root.length < 3 || !/[aeiouy]/.test(root)) return word
  return /([bdgmnprt])\1$/.test(root) ? root.slice(0, -1) : root
}

const withoutFinalE = (word: string): string => (word.length > 3 && word.endsWith('e') ? word.slice(0, -1) : word)

const KEPT = new Set(
  'united morning evening nothing something everything anything during species series news'.split(' '),
)

const IRREGULAR: ReadonlyMap<string, string> = new Map(
  `children:child men:man women:woman mice:mouse feet:foot teeth:tooth geese:goose people:person persons:person
  lives:life wives:wife knives:knife leaves:leaf loaves:loaf shelves:shelf wolves:wolf halves:half data:data
  indices:index indexes:index matrices:matrix vertices:vertex criteria:criterion phenomena:phenomenon
  using:use used:use uses:use use:use made:mak making:mak went:go gone:go goes:go going:go got:get gotten:get
  getting:get gave:giv given:giv took:tak taken:tak wrote:writ written:writ built:build bought:buy sold:sell
  told:tell found:find sent:send said:say ran:run running:run won:win lost:los losing:los began:begin begun:begin
  broke:break broken:break chose:choos chosen:choos drove:driv driven:driv ate:eat eaten:eat fell:fall fallen:fall
  grew:grow grown:grow knew:know known:know left:left paid:pay saw:see seen:see spoke:speak spoken:speak
  taught:teach thought:think wore:wear worn:wear dying:die died:die dies:die lying:lie tied:tie ties:tie tying:tie
  kept:keep held:hold brought:bring caught:catch felt:feel met:meet sat:sit stood:stand spent:spend slept:sleep
  threw:throw thrown:throw hid:hid hidden:hid led:lead heard:hear understood:understand drew:draw drawn:draw
  flew:fly flown:fly froze:freez frozen:freez stole:steal stolen:steal swam:swim sang:sing drank:drink drunk:drink
  forgot:forget forgotten:forget lent:lend burnt:burn learnt:learn dealt:deal fed:feed shrank:shrink sank:sink
  rang:ring rose:ris risen:ris blew:blow blown:blow came:com became:becom stuck:stick hung:hang fought:fight sought:seek
  woke:wak woken:wak swept:sweep withdrew:withdraw withdrawn:withdraw torn:tear spun:spin
  fare:fare fares:fare meant:mean added:add adding:add adds:add got:get does:do did:do done:do doing:do has:have had:have having:have cooked:cook baked:bak`
    .split(/\s+/)
    .map((entry): [string, string] => {
      const [word = '', root = ''] = entry.split(':')
      return [word, root]
    }),
)
