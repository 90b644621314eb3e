"""Writes what the training framework makes of some texts, for `check-runtime.mjs` to compare.

    python3 models/training/reference.py --data DIR --model models/embedder --out reference.json
"""

import argparse
import json
from pathlib import Path

import torch

from data import intent_texts, qqp_pairs, unlabelled_prompts
from embedder import Embedder
from export_onnx import read_token_vectors
from weighted_mean import WeightedMean

EVERY = 25
"""One text of so many, from every source."""
VECTORS = 400

ODD_TEXTS = [
    '',
    ' ',
    'ÀÉÎõü İstanbul straße ΣΊΣΥΦΟΣ',
    '日本語 と 中文 hello',
    'tabs\tand\nnew\r\nlines\u00a0and\u200bzero width',
    "don't you?! e-mail me@example.com #1 $5.00 C++ a_b",
    '😀 emoji 👩‍👩‍👧 ½ ﬁ ™',
    'x' * 101 + ' ' + 'y' * 100,
    'combining e\u0301 and \u0000 null \ufffd',
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ('data', 'model', 'out'):
        parser.add_argument(f'--{name}', type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    texts = [*ODD_TEXTS, *_texts(arguments.data)]
    embedder = Embedder(arguments.model)
    tokens = [embedder.tokens(text) for text in texts]
    vectors = _torch_vectors(arguments.model, tokens[:VECTORS])
    content = {'texts': texts, 'tokens': tokens, 'vectors': vectors}
    arguments.out.write_text(json.dumps(content), encoding='utf-8')


def _texts(folder: Path):
    every = [pair.a for pair in qqp_pairs(folder)]
    every += [text for text, _ in intent_texts(folder)] + unlabelled_prompts(folder)
    return every[::EVERY]


def _torch_vectors(folder: Path, tokens):
    """The training's own network with the rounded weights of the file."""
    rows = torch.from_numpy(read_token_vectors(folder / 'model.onnx'))
    model = WeightedMean(rows.shape[0], rows.shape[1], spread=0.0)
    with torch.no_grad():
        model.vectors.copy_(rows)
        # The file holds weight and scale as one factor, already in the rows.
        model.scores.zero_()
        starts = torch.tensor([0, *(len(ids) for ids in tokens[:-1])]).cumsum(0)
        flat = torch.tensor([token for ids in tokens for token in ids])
        return [[round(x, 7) for x in row] for row in model((flat, starts)).tolist()]


if __name__ == '__main__':
    main()
