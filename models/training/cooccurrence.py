"""Token vectors before any label: which tokens stand near each other in all training texts.

Positive pointwise mutual information of tokens within a window, factorised; and a score that makes common tokens light.
"""

from typing import List, Tuple

import numpy as np
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

WINDOW = 6
COMMON = 1e-3
"""A token of this relative frequency weighs half as much as a rare one (Arora et al. 2017)."""


def cooccurrence_vectors(
    texts: List[np.ndarray], vocabulary_size: int, dimension: int, seed: int
) -> Tuple[np.ndarray, np.ndarray]:
    """Vectors `[tokens, dimension]` of mean length one, and the scores s of the weighted mean."""
    counts = np.bincount(np.concatenate(texts), minlength=vocabulary_size).astype(np.float64)
    matrix = _mutual_information(_count_pairs(texts, vocabulary_size))
    left, strengths, _ = randomized_svd(matrix, dimension, n_iter=4, random_state=seed)
    vectors = left * np.sqrt(strengths)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    # A token never seen with others starts at a random place instead of at none.
    random = np.random.default_rng(seed).standard_normal(vectors.shape) / np.sqrt(dimension)
    vectors = np.where(lengths > 1e-6, vectors / np.maximum(lengths, 1e-6), random)
    share = counts / counts.sum()
    return vectors.astype(np.float32), np.log(2 * COMMON / (COMMON + share)).astype(np.float32)


def _count_pairs(texts: List[np.ndarray], size: int) -> sparse.csr_matrix:
    stream = np.concatenate([np.concatenate([text[1:-1], np.full(WINDOW, -1)]) for text in texts])
    total = sparse.csr_matrix((size, size), dtype=np.float64)
    for distance in range(1, WINDOW + 1):
        first, second = stream[:-distance], stream[distance:]
        inside = (first >= 0) & (second >= 0)
        weights = np.full(int(inside.sum()), 1 / distance)
        total = total + sparse.coo_matrix((weights, (first[inside], second[inside])), shape=(size, size)).tocsr()
    return total + total.T


def _mutual_information(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    rows = np.asarray(counts.sum(axis=1)).ravel()
    # Smoothing the context's frequency keeps rare tokens from dominating (Levy et al. 2015).
    columns = rows**0.75
    columns = columns / columns.sum()
    pairs = counts.tocoo()
    values = np.log(pairs.data / (rows[pairs.row] * columns[pairs.col]))
    kept = values > 0
    return sparse.csr_matrix((values[kept], (pairs.row[kept], pairs.col[kept])), shape=counts.shape)
