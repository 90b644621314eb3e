"""Prints the tables of the verifier's card from questions that no training saw.

    /usr/bin/python3 models/training/evaluate_verifier.py --data DIR --side test

The weight of the cosine in the combination and the cuts are chosen on `develop`. `--side develop` is for choosing a
recipe; the card reports `test`. `--split groups` measures models that were trained on half of the groups.
"""

import argparse
import time
from pathlib import Path
from typing import Dict, List

import numpy as np

from adjudicated import read_adjudicated
from adversarial_table import judge_adversarial, print_adversarial
from data import Pair, labelled_pairs, qqp_pairs, sick_pairs, sts_pairs
from embedder import Embedder
from export_logistic import read_logistic
from logistic import Logistic
from lookups import BLOCKED, Combination, Lookups, look_up
from metrics import roc_auc, served_share, served_shares, with_interval, with_intervals
from pair_features import ROOT, FeatureTable, pair_features
from progress import peak_memory_mb
from similarities import baselines
from splits import SPLITS, component_numbers, half_of, split_pairs
from stream import Stream, make_stream, make_whole_stream
from verifier_examples import ADVERSARIAL, NEIGHBOURS, cosines_of

WRONG_SHARES = (0.02, 0.05, 0.10, 0.20)
CHOOSING_SHARES = (0.05, 0.075, 0.10, 0.15)
WEIGHTS = (0.0, 0.33, 0.67, 1.0, 1.33, 2.0, 3.0, 5.0)
EXAMPLES = (
    ('How do I reset my password', 'how can i reset my password?'),
    ('How do I reset my password', 'I forgot my password, what should I do?'),
    ('enable 2FA', 'turn on two-factor authentication'),
    ('What are some ways to save money?', 'How can I spend less?'),
    ('enable 2FA', 'disable 2FA'),
    ('convert 10 km to miles', 'convert 100 km to miles'),
    ('flights from Paris to Rome', 'flights from Rome to Paris'),
    ('Is Python better than Java?', 'Is Java better than Python?'),
    ('how to boil eggs', 'how not to boil eggs'),
    ('What is the homeopathic treatment for asthma?', 'What is the homeopathic treatment for asthma in children?'),
    ('How do I chat with a girl?', 'How do I chat with a girl I like?'),
    ('What is the Kashmir conflict?', 'What is the solution of the Kashmir conflict?'),
    ('Who wrote Hamlet?', 'Who filmed Hamlet?'),
)
USUAL_CUT = 0.92
"""A cosine cut that other gateways come with."""


def main() -> None:
    arguments = _arguments()
    started = time.monotonic()
    embedder = Embedder(arguments.embedder)
    verifier = read_logistic(arguments.verifier / 'model.onnx')
    pairs = qqp_pairs(arguments.data)
    sides = split_pairs(pairs, arguments.split)
    owners = component_numbers(pairs, arguments.split)
    known = sorted({text for pair in sides['train'] for text in (pair.a, pair.b)})
    simple = baselines(known) if arguments.baselines else []
    streams = _streams(sides, owners, arguments)
    chosen_on = look_up(streams['develop'], embedder, verifier, NEIGHBOURS)
    combination = _choose(chosen_on)
    centred = f'(cosine − {combination.middle:.3f}) / {combination.spread:.3f}'
    print(f'\nScore = logit of the verifier + {combination.weight} · {centred}')
    _print_pairs(simple, sides[arguments.side], embedder, verifier, combination, owners)
    lookups = chosen_on
    if arguments.side == 'test':
        lookups = look_up(streams['test'], embedder, verifier, NEIGHBOURS)
    _print_stream(simple, lookups, combination, owners)
    _print_cuts(chosen_on, lookups, combination)
    if arguments.split == 'components':
        _print_adjudicated(simple, arguments, embedder, verifier, combination, lookups)
        if arguments.side == 'test':
            _print_adversarial(lookups, embedder, verifier)
        _print_elsewhere(simple, arguments.data, embedder, verifier, combination)
        _print_examples(embedder, verifier)
    print(f'\n{time.monotonic() - started:.0f} s, {peak_memory_mb():.0f} MiB at most')


def _streams(sides, units: Dict[int, int], arguments) -> Dict[str, Stream]:
    """Under the split by groups, which has no side to choose on, half of the held-out groups are that side."""
    if arguments.split == 'components':
        return {side: make_stream(sides[side]) for side in ('develop', 'test')}
    halves = {'develop': 0, 'test': 1}
    held_out = sides['test']
    return {name: make_whole_stream(held_out, lambda g: half_of(units[g]) == half) for name, half in halves.items()}


