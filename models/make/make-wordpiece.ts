/** What stands first in every vocabulary; padding is 0. */
export const SPECIAL_TOKENS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] as const

/**
 * The contents of `tokenizer.json` and `tokenizer_config.json` of a lower-case BERT with this vocabulary.
 * @param vocabulary words and `##` pieces, without the special tokens
 */
export function makeWordPieceTokenizer(
  vocabulary: readonly string[],
  { maxTokens }: { readonly maxTokens: number },
): { readonly tokenizer: object; readonly config: object } {
  const tokens = [...SPECIAL_TOKENS, ...vocabulary]
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]))
  const special = (content: string, id: number): object => ({
    ...{ id, content, special: true },
    ...{ single_word: false, lstrip: false, rstrip: false, normalized: false },
  })
  const sequence = (id: 'A' | 'B', type: number): object => ({ Sequence: { id, type_id: type } })
  const mark = (id: string, type: number): object => ({ SpecialToken: { id, type_id: type } })
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL_TOKENS.map(special),
    normalizer: {
      ...{ type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [mark('[CLS]', 0), sequence('A', 0), mark('[SEP]', 0)],
      pair: [mark('[CLS]', 0), sequence('A', 0), mark('[SEP]', 0), sequence('B', 1), mark('[SEP]', 1)],
      special_tokens: Object.fromEntries(
        (['[CLS]', '[SEP]'] as const).map((token) => [token, { id: token, ids: [vocab[token]], tokens: [token] }]),
      ),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      ...{ type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100 },
      vocab,
    },
  }
  const config = {
    ...{ tokenizer_class: 'BertTokenizer', model_max_length: maxTokens, do_lower_case: true, strip_accents: null },
    ...{ pad_token: '[PAD]', unk_token: '[UNK]', cls_token: '[CLS]', sep_token: '[SEP]', mask_token: '[MASK]' },
    ...{ tokenize_chinese_chars: true },
  }
  return { tokenizer, config }
}
