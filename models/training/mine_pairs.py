"""Mines near neighbours that nobody labelled, for people (or careful readers) to judge.

    python3 models/training/mine_pairs.py --data DIR --model models/embedder --out pairs.jsonl

One pair a line, over all bands of cosine from 0.6 up, in an order that tells nothing: `id`, `side` (see
`splits.py`), `source`, `a`, `b`, `cosine`. Questions come from Quora's pairs, statements and commands from the intent sets.
Questions of the test side are the highest hits of the stream that the strict labels call wrong.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Tuple

import numpy as np

from data import INTENT_SOURCES, Pair, intent_texts, qqp_pairs
from embedder import Embedder
from metrics import nearest_earlier
from splits import SHARES, side_of, split_pairs
from stream import make_stream

MINING_SEED = 11
BANDS = ((0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.01))
QUESTIONS_A_BAND = {'train': 180, 'develop': 110}
TEST_HITS = 500
INTENTS_A_BAND = 50
"""Of each intent set."""


@dataclass(frozen=True)
class Mined:
    side: str
    source: str
    a: str
    b: str
    cosine: float


def main() -> None:
    arguments = _arguments()
    embedder = Embedder(arguments.model)
    random = np.random.default_rng(MINING_SEED)
    sides = split_pairs(qqp_pairs(arguments.data))
    mined: List[Mined] = []
    for side, count in QUESTIONS_A_BAND.items():
        mined += _banded(_unlabelled_neighbours(sides[side], embedder, side), count, random)
    mined += _wrong_hits(sides['test'], embedder)
    for source in INTENT_SOURCES:
        mined += _banded(_intent_neighbours(arguments.data, source, embedder), INTENTS_A_BAND, random)
    with arguments.out.open('w', encoding='utf-8') as lines:
        for number, index in enumerate(random.permutation(len(mined))):
            pair = mined[index]
            row = {'id': number, 'side': pair.side, 'source': pair.source, 'a': pair.a, 'b': pair.b}
            lines.write(json.dumps({**row, 'cosine': round(pair.cosine, 4)}, ensure_ascii=False) + '\n')
    print(f'{len(mined)} pairs in {arguments.out}')


def _unlabelled_neighbours(pairs: List[Pair], embedder: Embedder, side: str) -> List[Mined]:
    """The nearest other question of each that no label speaks of, directly or through its group."""
    group_of = {text: group for p in pairs for text, group in ((p.a, p.group_a), (p.b, p.group_b))}
    compared = {frozenset((p.group_a, p.group_b)) for p in pairs}
    texts = sorted(group_of)

    def known(i: int, j: int) -> bool:
        group_a, group_b = group_of[texts[i]], group_of[texts[j]]
        return group_a == group_b or frozenset((group_a, group_b)) in compared

    return [Mined(side, 'qqp', texts[i], texts[j], c) for i, j, c in _neighbours(texts, embedder, known)]


def _intent_neighbours(folder: Path, source: str, embedder: Embedder) -> List[Mined]:
    """Neighbours of one intent are no more the same than others: "next Monday" and "next Friday" share theirs."""
    sides = {text: side_of(intent, SHARES) for text, intent in intent_texts(folder) if intent.startswith(f'{source}/')}
    mined = []
    for side, _ in SHARES:
        texts = sorted(text for text in sides if sides[text] == side)
        mined += [Mined(side, source, texts[i], texts[j], c) for i, j, c in _neighbours(texts, embedder, _never)]
    return mined


def _wrong_hits(pairs: List[Pair], embedder: Embedder) -> List[Mined]:
    """The highest hits of the test stream that the strict labels call wrong, or know nothing of."""
    stream = make_stream(pairs)
    vectors = embedder.embed(stream.texts)
    best, index = nearest_earlier(lambda start, end: vectors[start:end] @ vectors[:end].T, len(stream.texts))
    wrong = np.flatnonzero((index >= 0) & (stream.groups[index] != stream.groups))
    highest = wrong[np.argsort(-best[wrong], kind='stable')[:TEST_HITS]]
    return [Mined('test', 'qqp', stream.texts[i], stream.texts[index[i]], float(best[i])) for i in highest]


def _neighbours(texts: List[str], embedder: Embedder, known) -> List[Tuple[int, int, float]]:
    """(i, j, cosine) with i ≠ j: of each text its nearest neighbour that is not yet known, each pair once."""
    vectors = embedder.embed(texts)
    found: Dict[Tuple[int, int], float] = {}
    for start in range(0, len(texts), 512):
        block = vectors[start : start + 512] @ vectors.T
        for row, nearest in enumerate(np.argpartition(-block, 8, axis=1)[:, :8]):
            i = start + row
            for j in sorted(nearest.tolist(), key=lambda column: -block[row, column]):
                if i != j and not known(i, j):
                    found[(min(i, j), max(i, j))] = float(block[row, j])
                    break
    return [(i, j, cosine) for (i, j), cosine in sorted(found.items())]


def _banded(pairs: List[Mined], count: int, random: np.random.Generator) -> List[Mined]:
    chosen = []
    for low, high in BANDS:
        band = [pair for pair in pairs if low <= pair.cosine < high]
        chosen += [band[i] for i in random.permutation(len(band))[:count]]
    return chosen


def _never(_i: int, _j: int) -> bool:
    return False


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ('data', 'model', 'out'):
        parser.add_argument(f'--{name}', type=Path, required=True)
    return parser.parse_args()


if __name__ == '__main__':
    main()