def _choose(lookups: Lookups) -> Combination:
    """The weight that serves most of the stream, on average over the shares of wrong hits that matter."""
    nearest = lookups.cosines[lookups.indices[:, 0] >= 0, 0]
    offered = [Combination(weight, float(nearest.mean()), float(nearest.std())) for weight in WEIGHTS]

    def served(combination: Combination) -> float:
        score, right = lookups.best(_ruled(lookups, combination.scores(lookups.logits, lookups.cosines)))
        return sum(served_share(score, right, x, np.ones(len(score))) for x in CHOOSING_SHARES)

    return max(offered, key=served)


def _ruled(lookups: Lookups, scores: np.ndarray) -> np.ndarray:
    return np.where(lookups.conflicts, BLOCKED, scores)


def _scores(lookups: Lookups, combination: Combination) -> Dict[str, np.ndarray]:
    combined = combination.scores(lookups.logits, lookups.cosines)
    first = np.where(np.arange(lookups.cosines.shape[1]) > 0, BLOCKED, combined)
    return {
        'cosine': lookups.cosines,
        'cosine, hard rules': _ruled(lookups, lookups.cosines),
        'verifier': lookups.logits,
        'verifier and cosine': combined,
        'verifier and cosine, hard rules': _ruled(lookups, combined),
        'the same, nearest prompt only': _ruled(lookups, first),
    }


def _print_pairs(simple, held_out: List[Pair], embedder, verifier, combination, components) -> None:
    labels = _labels(held_out)
    print(f'\nQQP: {len(held_out)} pairs, {int(labels.sum())} of them the same question\n')
    print('| score | pair ROC AUC |\n|---|---|')
    owners = np.array([components[pair.group_a] for pair in held_out])
    for name, scores in _pair_scores(simple, held_out, embedder, verifier, combination).items():
        print(f'| {name} | {with_interval(lambda w: roc_auc(scores, labels, w), owners)} |', flush=True)


def _pair_scores(simple, pairs: List[Pair], embedder, verifier: Logistic, combination) -> Dict[str, np.ndarray]:
    texts = [(pair.a, pair.b) for pair in pairs]
    cosines = cosines_of(embedder, texts)
    table: FeatureTable = pair_features(texts, cosines)
    logits = verifier.logits(table)
    return {
        **{similarity.name: similarity.of_pairs(pairs) for similarity in simple},
        'cosine': cosines,
        'verifier': logits,
        'verifier and cosine': combination.scores(logits, cosines),
    }


def _print_stream(simple, lookups: Lookups, combination, components) -> None:
    stream = lookups.stream
    owners = np.array([components[group] for group in stream.groups])
    print(f'\nStream of {len(stream.texts)} prompts, {100 * stream.mated:.1f} % with an earlier mate; strict labels;')
    print(f'{lookups.cosines.shape[1]} nearest prompts looked at. Share served with at most so many wrong hits, the cut')
    print('chosen on the stream itself\n')
    print('| score |' + ''.join(f' ≤ {100 * share:.0f} % |' for share in WRONG_SHARES))
    print('|---|' + '---|' * len(WRONG_SHARES))
    found = {similarity.name: _nearest(similarity, stream) for similarity in simple}
    found.update({name: lookups.best(scores) for name, scores in _scores(lookups, combination).items()})
    for name, (score, right) in found.items():
        served = with_intervals(served_shares(score, right, WRONG_SHARES), owners)
        print(f'| {name} |' + ''.join(f' {estimate.percent()} |' for estimate in served), flush=True)


def _nearest(similarity, stream: Stream):
    best, index = similarity.nearest_earlier(stream.texts)
    return best, (index >= 0) & (stream.groups[index] == stream.groups)


def _print_cuts(chosen_on: Lookups, lookups: Lookups, combination: Combination) -> None:
    print('\nCuts chosen on `develop`, used here: served, of these wrong\n')
    print('| score |' + ''.join(f' for ≤ {100 * share:.0f} % |' for share in WRONG_SHARES[1:]))
    print('|---|' + '---|' * len(WRONG_SHARES[1:]))
    there, here = _scores(chosen_on, combination), _scores(lookups, combination)
    for name in there:
        cuts = [_cut(*chosen_on.best(there[name]), share) for share in WRONG_SHARES[1:]]
        print(f'| {name} |' + ''.join(f' {_served_at(*lookups.best(here[name]), cut)} |' for cut in cuts))
    print(f"\ncosine ≥ {USUAL_CUT}: {_served_at(*lookups.best(lookups.cosines), USUAL_CUT)}")


def _cut(score: np.ndarray, right: np.ndarray, wrong_at_most: float) -> float:
    count = round(served_share(score, right, wrong_at_most, np.ones(len(score))) * len(score))
    return float(np.sort(score)[-count]) if count > 0 else np.inf


