import { Command, InvalidArgumentError, Option } from 'commander'
import { makeBert } from './make-bert.js'
import { makeWeightedMean } from './make-weighted-mean.js'
import { makeWordPieceTokenizer, SPECIAL_TOKENS } from './make-wordpiece.js'
import { smallVocabulary } from './small-vocabulary.js'
import { writeTinyBert } from './tiny-bert.js'
import { writeEmbedder } from './write-embedder.js'
import { writePairFeatures } from './write-pair-features.js'
import { writePromptFeatures } from './write-prompt-features.js'

interface Common {
  readonly out: string
  readonly vocabulary: number
  readonly seed: number
  readonly precision: 'fp32' | 'int8'
}

interface BertOptions extends Common {
  readonly hidden: number
  readonly layers: number
  readonly heads: number
  readonly intermediate: number
  readonly positions: number
}

const program = new Command('make').description(
  'Makes embedders of a given shape with random weights, as real ONNX files.',
)

command('weighted-mean', 'token vectors and scores, weighted mean: the shape of the bundled embedder', 8000)
  .option('--dimension <n>', 'length of the vectors', whole, 256)
  .action((options: Common & { dimension: number }) => {
    const { vocabulary: vocabularySize, dimension, seed, precision } = options
    write(options, makeWeightedMean({ vocabularySize, dimension, seed, precision }), dimension)
  })

command('bert', 'a BERT encoder; the defaults have the shape of all-MiniLM-L6-v2', 30_522)
  .option('--hidden <n>', 'width', whole, 384)
  .option('--layers <n>', 'layers', whole, 6)
  .option('--heads <n>', 'attention heads; a divisor of the width', whole, 12)
  .option('--intermediate <n>', 'width inside a layer', whole, 1536)
  .option('--positions <n>', 'most tokens of a text', whole, 512)
  .action((options: BertOptions) => {
    const { vocabulary: vocabularySize, hidden, layers, heads, intermediate, positions, seed, precision } = options
    if (hidden % heads !== 0) program.error(`--heads ${heads} does not divide --hidden ${hidden}.`)
    const shape = { vocabularySize, hiddenSize: hidden, layers, heads, intermediateSize: intermediate, seed, precision }
    write(options, makeBert({ ...shape, maxPositions: positions }), positions)
  })

program
  .command('tiny-bert')
  .description('the BERT that the tests keep')
  .requiredOption('--out <folder>', 'where to write it')
  .action(({ out }: { out: string }) => writeTinyBert(out))

program
  .command('prompt-features')
  .description('what the classifier sees of prompts: JSON Lines of { text } on stdin, their features on stdout')
  .action(() => writePromptFeatures(process.stdin, process.stdout))

program
  .command('pair-features')
  .description('what the verifier sees of pairs: JSON Lines of { a, b, cosine } on stdin, their features on stdout')
  .action(() => writePairFeatures(process.stdin, process.stdout))

await program.parseAsync()

function command(name: string, description: string, vocabulary: number): Command {
  return program
    .command(name)
    .description(description)
    .requiredOption('--out <folder>', 'where to write model.onnx, tokenizer.json and tokenizer_config.json')
    .option('--vocabulary <n>', 'tokens', whole, vocabulary)
    .option('--seed <n>', 'of the weights', whole, 1)
    .addOption(new Option('--precision <kind>', 'of the weights').choices(['fp32', 'int8']).default('fp32'))
}

/** Words, characters and endings first; what is missing to the size that was asked for are words nobody writes. */
function write({ out, vocabulary }: Common, graph: Uint8Array, maxTokens: number): void {
  const known = smallVocabulary()
  const size = vocabulary - SPECIAL_TOKENS.length
  const filler = Array.from({ length: Math.max(0, size - known.length) }, (_, index) => `unused${index}`)
  const tokenizer = makeWordPieceTokenizer([...known, ...filler].slice(0, size), { maxTokens })
  writeEmbedder({ folder: out, graph, graphFile: 'model.onnx', tokenizer })
}

function whole(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new InvalidArgumentError('A whole number above 0 is needed.')
}
