"""How good an order of prompts is for routing: the share of the strong model's gain that a share of its calls brings.

The hardest prompts by score go to the strong model, first 0, then 1, … then all. PGR is the performance above that of the
cheap model, as a share of the gap between the two; APGR is its mean over all shares. A random order has an APGR of 0.5.
After RouteLLM, https://arxiv.org/abs/2406.18665.
"""

from dataclasses import dataclass
from typing import Tuple

import numpy as np


@dataclass(frozen=True)
class Outcomes:
    """What each prompt brought with either model, 0..1, and what a strong call costs above a cheap one."""

    weak: np.ndarray
    strong: np.ndarray
    extra_cost: np.ndarray

    def rows(self, chosen: np.ndarray) -> 'Outcomes':
        return Outcomes(self.weak[chosen], self.strong[chosen], self.extra_cost[chosen])


class Routing:
    """Prompts in the order in which they go to the strong model. Methods take one weight a prompt, for resampling."""

    def __init__(self, outcomes: Outcomes, scores: np.ndarray) -> None:
        self._order = np.argsort(-scores, kind='stable')
        # Equal scores are one step: no cut can part them.
        self._last_of_level = np.append(np.diff(scores[self._order]) != 0, True)
        self._weak = outcomes.weak[self._order]
        self._gain = (outcomes.strong - outcomes.weak)[self._order]
        self._cost = outcomes.extra_cost[self._order]

    def apgr(self, weights: np.ndarray) -> float:
        share, recovered = self._recovery(weights, np.ones(len(self._order)))
        return float(np.trapz(recovered, share))

    def apgr_by_cost(self, weights: np.ndarray) -> float:
        """As APGR, over shares of the extra cost of always-strong instead of shares of its calls."""
        share, recovered = self._recovery(weights, self._cost)
        return float(np.trapz(recovered, share))

    def cpt(self, weights: np.ndarray, wanted: float) -> float:
        """The smallest share of strong calls that recovers so much of the gap."""
        share, recovered = self._recovery(weights, np.ones(len(self._order)))
        after = int(np.argmax(recovered >= wanted))
        if after == 0:
            return 1.0
        step = (wanted - recovered[after - 1]) / (recovered[after] - recovered[after - 1])
        return float(share[after - 1] + step * (share[after] - share[after - 1]))

    def performance(self, weights: np.ndarray, strong_share: float) -> float:
        """Mean performance with so many strong calls."""
        share, recovered = self._recovery(weights, np.ones(len(self._order)), relative=False)
        ordered = weights[self._order]
        gained = np.interp(strong_share, share, recovered)
        return float(((ordered * self._weak).sum() + gained) / ordered.sum())

    def _recovery(self, weights: np.ndarray, cost: np.ndarray, relative: bool = True) -> Tuple[np.ndarray, np.ndarray]:
        """(share of the cost, gain), from nothing to all; `relative`: the gain as a share of the whole."""
        ordered = weights[self._order]
        gain, spent = np.cumsum(ordered * self._gain), np.cumsum(ordered * cost)
        reached = gain / gain[-1] if relative else gain
        return np.append(0, spent[self._last_of_level] / spent[-1]), np.append(0, reached[self._last_of_level])


@dataclass(frozen=True)
class Bin:
    prompts: int
    said: float
    found: float


def reliability(probabilities: np.ndarray, labels: np.ndarray, bins: int = 10) -> Tuple[Bin, ...]:
    """Bins of equally many prompts, from the lowest probability to the highest."""
    parts = np.array_split(np.argsort(probabilities, kind='stable'), bins)
    return tuple(Bin(len(part), float(probabilities[part].mean()), float(labels[part].mean())) for part in parts)


def calibration_error(probabilities: np.ndarray, labels: np.ndarray, bins: int = 10) -> float:
    """ECE: the mean distance between what was said and what was found."""
    table = reliability(probabilities, labels, bins)
    return sum(row.prompts * abs(row.said - row.found) for row in table) / len(probabilities)


def calibration_error_of_even_bins(probabilities: np.ndarray, labels: np.ndarray, bins: int = 10) -> float:
    """As above, over bins of equal width, as it is often reported."""
    place = np.minimum((probabilities * bins).astype(int), bins - 1)
    error = np.abs(np.bincount(place, probabilities, bins) - np.bincount(place, labels, bins))
    return float(error.sum() / len(probabilities))
