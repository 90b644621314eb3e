"""Writes one side of the questions as JSON Lines that `llmrouter calibrate --cache` reads.

    python3 models/training/export_stream.py --data DIR --side develop --out develop.jsonl [--adjudicated]

First the stream, `{text, group}` in the order it is asked, then every labelled pair of the side, `{a, b, same}`, last the
adjudicated ones: a later row about the same two texts outranks an earlier one. `--doubts` adds `{a, b, doubt}` for the
candidates that nobody compared (`doubts.py`): for fitting, not for measuring.
"""

import argparse
import json
from pathlib import Path
from typing import Iterator

from adjudicated import read_adjudicated
from data import qqp_pairs
from doubts import doubted, fit_curve
from embedder import Embedder
from export_logistic import read_logistic
from splits import SHARES, split_pairs
from stream import make_stream

MODELS = Path(__file__).parents[1]


def main() -> None:
    arguments = _arguments()
    with arguments.out.open('w', encoding='utf-8') as out:
        for row in _rows(arguments):
            out.write(json.dumps(row, ensure_ascii=False) + '\n')


def _rows(arguments: argparse.Namespace) -> Iterator[dict]:
    pairs = split_pairs(qqp_pairs(arguments.data))[arguments.side]
    stream = make_stream(pairs)
    for text, group in zip(stream.texts, stream.groups):
        yield {'text': text, 'group': int(group)}
    for pair in pairs:
        yield {'a': pair.a, 'b': pair.b, 'same': pair.label}
    if arguments.doubts:
        embedder, verifier = Embedder(MODELS / 'embedder'), read_logistic(MODELS / 'verifier' / 'model.onnx')
        curve = fit_curve(arguments.data, arguments.work, embedder, verifier)
        yield from doubted(stream, pairs, embedder, verifier, curve)
    if not arguments.adjudicated:
        return
    for judged in read_adjudicated(arguments.data):
        if judged.side == arguments.side and judged.source == 'qqp':
            yield {'a': judged.a, 'b': judged.b, 'same': judged.label}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--side', choices=[name for name, _ in SHARES], default='develop')
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--adjudicated', action='store_true', help='add labels that outrank those of the questions')
    parser.add_argument('--doubts', action='store_true', help='add how likely groups err about candidates')
    parser.add_argument('--work', type=Path, default=Path(__file__).parent / '.work', help='where half embedders lie')
    return parser.parse_args()


if __name__ == '__main__':
    main()