def _served_at(score: np.ndarray, right: np.ndarray, cut: float) -> str:
    served = score >= cut
    if not served.any():
        return 'nothing'
    return f'{100 * served.mean():.1f} %, {100 * (~right[served]).mean():.1f} % wrong'


def _print_adjudicated(simple, arguments, embedder, verifier, combination, lookups: Lookups) -> None:
    read = [pair for pair in read_adjudicated(arguments.data) if pair.side == arguments.side]
    banded = [pair for pair in read if arguments.side != 'test' or pair.source != 'qqp']
    pairs = [Pair(pair.a, pair.b, pair.label) for pair in banded]
    labels = _labels(pairs)
    print(f'\nAdjudicated near neighbours: {len(pairs)} pairs, {int(labels.sum())} of them the same\n')
    print('| score | pair ROC AUC |\n|---|---|')
    for name, scores in _pair_scores(simple, pairs, embedder, verifier, combination).items():
        print(f'| {name} | {with_interval(lambda w: roc_auc(scores, labels, w), np.arange(len(pairs)))} |')
    same = {frozenset((pair.a, pair.b)) for pair in read if pair.label == 1}
    corrected = lookups.corrected(same)
    found = int((corrected.right & ~lookups.right).sum())
    print(f'\nThe stream again: {found} neighbours that the strict labels call wrong are right by the adjudicated ones, the')
    print('others stay wrong, read or not. Share served with at most so many wrong hits\n')
    _print_shares({name: corrected.best(s) for name, s in _scores(corrected, combination).items()})


def _print_shares(found) -> None:
    print('| score |' + ''.join(f' ≤ {100 * share:.0f} % |' for share in WRONG_SHARES))
    print('|---|' + '---|' * len(WRONG_SHARES))
    for name, (score, right) in found.items():
        shares = served_shares(score, right, WRONG_SHARES)(np.ones(len(score)))
        print(f'| {name} |' + ''.join(f' {100 * share:.1f} % |' for share in shares))


def _print_adversarial(lookups: Lookups, embedder: Embedder, verifier: Logistic) -> None:
    cut = print_adversarial(judge_adversarial(ADVERSARIAL, embedder, verifier))
    served = _served_at(*lookups.best(_ruled(lookups, lookups.logits)), cut)
    print(f'\nThe stream with hard rules and verifier at that cut: {served}')


def _print_elsewhere(simple, folder: Path, embedder, verifier, combination) -> None:
    sets = {
        'MRPC': labelled_pairs(folder, 'mrpc'),
        'STS-B, genres not trained on': sts_pairs(folder, trained=False),
        'SICK': sick_pairs(folder),
        'medical questions': labelled_pairs(folder, 'medical'),
    }
    print('\nOther sources, none of them trained on: pair ROC AUC\n')
    columns: Dict[str, List[str]] = {}
    for pairs in sets.values():
        labels = _labels(pairs)
        for name, scores in _pair_scores(simple, pairs, embedder, verifier, combination).items():
            auc = with_interval(lambda w: roc_auc(scores, labels, w), np.arange(len(pairs)))
            columns.setdefault(name, []).append(str(auc))
    print('| score |' + ''.join(f' {name} ({len(pairs)}) |' for name, pairs in sets.items()))
    print('|---|' + '---|' * len(sets))
    for name, cells in columns.items():
        print(f'| {name} | ' + ' | '.join(cells) + ' |', flush=True)


def _print_examples(embedder: Embedder, verifier: Logistic) -> None:
    cosines = cosines_of(embedder, list(EXAMPLES))
    table = pair_features(list(EXAMPLES), cosines)
    chances = 1 / (1 + np.exp(-verifier.logits(table)))
    print('\nFixed sentences\n\n| a | b | cosine | P | hard rules |\n|---|---|---|---|---|')
    for (a, b), cosine, chance, hard in zip(EXAMPLES, cosines, chances, table.column('anyConflict') > 0):
        print(f"| {a} | {b} | {cosine:.3f} | {chance:.3f} | {'conflict' if hard else ''} |")


def _labels(pairs: List[Pair]) -> np.ndarray:
    return np.array([pair.label for pair in pairs], dtype=np.float64)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--embedder', type=Path, default=ROOT / 'models' / 'embedder')
    parser.add_argument('--verifier', type=Path, default=ROOT / 'models' / 'verifier')
    parser.add_argument('--side', choices=['develop', 'test'], default='test')
    parser.add_argument('--split', choices=list(SPLITS), default='components')
    parser.add_argument('--baselines', action=argparse.BooleanOptionalAction, default=True)
    return parser.parse_args()


if __name__ == '__main__':
    main()
