"""A stream of held-out prompts as a cache would see it: each may ask what an earlier one asked."""

from collections import Counter
from dataclasses import dataclass
from typing import Dict, List, Optional

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


def make_stream(pairs: List[Pair], largest: Optional[int] = None) -> Stream:
    """`largest` caps the number of prompts by leaving whole groups out."""
    group_of: Dict[str, int] = {}
    for pair in pairs:
        group_of[pair.a] = pair.group_a
        group_of[pair.b] = pair.group_b
    random = np.random.default_rng(STREAM_SEED)
    sizes = Counter(group_of.values())
    if largest is not None:
        sizes = _with_mates(sizes, int(largest * MATED_SHARE), random)
    several = [text for text, group in group_of.items() if sizes[group] > 1]
    alone = [text for text, group in group_of.items() if sizes[group] == 1]
    mates = len(several) - sum(size > 1 for size in sizes.values())
    kept = min(len(alone), int(mates / MATED_SHARE) - len(several))
    texts = several + [alone[i] for i in random.permutation(len(alone))[:kept]]
    texts = [texts[i] for i in random.permutation(len(texts))]
    return Stream(texts, np.array([group_of[text] for text in texts]), mates / len(texts))


def _with_mates(sizes: Dict[int, int], mates: int, random: np.random.Generator) -> Counter:
    """Groups of one, and as many larger ones as bring this number of mates."""
    larger = [group for group, size in sizes.items() if size > 1]
    chosen = Counter({group: size for group, size in sizes.items() if size == 1})
    for place in random.permutation(len(larger)):
        group = larger[place]
        if mates <= 0:
            break
        chosen[group] = sizes[group]
        mates -= sizes[group] - 1
    return chosen
