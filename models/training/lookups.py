"""What a cache with a verifier would find for each prompt of a stream, and how it would score it."""

from dataclasses import dataclass, replace
from typing import FrozenSet, Set, Tuple

import numpy as np

from embedder import Embedder
from logistic import Logistic
from metrics import several_earlier
from pair_features import pair_features
from stream import Stream

BLOCKED = -1e9
"""Score of what is never served."""


@dataclass(frozen=True)
class Combination:
    """Score = logit of the verifier + weight · z(cosine): one number to cut."""

    weight: float
    middle: float
    spread: float

    def scores(self, logits: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        return logits + self.weight * (cosines - self.middle) / self.spread


@dataclass(frozen=True)
class Lookups:
    """The nearest earlier prompts of each prompt."""

    stream: Stream
    cosines: np.ndarray
    """`[prompts, neighbours]`, nearest first; −1 where there is none."""
    indices: np.ndarray
    logits: np.ndarray
    """Of the verifier, same shape; `BLOCKED` where there is no neighbour."""
    conflicts: np.ndarray
    """Whether a hard rule speaks against the neighbour."""
    right: np.ndarray
    """By the strict labels: both prompts are in one group."""

    def best(self, scores: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
        """(score, right) of the best neighbour of each prompt, from scores of the shape of `cosines`."""
        allowed = np.where(self.indices >= 0, scores, BLOCKED)
        chosen = allowed.argmax(axis=1)
        rows = np.arange(len(chosen))
        return allowed[rows, chosen], self.right[rows, chosen]

    def corrected(self, same: Set[FrozenSet[str]]) -> 'Lookups':
        """Right as well where readers agreed that the two prompts ask the same."""
        right = self.right.copy()
        for row, rank in np.argwhere((self.indices >= 0) & ~self.right):
            texts = (self.stream.texts[row], self.stream.texts[self.indices[row, rank]])
            right[row, rank] = frozenset(texts) in same
        return replace(self, right=right)


def look_up(stream: Stream, embedder: Embedder, verifier: Logistic, neighbours: int) -> Lookups:
    vectors = embedder.embed(stream.texts)
    cosines, indices = several_earlier(
        lambda start, end: vectors[start:end] @ vectors[:end].T, len(stream.texts), neighbours
    )
    places = np.argwhere(indices >= 0)
    texts = [(stream.texts[row], stream.texts[indices[row, rank]]) for row, rank in places]
    table = pair_features(texts, cosines[indices >= 0])
    logits = np.full(cosines.shape, BLOCKED)
    conflicts = np.ones(cosines.shape, dtype=bool)
    logits[indices >= 0] = verifier.logits(table)
    conflicts[indices >= 0] = table.column('anyConflict') > 0
    right = (indices >= 0) & (stream.groups[indices] == stream.groups[:, None])
    return Lookups(stream, cosines.astype(np.float64), indices, logits, conflicts, right)


