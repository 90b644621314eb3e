"""Held-out sides of the question pairs: whole groups, together with every group they were ever compared to.

Groups joined by a labelled pair (of either label) or by a text that is equal but for case and punctuation form a
component. A component is on one side entirely, so that no question, no paraphrase and no hard negative crosses.

`groups` is the easier split that others report on: half of the groups held out, each for itself, joined only by equal
texts. A pair whose two groups lie on different sides is on neither.
"""

import hashlib
import re
from typing import Dict, List

from data import Pair

SPLIT_SEED = 20260
"""Chosen before anything was measured. Another seed is another split: figures are then not comparable."""
SHARES = (('train', 0.65), ('develop', 0.10), ('test', 0.25))
"""`develop` chooses between recipes, `test` is what the cards report."""
SPLITS = {'components': SHARES, 'groups': (('train', 0.5), ('test', 0.5))}
HALVES = ((0, 0.5), (1, 0.5))

Split = Dict[str, List[Pair]]


def split_pairs(pairs: List[Pair], by: str = 'components') -> Split:
    units = component_numbers(pairs, by)
    shares = SPLITS[by]
    sides: Split = {name: [] for name, _ in shares}
    for pair in pairs:
        side = side_of(f'{units[pair.group_a]}', shares)
        if side == side_of(f'{units[pair.group_b]}', shares):
            sides[side].append(pair)
    return sides


def half_of_training(pairs: List[Pair], half: int, by: str = 'components') -> List[Pair]:
    """Half of the `train` side, 0 or 1, parted as the sides are: what learns from one half can be judged on the other."""
    units = component_numbers(pairs, by)
    training = split_pairs(pairs, by)['train']
    return [p for p in training if half_of(units[p.group_a]) == half == half_of(units[p.group_b])]


def half_of(unit: int) -> int:
    """0 or 1, whatever the side."""
    return side_of(f'half:{unit}', HALVES)


def component_numbers(pairs: List[Pair], by: str = 'components') -> Dict[int, int]:
    """Group → what is on one side entirely, for resampling."""
    return _components(pairs, compared=by == 'components')


def _components(pairs: List[Pair], compared: bool) -> Dict[int, int]:
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
        if compared:
            join(pair.group_a, pair.group_b)
        for text, group in ((pair.a, pair.group_a), (pair.b, pair.group_b)):
            join(first_group.setdefault(_plain(text), group), group)
    return {group: find(group) for group in list(parent)}


def _plain(text: str) -> str:
    return ' '.join(re.findall(r'\w+', text.lower()))


def side_of(unit: str, shares):
    """The side of a component, a group or an intent: always the same, whatever else there is."""
    digest = hashlib.sha256(f'{SPLIT_SEED}:{unit}'.encode()).digest()
    position = int.from_bytes(digest[:8], 'big') / 2**64
    for name, share in shares:
        if position < share:
            return name
        position -= share
    return shares[-1][0]
