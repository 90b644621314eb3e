"""Logistic regression whose weights keep their sense: a likeness never lowers the probability, a conflict never raises it."""

from dataclasses import dataclass
from typing import Tuple

import numpy as np
from scipy.optimize import minimize

from pair_features import FeatureTable


@dataclass(frozen=True)
class Term:
    """Features that share one weight: what A has more and what B has more count alike, for the labels have no direction."""

    features: Tuple[str, ...]
    sign: int
    """1: the weight is at least 0; −1: at most 0."""


def _terms(sign: int, names: str) -> Tuple[Term, ...]:
    return tuple(Term(tuple(name.split('+')), sign) for name in names.split())


TERMS = (
    *_terms(1, 'cosine wordJaccard wordContainment lengthRatio sameContent contentJaccard logSpelledAlike sameMeaning'),
    *_terms(-1, 'contentReplaced logContentOnlyInA+logContentOnlyInB oneWordReplaced synonymShare logOpposites logRivals'),
    *_terms(-1, 'particlesOppose numbersDiffer numbersConflict unitsDiffer datesDiffer operatorsDiffer negationDiffers'),
    *_terms(-1, 'quotedDiffer identifiersDiffer namesDiffer namesConflict restrictionOnlyInA+restrictionOnlyInB'),
    *_terms(-1, 'questionTypeDiffers questionTypesClash languageDiffers orderDifference rolesSwapped quantifiersDiffer'),
    *_terms(-1, 'degreeDiffers personDiffers modalityDiffers tenseDiffers formatDiffers anyConflict'),
)


@dataclass(frozen=True)
class Logistic:
    features: Tuple[str, ...]
    weights: np.ndarray
    bias: float

    def logits(self, table: FeatureTable) -> np.ndarray:
        return table.columns(self.features) @ self.weights + self.bias


def fit_logistic(table: FeatureTable, labels: np.ndarray, weights: np.ndarray, terms=TERMS, ridge: float = 1e-4) -> Logistic:
    """Weighted maximum likelihood with a small ridge on standardised columns, each weight kept on its side of 0."""
    design = np.stack([table.columns(term.features).sum(axis=1) for term in terms], axis=1).astype(np.float64)
    share = weights / weights.sum()
    middle = share @ design
    spread = np.sqrt(share @ (design - middle) ** 2)
    # A feature that never occurs says nothing, and its weight stays 0.
    spread[spread < 1e-9] = np.inf
    scaled = (design - middle) / spread

    def loss(parameters: np.ndarray):
        logits = scaled @ parameters[:-1] + parameters[-1]
        error = share * (_sigmoid(logits) - labels)
        value = share @ (np.logaddexp(0, logits) - labels * logits) + ridge * (parameters[:-1] ** 2).sum()
        return value, np.append(error @ scaled + 2 * ridge * parameters[:-1], error.sum())

    bounds = [(0, None) if term.sign > 0 else (None, 0) for term in terms] + [(None, None)]
    fitted = minimize(loss, np.zeros(len(terms) + 1), jac=True, method='L-BFGS-B', bounds=bounds)
    per_term = fitted.x[:-1] / spread
    used = [(term, weight) for term, weight in zip(terms, per_term) if weight != 0]
    features = tuple(name for term, _ in used for name in term.features)
    expanded = np.array([weight for term, weight in used for _ in term.features], dtype=np.float32)
    return Logistic(features, expanded, float(fitted.x[-1] - middle @ per_term))


def _sigmoid(logits: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logits))
