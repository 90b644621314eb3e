"""The classifier: two linear experts and a linear gate between them, on traits and hashed words.

    logit P(the cheap model is not enough) = (1 − g) · benchmark + g · everyday,   g = 1 / (1 + exp(−gate))

The first expert learned from marked answers to benchmark questions, the second from guesses about everything else; the
gate says how little a prompt is like a benchmark question.
"""

from dataclasses import dataclass
from typing import List, Sequence

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression, Ridge

from prompt_features import BUCKETS, PromptFeatures

LEFT_OUT = {'logCharacters', 'logWords', 'logSentences', 'logLines', 'logChoiceMarkers', 'logListItems', 'nonLatinShare'}
"""Traits that say how long a prompt is or which format it has. In benchmarks those go with the subject; nowhere else."""

TRAIT_SCALE = 0.3
"""Standardised traits beside rows of words of length one: the smaller, the more the penalty holds them back."""
RAREST = 2
"""Buckets in fewer training prompts than this count nothing."""


@dataclass(frozen=True)
class Inputs:
    """What is done to features before they are weighed; learned from the training prompts."""

    trait_names: Sequence[str]
    low: np.ndarray
    high: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray
    idf: np.ndarray

    def matrix(self, features: PromptFeatures) -> sparse.csr_matrix:
        """`[prompts, traits + BUCKETS]`."""
        columns = [features.trait_names.index(name) for name in self.trait_names]
        # Whatever a prompt is made of, its traits cannot leave the range that was seen.
        clipped = np.clip(features.traits[:, columns].astype(np.float64), self.low, self.high)
        traits = sparse.csr_matrix((clipped - self.mean) / self.deviation * TRAIT_SCALE)
        return sparse.hstack([traits, _words(features.words, self.idf)]).tocsr()


def fit_inputs(features: PromptFeatures) -> Inputs:
    names = [name for name in features.trait_names if name not in LEFT_OUT]
    traits = features.traits[:, [features.trait_names.index(name) for name in names]].astype(np.float64)
    low, high = np.percentile(traits, [1, 99], axis=0).astype(np.float32)
    clipped = np.clip(traits, low, high)
    prompts = np.bincount(features.words.indices, minlength=BUCKETS)
    idf = np.where(prompts >= RAREST, np.log((1 + len(features)) / (1 + prompts)) + 1, 0.0)
    return Inputs(names, low, high, clipped.mean(axis=0), np.maximum(clipped.std(axis=0), 1e-6), idf)


def _words(words: sparse.csr_matrix, idf: np.ndarray) -> sparse.csr_matrix:
    """ln(1 + count) · idf, each row of length one."""
    scaled = sparse.csr_matrix((np.log1p(words.data) * idf[words.indices], words.indices, words.indptr), words.shape)
    lengths = np.sqrt(np.asarray(scaled.multiply(scaled).sum(axis=1)).ravel())
    return sparse.diags(1 / np.maximum(lengths, 1e-12)) @ scaled


@dataclass(frozen=True)
class Head:
    weights: np.ndarray
    """One of each column of `Inputs.matrix`."""
    bias: float

    def scores(self, matrix: sparse.csr_matrix) -> np.ndarray:
        return matrix @ self.weights + self.bias

    def scaled(self, slope: float, shift: float = 0.0) -> 'Head':
        return Head(self.weights * slope, self.bias * slope + shift)


@dataclass(frozen=True)
class Rows:
    matrix: sparse.csr_matrix
    target: np.ndarray
    weight: np.ndarray


def fit_head(rows: Rows, penalty: float, nuisance: List[sparse.csr_matrix]) -> Head:
    """Ridge regression. `nuisance` columns may explain the target while training and are then forgotten."""
    ridge = Ridge(alpha=penalty, solver='lsqr', tol=1e-5)
    ridge.fit(sparse.hstack([rows.matrix, *nuisance]).tocsr(), rows.target, sample_weight=rows.weight)
    return Head(ridge.coef_[: rows.matrix.shape[1]], float(ridge.intercept_))


def calibrated(head: Head, scores: np.ndarray, labels: np.ndarray) -> Head:
    """Platt's curve folded into the head, so that its scores are logits.

    `scores` must be of prompts that a head of the same kind was not fitted on.
    """
    fitted = LogisticRegression(C=1e6).fit(scores[:, None], labels)
    return head.scaled(float(fitted.coef_[0, 0]), float(fitted.intercept_[0]))


def logistic(scores: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-scores))


def logit(probabilities: np.ndarray) -> np.ndarray:
    return np.log(probabilities / (1 - probabilities))


@dataclass(frozen=True)
class Classifier:
    inputs: Inputs
    benchmark: Head
    everyday: Head
    gate: Head

    def logits(self, features: PromptFeatures) -> np.ndarray:
        matrix = self.inputs.matrix(features)
        everyday = logistic(self.gate.scores(matrix))
        return (1 - everyday) * self.benchmark.scores(matrix) + everyday * self.everyday.scores(matrix)

    def probabilities(self, features: PromptFeatures) -> np.ndarray:
        return logistic(self.logits(features))
