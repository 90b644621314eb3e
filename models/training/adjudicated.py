"""Labels given by careful reading to near neighbours that no data set labels: `adjudicated/README.md`.

Join the readers' files into labels, or print how far they agree:

    python3 models/training/adjudicated.py --pairs pairs.jsonl --first FILES --second FILES --out labels.jsonl

Texts are kept by their hash: Quora's questions are not ours to pass on. `read_adjudicated` finds them in the data again.
"""

import argparse
import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterable, List

from data import intent_texts, qqp_pairs

LABELS = Path(__file__).parent / 'adjudicated' / 'labels.jsonl'
UNSURE = 'u'
BANDS = ((0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.01))


@dataclass(frozen=True)
class Adjudicated:
    side: str
    """Of `splits.py`."""
    source: str
    a: str
    b: str
    label: int
    """1: the answer to either serves the other fully. Both readers said so."""


def read_adjudicated(folder: Path, labels: Path = LABELS) -> List[Adjudicated]:
    """The pairs both readers agreed on. Raises KeyError if the data lacks a text."""
    text_of = {text_hash(text): text for text in _every_text(folder)}
    rows = (json.loads(line) for line in labels.read_text(encoding='utf-8').splitlines())
    return [
        Adjudicated(r['side'], r['source'], text_of[r['a']], text_of[r['b']], r['label'])
        for r in rows
        if r['label'] is not None
    ]


def text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _every_text(folder: Path) -> Iterable[str]:
    for pair in qqp_pairs(folder):
        yield pair.a
        yield pair.b
    for text, _ in intent_texts(folder):
        yield text


def main() -> None:
    arguments = _arguments()
    rows = [json.loads(line) for line in arguments.pairs.read_text(encoding='utf-8').splitlines()]
    first, second = _readers(arguments.first), _readers(arguments.second)
    judged = [{**row, 'first': first[row['id']], 'second': second[row['id']]} for row in rows]
    with arguments.out.open('w', encoding='utf-8') as lines:
        for row in judged:
            lines.write(json.dumps(_label_row(row)) + '\n')
    _print_agreement(judged)


def _label_row(row: dict) -> dict:
    agreed = row['first'] == row['second'] and row['first'] != UNSURE
    return {
        'side': row['side'],
        'source': row['source'],
        'a': text_hash(row['a']),
        'b': text_hash(row['b']),
        'cosine': row['cosine'],
        'first': row['first'],
        'second': row['second'],
        'label': int(row['first']) if agreed else None,
    }


def _readers(files: List[Path]) -> Dict[int, str]:
    """id → `1`, `0` or `u`. Raises ValueError for anything else, or a pair that was read twice."""
    labels: Dict[int, str] = {}
    for path in files:
        for line in path.read_text(encoding='utf-8').splitlines():
            number, label = line.split('\t')
            if label not in ('0', '1', UNSURE) or int(number) in labels:
                raise ValueError(f'{path}: {line!r}')
            labels[int(number)] = label
    return labels


def _print_agreement(judged: List[dict]) -> None:
    sure = [row for row in judged if UNSURE not in (row['first'], row['second'])]
    same = sum(row['first'] == row['second'] for row in sure)
    kappa = _kappa(sure)
    print(f'{len(judged)} pairs; both sure of {len(sure)}, agreed on {same} ({100 * same / len(sure):.1f} %), κ {kappa:.2f}\n')
    print('| source | cosine | pairs | agreed: the same | agreed: not | not agreed or unsure |\n|---|---|---|---|---|---|')
    for source in sorted({row['source'] for row in judged}):
        for low, high in BANDS:
            rows = [row for row in judged if row['source'] == source and low <= row['cosine'] < high]
            counts = Counter(_label_row(row)['label'] for row in rows)
            print(f'| {source} | {low:.1f}–{min(high, 1):.1f} | {len(rows)} | {counts[1]} | {counts[0]} | {counts[None]} |')


def _kappa(rows: List[dict]) -> float:
    """Cohen's kappa: agreement beyond what two readers with these habits would reach by chance."""
    count = len(rows)
    observed = sum(row['first'] == row['second'] for row in rows) / count
    shares = [sum(row[reader] == '1' for row in rows) / count for reader in ('first', 'second')]
    chance = shares[0] * shares[1] + (1 - shares[0]) * (1 - shares[1])
    return (observed - chance) / (1 - chance)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--pairs', type=Path, required=True, help='what mine_pairs.py wrote')
    for reader in ('first', 'second'):
        parser.add_argument(f'--{reader}', type=Path, nargs='+', required=True, help='lines of `id<TAB>1|0|u`')
    parser.add_argument('--out', type=Path, required=True)
    return parser.parse_args()


if __name__ == '__main__':
    main()
