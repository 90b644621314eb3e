"""What one epoch of training sees: positive pairs with a hard negative each, and labelled pairs."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Dict, List, Tuple

import numpy as np

from data import Pair
from text_bank import TextBank

SAME_FROM = 0.8
DIFFERENT_TO = 0.6
"""Graded pairs between the two are neither."""


@dataclass
class Examples:
    anchors: np.ndarray
    positives: np.ndarray
    negatives: np.ndarray
    """A text like the anchor that is known not to ask the same."""
    groups: np.ndarray
    """Two examples of one group are no negatives of each other."""
    labelled: np.ndarray
    """`[pairs, 2]` text numbers."""
    labels: np.ndarray


class ExampleMaker:
    """Draws the examples of an epoch; the same generator state gives the same examples."""

    def __init__(self, bank: TextBank, pairs: List[Pair], intents: List[Tuple[str, str]]) -> None:
        certain = [pair for pair in pairs if _certain(pair)]
        self._first = bank.add_all(pair.a for pair in certain)
        self._second = bank.add_all(pair.b for pair in certain)
        self._labels = np.array([pair.label for pair in certain], dtype=np.float32)
        self._groups = np.array([[pair.group_a, pair.group_b] for pair in certain])
        self._questions = np.array(sorted({*self._first.tolist(), *self._second.tolist()}))
        self._hard = self._hard_negatives()
        self._intents = self._by_intent(bank, intents)

    def draw(self, random: np.random.Generator) -> Examples:
        from_pairs = self._from_pairs(random)
        from_intents = self._from_intents(random)
        rows = np.array(from_pairs + from_intents)
        random.shuffle(rows)
        labelled = np.stack([self._first, self._second], axis=1)
        order = random.permutation(len(labelled))
        return Examples(rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3], labelled[order], self._labels[order])

    def _from_pairs(self, random: np.random.Generator) -> List[Tuple[int, int, int, int]]:
        rows = []
        for index in np.flatnonzero(self._labels == 1):
            group = int(self._groups[index, 0])
            hard = self._hard.get(group)
            negative = random.choice(hard) if hard else random.choice(self._questions)
            # Pairs without groups count as a group of their own.
            key = group if group >= 0 else -2 - int(index)
            rows.append((int(self._first[index]), int(self._second[index]), int(negative), key))
        return rows

    def _from_intents(self, random: np.random.Generator) -> List[Tuple[int, int, int, int]]:
        rows = []
        everything = np.concatenate(self._intents) if self._intents else np.array([], dtype=np.int64)
        for number, texts in enumerate(self._intents):
            shuffled = random.permutation(texts)
            for a, b in zip(shuffled[0::2], shuffled[1::2]):
                rows.append((int(a), int(b), int(random.choice(everything)), -1_000_000 - number))
        return rows

    def _hard_negatives(self) -> Dict[int, List[int]]:
        hard: Dict[int, List[int]] = defaultdict(list)
        for index in np.flatnonzero(self._labels == 0):
            group_a, group_b = self._groups[index].tolist()
            if group_a >= 0:
                hard[group_a].append(int(self._second[index]))
                hard[group_b].append(int(self._first[index]))
        return hard

    def _by_intent(self, bank: TextBank, intents: List[Tuple[str, str]]) -> List[np.ndarray]:
        groups: Dict[str, List[int]] = defaultdict(list)
        for text, intent in intents:
            groups[intent].append(bank.add(text))
        return [np.array(numbers) for numbers in groups.values()]


def _certain(pair: Pair) -> bool:
    return pair.score is None or pair.score >= SAME_FROM or pair.score <= DIFFERENT_TO
