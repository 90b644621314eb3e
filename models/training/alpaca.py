"""AlpacaEval: open questions whose answers were judged by preference. Only measured on."""

from pathlib import Path
from typing import List

import numpy as np

from complexity import Classifier
from data import read_rows
from metrics import roc_auc, with_interval
from prompt_features import read_features
from routing_metrics import Outcomes, Routing

CHEAP = 'Mixtral-8x7B-Instruct-v0.1'
NEWER = 'FuseChat'
"""Models newer than the judged pair, which beat it."""


def print_alpaca(folder: Path, classifier: Classifier) -> None:
    rows = list(read_rows(folder, 'alpaca_eval'))
    scores = classifier.probabilities(read_features([row['prompt'] for row in rows]))
    lengths = np.array([len(row['prompt']) for row in rows], dtype=np.float64)
    print(f'\nAlpacaEval, {len(rows)} open prompts, none trained on: does the cheap answer lose against gpt-4-1106-preview?\n')
    print('| | APGR, Mixtral 8x7B | AUC, Mixtral 8x7B loses | APGR, mean of cheap models |\n|---|---|---|---|')
    for name, order in (('this classifier', scores), ('length of the prompt', lengths)):
        print(f'| {name} | ' + ' | '.join(_cells(rows, order)) + ' |')


def _cells(rows: List[dict], order: np.ndarray) -> List[str]:
    judged = np.array([CHEAP in row['weak_win_prob'] for row in rows])
    mixtral = np.array([row['weak_win_prob'].get(CHEAP, 0.0) for row in rows])[judged]
    mean = np.array([np.mean([p for m, p in row['weak_win_prob'].items() if NEWER not in m]) for row in rows])
    loses, each, all_rows = 1 - np.round(mixtral), np.arange(judged.sum()), np.arange(len(rows))
    return [
        str(with_interval(_routing(mixtral, order[judged]).apgr, each)),
        str(with_interval(lambda w: roc_auc(order[judged], loses, w), each)),
        str(with_interval(_routing(mean, order).apgr, all_rows)),
    ]


def _routing(win: np.ndarray, order: np.ndarray) -> Routing:
    """The strong model against itself would win half the time."""
    return Routing(Outcomes(win, np.full(len(win), 0.5), np.ones(len(win))), order)
