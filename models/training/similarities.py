"""Ways to compare texts, all with one interface, so that the tables put the embedder beside simpler ones."""

from typing import List, Protocol

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from data import Pair
from embedder import Embedder
from metrics import nearest_earlier


class Similarity(Protocol):
    name: str

    def of_pairs(self, pairs: List[Pair]) -> np.ndarray: ...

    def nearest_earlier(self, texts: List[str]):
        """(similarity, index) of the most similar earlier text of each."""


class Vectors:
    """Cosine of the embedder's vectors."""

    def __init__(self, name: str, embedder: Embedder) -> None:
        self.name = name
        self._embedder = embedder

    def of_pairs(self, pairs: List[Pair]) -> np.ndarray:
        first = self._embedder.embed([pair.a for pair in pairs])
        second = self._embedder.embed([pair.b for pair in pairs])
        return (first * second).sum(axis=1)

    def nearest_earlier(self, texts: List[str]):
        vectors = self._embedder.embed(texts)
        return nearest_earlier(lambda start, end: vectors[start:end] @ vectors[:end].T, len(texts))


class TfIdf:
    """Cosine of TF-IDF rows; the frequencies come from the training side."""

    def __init__(self, name: str, known: List[str], **options) -> None:
        self.name = name
        self._vectoriser = TfidfVectorizer(sublinear_tf=True, min_df=2, dtype=np.float32, **options).fit(known)

    def of_pairs(self, pairs: List[Pair]) -> np.ndarray:
        first = self._vectoriser.transform([pair.a for pair in pairs])
        second = self._vectoriser.transform([pair.b for pair in pairs])
        return np.asarray(first.multiply(second).sum(axis=1)).ravel()

    def nearest_earlier(self, texts: List[str]):
        rows = self._vectoriser.transform(texts)
        return nearest_earlier(lambda start, end: (rows[start:end] @ rows[:end].T).toarray(), len(texts))


def baselines(known: List[str]) -> List[Similarity]:
    return [
        TfIdf('TF-IDF, words', known, token_pattern=r'(?u)\b\w+\b'),
        TfIdf('TF-IDF, characters 3–5', known, analyzer='char_wb', ngram_range=(3, 5)),
    ]
