"""How likely two near prompts that nobody compared ask the same although Quora has them in two groups.

Read from the adjudicated pairs (those of `train` and `develop`, never `test`): a logistic curve over the verifier's
log-odds. Nobody labelled such pairs, and a fit that calls them all wrong doubts the best candidates most.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import FrozenSet, Iterator, List, Set, Tuple

import numpy as np
from scipy.optimize import minimize

from adjudicated import read_adjudicated
from cross_fit import half_embedders
from data import Pair, qqp_pairs
from embedder import Embedder
from logistic import Logistic
from metrics import several_earlier
from pair_features import pair_features
from splits import half_of_training
from stream import Stream
from verifier_examples import NEIGHBOURS, adjudicated_examples, cosines_of

BELIEVED = 0.7
"""Share of the curve that is believed. With all of it the bounds held by careful reading, yet not by Quora's labels, by
which others will measure; chosen on streams of the training side, scored by embedders that had not seen them."""


@dataclass(frozen=True)
class Curve:
    bias: float
    slope: float

    def doubts(self, logits: np.ndarray) -> np.ndarray:
        return BELIEVED / (1 + np.exp(-(self.bias + self.slope * logits)))


def fit_curve(data: Path, work: Path, embedder: Embedder, verifier: Logistic) -> Curve:
    """Cosines by embedders that had not seen the pair."""
    questions = qqp_pairs(data)
    compared = _texts((pair.a, pair.b) for pair in questions)
    judged = [p for p in read_adjudicated(data) if p.source == 'qqp' and frozenset((p.a, p.b)) not in compared]
    train = [pair for pair in judged if pair.side == 'train']
    develop = [pair for pair in judged if pair.side == 'develop']
    halves = [half_of_training(questions, half) for half in (0, 1)]
    scored = adjudicated_examples(train, halves, half_embedders(data, work, 'components'))
    cosines = [e.cosine for e in scored] + cosines_of(embedder, [(p.a, p.b) for p in develop]).tolist()
    table = pair_features([(p.a, p.b) for p in (*train, *develop)], np.array(cosines))
    allowed = table.column('anyConflict') == 0
    labels = np.array([p.label for p in (*train, *develop)], dtype=np.float64)
    return _fit(verifier.logits(table)[allowed].astype(np.float64), labels[allowed])


def doubted(stream: Stream, pairs: List[Pair], embedder: Embedder, verifier: Logistic, curve: Curve) -> Iterator[dict]:
    """Rows for the candidates of each prompt that are in another group and were never compared to it."""
    compared = _texts((pair.a, pair.b) for pair in pairs)
    vectors = embedder.embed(stream.texts)
    cosines, indices = several_earlier(
        lambda start, end: vectors[start:end] @ vectors[:end].T, len(stream.texts), NEIGHBOURS
    )
    apart = (indices >= 0) & (stream.groups[indices] != stream.groups[:, None])
    places = [
        (row, rank)
        for row, rank in np.argwhere(apart)
        if frozenset((stream.texts[row], stream.texts[indices[row, rank]])) not in compared
    ]
    texts = [(stream.texts[row], stream.texts[indices[row, rank]]) for row, rank in places]
    table = pair_features(texts, np.array([cosines[row, rank] for row, rank in places]))
    for (a, b), doubt in zip(texts, curve.doubts(verifier.logits(table))):
        yield {'a': a, 'b': b, 'doubt': round(float(doubt), 4)}


def _texts(pairs: Iterator[Tuple[str, str]]) -> Set[FrozenSet[str]]:
    return {frozenset(pair) for pair in pairs}


def _fit(logits: np.ndarray, labels: np.ndarray) -> Curve:
    def loss(parameters: np.ndarray) -> float:
        scores = parameters[0] + parameters[1] * logits
        return float((np.logaddexp(0, scores) - labels * scores).sum() + 0.5 * parameters[1] ** 2)

    bias, slope = minimize(loss, np.zeros(2), method='L-BFGS-B').x
    return Curve(float(bias), float(slope))
