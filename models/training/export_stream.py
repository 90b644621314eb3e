"""Writes one side of the questions as JSON Lines that `llmrouter calibrate --cache` reads.

    python3 models/training/export_stream.py --data DIR --side develop --out develop.jsonl [--adjudicated]

First the stream, `{text, group}` in the order it is asked, then every labelled pair of the side, `{a, b, same}`, last the
adjudicated ones: a later row about the same two texts outranks an earlier one.
"""

import argparse
import json
from pathlib import Path
from typing import Iterator

from adjudicated import read_adjudicated
from data import qqp_pairs
from splits import SHARES, split_pairs
from stream import make_stream


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
    return parser.parse_args()


if __name__ == '__main__':
    main()
