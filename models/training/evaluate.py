"""Prints the tables of the embedder's card from questions that no training saw.

    python3 models/training/evaluate.py --data DIR --model models/embedder

`--side develop` is for choosing a recipe; the card reports `test`. More than one `--model` puts variants side by side.
"""

import argparse
import time
from pathlib import Path
from typing import List

import numpy as np

from data import Pair, labelled_pairs, qqp_pairs, sick_pairs, sts_pairs
from embedder import Embedder
from metrics import roc_auc, served_shares, with_interval, with_intervals
from progress import peak_memory_mb
from similarities import Similarity, Vectors, baselines
from splits import component_numbers, split_pairs
from stream import Stream, make_stream

WRONG_SHARES = (0.02, 0.05, 0.10, 0.20)

NEIGHBOURS = (
    ('How do I reset my password', 'how can i reset my password?'),
    ('How do I reset my password', 'I forgot my password, what should I do?'),
    ('What is the capital of France?', "what's france's capital"),
    ('enable 2FA', 'turn on two-factor authentication'),
    ('enable 2FA', 'disable 2FA'),
    ('convert 10 km to miles', 'convert 100 km to miles'),
    ('flights from Paris to Rome', 'flights from Rome to Paris'),
    ('Is Python better than Java?', 'Is Java better than Python?'),
    ('how to boil eggs', 'how not to boil eggs'),
    ('How do I reset my password', 'What is the capital of France?'),
)


def main() -> None:
    arguments = _arguments()
    started = time.monotonic()
    pairs = qqp_pairs(arguments.data)
    sides = split_pairs(pairs)
    known = sorted({text for pair in sides['train'] for text in (pair.a, pair.b)})
    models: List[Similarity] = [Vectors(str(path), Embedder(path)) for path in arguments.model]
    compared = [*(baselines(known) if arguments.baselines else []), *models]
    held_out = sides[arguments.side]
    components = component_numbers(pairs)
    _print_pairs(compared, held_out, components, arguments.side)
    _print_stream(compared, make_stream(held_out), components)
    _print_elsewhere(compared, arguments.data)
    _print_neighbours([Embedder(path) for path in arguments.model], arguments.model)
    print(f'\n{time.monotonic() - started:.0f} s, {peak_memory_mb():.0f} MiB at most')


def _print_pairs(compared, held_out: List[Pair], components, side: str) -> None:
    labels = _labels(held_out)
    print(f'\nQQP, side {side}: {len(held_out)} pairs, {int(labels.sum())} of them the same question\n')
    print('| similarity | pair ROC AUC |\n|---|---|')
    owners = np.array([components[pair.group_a] for pair in held_out])
    for similarity in compared:
        scores = similarity.of_pairs(held_out)
        print(f'| {similarity.name} | {with_interval(lambda w: roc_auc(scores, labels, w), owners)} |', flush=True)


def _print_stream(compared, stream: Stream, components) -> None:
    owners = np.array([components[group] for group in stream.groups])
    print(f'\nStream of {len(stream.texts)} prompts, {100 * stream.mated:.1f} % with an earlier mate; strict labels.')
    print('Share served with at most so many wrong hits, the cut chosen on the stream itself\n')
    print('| similarity |' + ''.join(f' ≤ {100 * share:.0f} % |' for share in WRONG_SHARES))
    print('|---|' + '---|' * len(WRONG_SHARES))
    for similarity in compared:
        best, index = similarity.nearest_earlier(stream.texts)
        right = (index >= 0) & (stream.groups[index] == stream.groups)
        served = with_intervals(served_shares(best, right, WRONG_SHARES), owners)
        print(f'| {similarity.name} |' + ''.join(f' {estimate.percent()} |' for estimate in served), flush=True)


def _print_elsewhere(compared, folder: Path) -> None:
    sets = {
        'MRPC': labelled_pairs(folder, 'mrpc'),
        'STS-B, genres not trained on': sts_pairs(folder, trained=False),
        'SICK': sick_pairs(folder),
        'medical questions': labelled_pairs(folder, 'medical'),
    }
    print('\nOther sources, none of them trained on: pair ROC AUC\n')
    print('| similarity |' + ''.join(f' {name} ({len(pairs)}) |' for name, pairs in sets.items()))
    print('|---|' + '---|' * len(sets))
    for similarity in compared:
        cells = []
        for pairs in sets.values():
            scores, labels = similarity.of_pairs(pairs), _labels(pairs)
            owners = np.arange(len(pairs))
            cells.append(str(with_interval(lambda w: roc_auc(scores, labels, w), owners)))
        print(f'| {similarity.name} | ' + ' | '.join(cells) + ' |', flush=True)


def _print_neighbours(embedders: List[Embedder], names: List[Path]) -> None:
    print('\nCosines of fixed sentences\n')
    print('| a | b |' + ''.join(f' {name} |' for name in names))
    print('|---|---|' + '---|' * len(names))
    for a, b in NEIGHBOURS:
        cosines = [float(np.dot(*embedder.embed([a, b]))) for embedder in embedders]
        print(f'| {a} | {b} |' + ''.join(f' {cosine:.3f} |' for cosine in cosines))


def _labels(pairs: List[Pair]) -> np.ndarray:
    return np.array([pair.label for pair in pairs], dtype=np.float64)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--model', type=Path, action='append', required=True, help='folder of model files')
    parser.add_argument('--side', choices=['develop', 'test'], default='test')
    parser.add_argument('--baselines', action=argparse.BooleanOptionalAction, default=True)
    return parser.parse_args()


if __name__ == '__main__':
    main()
