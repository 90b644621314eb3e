"""A stream of held-out prompts as a cache would see it: each may ask what an earlier one asked."""

from collections import Counter
from dataclasses import dataclass
from typing import Callable, Dict, List

import numpy as np

from data import Pair

STREAM_SEED = 1
MATED_SHARE = 0.283
"""Share of prompts that have an earlier mate: the groups of one question are thinned out to reach it."""


@dataclass(frozen=True)
class Stream:
    texts: List[str]
    groups: np.ndarray
    mated: float
    """Share of prompts with an earlier prompt of the same group: no cache can rightly serve more."""


def make_stream(pairs: List[Pair]) -> Stream:
    group_of = _group_of(pairs)
    sizes = Counter(group_of.values())
    random = np.random.default_rng(STREAM_SEED)
    several = [text for text, group in group_of.items() if sizes[group] > 1]
    alone = [text for text, group in group_of.items() if sizes[group] == 1]
    mates = len(several) - sum(size > 1 for size in sizes.values())
    kept = min(len(alone), int(mates / MATED_SHARE) - len(several))
    texts = several + [alone[i] for i in random.permutation(len(alone))[:kept]]
    return _shuffled(texts, group_of, random)


def make_whole_stream(pairs: List[Pair], groups: Callable[[int], bool]) -> Stream:
    """All prompts of the chosen groups, with as many mates as they have."""
    group_of = {text: group for text, group in _group_of(pairs).items() if groups(group)}
    return _shuffled(list(group_of), group_of, np.random.default_rng(STREAM_SEED))


def _group_of(pairs: List[Pair]) -> Dict[str, int]:
    group_of: Dict[str, int] = {}
    for pair in pairs:
        group_of[pair.a] = pair.group_a
        group_of[pair.b] = pair.group_b
    return group_of


def _shuffled(texts: List[str], group_of: Dict[str, int], random: np.random.Generator) -> Stream:
    shuffled = [texts[i] for i in random.permutation(len(texts))]
    groups = np.array([group_of[text] for text in shuffled])
    return Stream(shuffled, groups, 1 - len(set(groups.tolist())) / len(shuffled))
