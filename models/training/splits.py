"""Held-out sides of the question pairs: whole groups, together with every group they were ever compared to.

Groups joined by a labelled pair (of either label) or by a text that is equal but for case and punctuation form a
component. A component is on one side entirely, so that no question, no paraphrase and no hard negative crosses.
"""

import hashlib
import re
from typing import Dict, List

from data import Pair

SPLIT_SEED = 20260
"""Chosen before anything was measured. Another seed is another split: figures are then not comparable."""
SHARES = (('train', 0.65), ('develop', 0.10), ('test', 0.25))
"""`develop` chooses between recipes, `test` is what the cards report."""

Split = Dict[str, List[Pair]]


def split_pairs(pairs: List[Pair]) -> Split:
    components = _components(pairs)
    sides: Split = {name: [] for name, _ in SHARES}
    for pair in pairs:
        sides[_side(components[pair.group_a])].append(pair)
    return sides


def component_numbers(pairs: List[Pair]) -> Dict[int, int]:
    """Group → component, for resampling whole components."""
    return _components(pairs)


def _components(pairs: List[Pair]) -> Dict[int, int]:
    parent: Dict[int, int] = {}

    def find(node: int) -> int:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    def join(a: int, b: int) -> None:
        # The smaller number wins, so that the result does not depend on the order of the rows.
        low, high = sorted((find(a), find(b)))
        parent[high] = low

    first_group: Dict[str, int] = {}
    for pair in pairs:
        join(pair.group_a, pair.group_b)
        for text, group in ((pair.a, pair.group_a), (pair.b, pair.group_b)):
            join(first_group.setdefault(_plain(text), group), group)
    return {group: find(group) for group in list(parent)}


def _plain(text: str) -> str:
    return ' '.join(re.findall(r'\w+', text.lower()))


def _side(component: int) -> str:
    digest = hashlib.sha256(f'{SPLIT_SEED}:{component}'.encode()).digest()
    position = int.from_bytes(digest[:8], 'big') / 2**64
    for name, share in SHARES:
        if position < share:
            return name
        position -= share
    return SHARES[-1][0]
