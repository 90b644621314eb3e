"""The tokeniser in the format of Hugging Face tokenizers, as the gateway's runtime loads it."""

import json
import re
from pathlib import Path
from typing import List

from wordpiece import CLS, CONTINUED, LONGEST_WORD, SEP, SPECIAL_TOKENS


def write_tokenizer(folder: Path, vocabulary: List[str], longest: int) -> None:
    """Writes `tokenizer.json` and `tokenizer_config.json`; `longest` is in tokens, special ones included."""
    _write(folder / 'tokenizer.json', _tokenizer(vocabulary))
    _write(folder / 'tokenizer_config.json', _config(longest))


def read_vocabulary(folder: Path) -> List[str]:
    ids = json.loads((folder / 'tokenizer.json').read_text(encoding='utf-8'))['model']['vocab']
    return sorted(ids, key=ids.__getitem__)


def _write(path: Path, content: dict) -> None:
    text = json.dumps(content, indent=2, ensure_ascii=False) + '\n'
    # A list of one on one line, as the repository's formatter wants it: else formatting would change the file's hash.
    path.write_text(re.sub(r'\[\n\s+(\S+)\n\s+\]', r'[\1]', text), encoding='utf-8')


def _tokenizer(vocabulary: List[str]) -> dict:
    return {
        'version': '1.0',
        'truncation': None,
        'padding': None,
        'added_tokens': [_special(number, token) for number, token in enumerate(SPECIAL_TOKENS)],
        'normalizer': {
            'type': 'BertNormalizer',
            'clean_text': True,
            'handle_chinese_chars': True,
            'strip_accents': None,
            'lowercase': True,
        },
        'pre_tokenizer': {'type': 'BertPreTokenizer'},
        'post_processor': {
            'type': 'TemplateProcessing',
            'single': [_special_part('[CLS]'), _text_part('A', 0), _special_part('[SEP]')],
            'pair': [
                _special_part('[CLS]'),
                _text_part('A', 0),
                _special_part('[SEP]'),
                _text_part('B', 1),
                _special_part('[SEP]', 1),
            ],
            'special_tokens': {
                token: {'id': token, 'ids': [number], 'tokens': [token]}
                for number, token in ((CLS, '[CLS]'), (SEP, '[SEP]'))
            },
        },
        'decoder': {'type': 'WordPiece', 'prefix': CONTINUED, 'cleanup': True},
        'model': {
            'type': 'WordPiece',
            'unk_token': '[UNK]',
            'continuing_subword_prefix': CONTINUED,
            'max_input_chars_per_word': LONGEST_WORD,
            'vocab': {token: number for number, token in enumerate(vocabulary)},
        },
    }


def _special(number: int, token: str) -> dict:
    flags = {'single_word': False, 'lstrip': False, 'rstrip': False, 'normalized': False, 'special': True}
    return {'id': number, 'content': token, **flags}


def _special_part(token: str, kind: int = 0) -> dict:
    return {'SpecialToken': {'id': token, 'type_id': kind}}


def _text_part(name: str, kind: int) -> dict:
    return {'Sequence': {'id': name, 'type_id': kind}}


def _config(longest: int) -> dict:
    return {
        'tokenizer_class': 'BertTokenizer',
        'do_lower_case': True,
        'strip_accents': None,
        'tokenize_chinese_chars': True,
        'model_max_length': longest,
        'unk_token': '[UNK]',
        'sep_token': '[SEP]',
        'pad_token': '[PAD]',
        'cls_token': '[CLS]',
        'mask_token': '[MASK]',
    }
