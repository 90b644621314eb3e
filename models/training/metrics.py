"""Figures of the model cards, with intervals from resampling whole components of questions."""

from dataclasses import dataclass
from typing import Callable, List, Sequence, Tuple

import numpy as np

ROUNDS = 1000
BOOTSTRAP_SEED = 7


@dataclass(frozen=True)
class Estimate:
    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f'{self.value:.3f} [{self.low:.3f}–{self.high:.3f}]'

    def percent(self) -> str:
        return f'{100 * self.value:.1f} % [{100 * self.low:.1f}–{100 * self.high:.1f}]'


def roc_auc(scores: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> float:
    """Probability that a pair with label 1 scores above one with label 0; ties count half."""
    order = np.argsort(scores, kind='stable')
    _, level = np.unique(scores[order], return_inverse=True)
    positive = np.bincount(level, (weights * labels)[order])
    negative = np.bincount(level, (weights * (1 - labels))[order])
    below = np.cumsum(negative) - negative
    return float((positive * (below + negative / 2)).sum() / (positive.sum() * negative.sum()))


def served_share(similarity: np.ndarray, right: np.ndarray, wrong_at_most: float, weights: np.ndarray) -> float:
    """Largest share of the stream that a cut on `similarity` can serve with at most this share of wrong hits.

    The cut is chosen on the same stream: it says what the similarity could do, not what a cut chosen elsewhere does.
    """
    return float(served_shares(similarity, right, (wrong_at_most,))(weights)[0])


def served_shares(
    similarity: np.ndarray, right: np.ndarray, wrong_at_most: Sequence[float]
) -> Callable[[np.ndarray], np.ndarray]:
    """`served_share` for several shares of wrong hits, as a function of the weights: it sorts only once."""
    order = np.argsort(-similarity, kind='stable')
    # A cut cannot part equal scores.
    last_of_level = np.append(np.diff(similarity[order]) != 0, True)
    wrong_here = ~right[order]

    def measure(weights: np.ndarray) -> np.ndarray:
        ordered = weights[order]
        served = np.cumsum(ordered)[last_of_level]
        wrong = np.cumsum(ordered * wrong_here)[last_of_level]
        return np.array([served[wrong <= x * served].max(initial=0) for x in wrong_at_most]) / weights.sum()

    return measure


def with_interval(measure: Callable[[np.ndarray], float], components: np.ndarray) -> Estimate:
    """`measure(weights)` on all rows, and its 2.5th and 97.5th percentile over resampled components."""
    return with_intervals(lambda weights: np.array([measure(weights)]), components)[0]


def with_intervals(measure: Callable[[np.ndarray], np.ndarray], components: np.ndarray) -> List[Estimate]:
    """The same of several numbers at once."""
    _, owner = np.unique(components, return_inverse=True)
    random = np.random.default_rng(BOOTSTRAP_SEED)
    count = owner.max() + 1
    rounds = [measure(_resampled(random, count)[owner]) for _ in range(ROUNDS)]
    lows, highs = np.percentile(rounds, [2.5, 97.5], axis=0)
    values = measure(np.ones(len(owner)))
    return [Estimate(float(v), float(low), float(high)) for v, low, high in zip(values, lows, highs)]


def _resampled(random: np.random.Generator, count: int) -> np.ndarray:
    return np.bincount(random.integers(count, size=count), minlength=count).astype(np.float64)


def nearest_earlier(rows_of: Callable[[int, int], np.ndarray], count: int) -> Tuple[np.ndarray, np.ndarray]:
    """For each item the most similar one before it: (similarity, index). The first item has −1 and −1.

    `rows_of(start, end)` gives the similarities of the items start..end to items 0..end.
    """
    best, index = several_earlier(rows_of, count, 1)
    return best[:, 0], index[:, 0]


def several_earlier(
    rows_of: Callable[[int, int], np.ndarray], count: int, several: int
) -> Tuple[np.ndarray, np.ndarray]:
    """As `nearest_earlier`, `[count, several]`, the most similar first; −1 and −1 where there are not so many."""
    best = np.full((count, several), -1.0, dtype=np.float32)
    index = np.full((count, several), -1, dtype=np.int64)
    step = 512
    for start in range(0, count, step):
        end = min(start + step, count)
        block = rows_of(start, end)
        block[np.arange(start, end)[:, None] <= np.arange(end)[None, :]] = -np.inf
        kept = min(several, block.shape[1])
        # Of equals the first, when only one is asked for.
        near = block.argmax(axis=1)[:, None] if kept == 1 else np.argpartition(-block, kept - 1, axis=1)[:, :kept]
        found = np.take_along_axis(block, near, axis=1)
        order = np.argsort(-found, axis=1, kind='stable')
        near, found = np.take_along_axis(near, order, axis=1), np.take_along_axis(found, order, axis=1)
        some = np.isfinite(found)
        best[start:end, :kept][some] = found[some]
        index[start:end, :kept][some] = near[some]
    return best, index
