"""How many near misses of unseen templates are blocked, and how many paraphrases are not, by rules and verifier."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import List

import numpy as np

from embedder import Embedder
from logistic import Logistic
from lookups import BLOCKED
from metrics import with_interval
from pair_features import pair_features
from verifier_examples import cosines_of

KEPT_IN_DEVELOPMENT = 0.9
"""The cut is the highest that keeps this share of the paraphrases of the templates that may be looked at."""


@dataclass(frozen=True)
class Judged:
    templates: np.ndarray
    kinds: np.ndarray
    labels: np.ndarray
    held_out: np.ndarray
    logits: np.ndarray
    conflicts: np.ndarray

    def of(self, rows: np.ndarray) -> 'Judged':
        return Judged(*(values[rows] for values in vars(self).values()))


def judge_adversarial(path: Path, embedder: Embedder, verifier: Logistic) -> Judged:
    with path.open(encoding='utf-8') as lines:
        rows = [json.loads(line) for line in lines]
    texts = [(row['a'], row['b']) for row in rows]
    table = pair_features(texts, cosines_of(embedder, texts))
    return Judged(
        np.array([row['template'] for row in rows]),
        np.array([row['kind'] for row in rows]),
        np.array([row['label'] for row in rows]),
        np.array([row['heldOut'] for row in rows]),
        verifier.logits(table),
        table.column('anyConflict') > 0,
    )


def print_adversarial(judged: Judged) -> float:
    """Returns the cut on the logit of rules and verifier."""
    ways = {
        'hard rules': np.where(judged.conflicts, BLOCKED, 1.0),
        'verifier': judged.logits,
        'hard rules and verifier': np.where(judged.conflicts, BLOCKED, judged.logits),
    }
    there, here = ~judged.held_out, judged.held_out
    templates = len(np.unique(judged.templates[here]))
    print(f'\nAdversarial pairs of {templates} held-out templates; cut: the highest that keeps')
    print(f'{100 * KEPT_IN_DEVELOPMENT:.0f} % of the paraphrases of the other templates\n')
    print('| decided by | cut on P | near misses blocked | paraphrases kept |\n|---|---|---|---|')
    cuts = {name: _cut(scores[there], judged.labels[there]) for name, scores in ways.items()}
    for name, scores in ways.items():
        kept = scores >= cuts[name]
        blocked, passed = (_share(kept == bool(label), judged, here & (judged.labels == label)) for label in (0, 1))
        shown = '–' if name == 'hard rules' else f'{1 / (1 + np.exp(-cuts[name])):.3f}'
        print(f'| {name} | {shown} | {blocked} | {passed} |')
    name = 'hard rules and verifier'
    _print_kinds(judged, ways[name] >= cuts[name])
    return cuts[name]


def _cut(scores: np.ndarray, labels: np.ndarray) -> float:
    same = np.sort(scores[labels == 1])[::-1]
    return float(same[int(np.ceil(KEPT_IN_DEVELOPMENT * len(same))) - 1])


def _share(right: np.ndarray, judged: Judged, rows: np.ndarray) -> str:
    values = right[rows].astype(np.float64)
    return with_interval(lambda w: float((w * values).sum() / max(w.sum(), 1)), judged.templates[rows]).percent()


def _print_kinds(judged: Judged, kept: np.ndarray) -> None:
    print('\nHard rules and verifier, held-out templates by kind\n')
    print('| kind | near misses | blocked | paraphrases | kept |\n|---|---|---|---|---|')
    for kind in sorted(np.unique(judged.kinds)):
        cells: List[str] = []
        for label in (0, 1):
            rows = judged.held_out & (judged.kinds == kind) & (judged.labels == label)
            right = (kept == bool(label))[rows]
            cells += [f'{len(right)}', f'{100 * right.mean():.0f} %' if len(right) else '–']
        print(f'| {kind} | ' + ' | '.join(cells) + ' |')
