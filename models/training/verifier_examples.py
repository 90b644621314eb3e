"""What the verifier learns from: labelled pairs, what a cache would find, and pairs that have nothing in common.

Labelled pairs alone would harm a cache: nobody labels two questions that merely look alike to an embedder, so a verifier
that saw only labelled pairs believes them all to be likely.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import FrozenSet, List, Set, Tuple

import numpy as np

from adjudicated import Adjudicated
from data import Pair
from embedder import Embedder
from metrics import several_earlier
from stream import make_stream

ADVERSARIAL = Path(__file__).parent / 'adversarial' / 'pairs.jsonl'
NEIGHBOURS = 3
"""Earlier prompts that a cache looks at."""
RANDOM_SHARE = 0.25
"""Random pairs for each labelled one."""
RANDOM_SEED = 3


@dataclass(frozen=True)
class Example:
    a: str
    b: str
    cosine: float
    label: int
    kind: str
    """`labelled`, `neighbour`, `random`, `adversarial` or `adjudicated`: weighted by kind."""


def examples_of_half(pairs: List[Pair], embedder: Embedder, known: Set[FrozenSet[str]]) -> List[Example]:
    """`embedder` never saw these pairs. Of neighbours that are `known`, by their two texts, there are better labels."""
    found = [*_neighbours(pairs, embedder, known), *_random(pairs, embedder)]
    cosines = cosines_of(embedder, [(pair.a, pair.b) for pair in pairs])
    found += [Example(pair.a, pair.b, float(c), pair.label, 'labelled') for pair, c in zip(pairs, cosines)]
    return found


def _neighbours(pairs: List[Pair], embedder: Embedder, known: Set[FrozenSet[str]]) -> List[Example]:
    stream = make_stream(pairs)
    vectors = embedder.embed(stream.texts)
    cosines, indices = several_earlier(
        lambda start, end: vectors[start:end] @ vectors[:end].T, len(stream.texts), NEIGHBOURS
    )
    found = []
    for place, rank in zip(*np.nonzero(indices >= 0)):
        earlier = int(indices[place, rank])
        a, b = stream.texts[place], stream.texts[earlier]
        label = int(stream.groups[place] == stream.groups[earlier])
        if frozenset((a, b)) not in known:
            found.append(Example(a, b, float(cosines[place, rank]), label, 'neighbour'))
    return found


def _random(pairs: List[Pair], embedder: Embedder) -> List[Example]:
    random = np.random.default_rng(RANDOM_SEED)
    count = int(len(pairs) * RANDOM_SHARE)
    drawn = zip(random.integers(len(pairs), size=count), random.integers(len(pairs), size=count))
    chosen = [(pairs[i], pairs[j]) for i, j in drawn if pairs[i].group_a != pairs[j].group_b]
    texts = [(first.a, second.b) for first, second in chosen]
    return [Example(a, b, float(c), 0, 'random') for (a, b), c in zip(texts, cosines_of(embedder, texts))]


def adversarial_examples(path: Path, embedders: List[Embedder], held_out: bool) -> List[Example]:
    """Pairs made from templates; no embedder was trained on any. The cosine is the mean of the embedders'."""
    with path.open(encoding='utf-8') as lines:
        rows = [json.loads(line) for line in lines]
    rows = [row for row in rows if row['heldOut'] == held_out]
    texts = [(row['a'], row['b']) for row in rows]
    cosines = np.mean([cosines_of(embedder, texts) for embedder in embedders], axis=0)
    return [Example(r['a'], r['b'], float(c), int(r['label']), 'adversarial') for r, c in zip(rows, cosines)]


def adjudicated_examples(pairs: List[Adjudicated], halves: List[List[Pair]], embedders: List[Embedder]) -> List[Example]:
    """Scored by the embedder that learned the other half. Where each text lies in another half, or in neither, as those
    of the intents do, the cosine is the mean of both."""
    half_of = {text: half for half in (0, 1) for pair in halves[half] for text in (pair.a, pair.b)}
    texts = [(pair.a, pair.b) for pair in pairs]
    cosines = [cosines_of(embedder, texts) for embedder in embedders]
    found = []
    for row, pair in enumerate(pairs):
        scorers = {1 - half_of[text] for text in (pair.a, pair.b) if text in half_of} or {0, 1}
        cosine = float(np.mean([cosines[scorer][row] for scorer in scorers]))
        found.append(Example(pair.a, pair.b, cosine, pair.label, 'adjudicated'))
    return found


def cosines_of(embedder: Embedder, texts: List[Tuple[str, str]]) -> np.ndarray:
    if not texts:
        return np.zeros(0, dtype=np.float32)
    return (embedder.embed([a for a, _ in texts]) * embedder.embed([b for _, b in texts])).sum(axis=1)
