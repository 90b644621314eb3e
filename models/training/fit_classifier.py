"""A classifier fitted and calibrated on some of the marked prompts and on all guessed ones."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from complexity import Classifier, Head, Inputs, Rows, calibrated, fit_head, fit_inputs, logit
from prompt_features import stacked
from routing_corpus import Corpus, prompt_folds

BENCHMARK_FORMS = ('as given', 'without markers')
INNER_FOLDS = 4


@dataclass(frozen=True)
class Recipe:
    """Chosen by the APGR of whole subjects held out, on the subjects of `choosing_subjects`."""

    strong_counts: float = 0.9
    """The benchmark expert's target is this × (strong was right) − (weak was right): with 1 what a strong call gains, with
    0 the weak model's failure alone."""
    penalty: float = 20.0
    subject_scale: float = 0.4
    """Subjects have a column of their own while training, so that words need not explain how hard a subject is as a whole."""
    everyday_penalty: float = 1.0
    everyday_marked: float = 0.5
    """Weight of the marked prompts (their question alone, with the benchmark expert's opinion) in the everyday expert."""
    gate_penalty: float = 1.0
    gate_steepness: float = 10.0


def fit_classifier(corpus: Corpus, chosen: np.ndarray, recipe: Recipe) -> Classifier:
    """`chosen`: mask of the marked prompts to learn from."""
    marked = [corpus.forms[form].rows(chosen) for form in BENCHMARK_FORMS]
    inputs = fit_inputs(stacked([*marked, corpus.guessed_features]))
    matrices = {name: inputs.matrix(features) for name, features in corpus.forms.items()}
    benchmark = _benchmark(corpus, matrices, chosen, recipe)
    guessed = inputs.matrix(corpus.guessed_features)
    return Classifier(
        inputs,
        benchmark,
        _everyday(corpus, guessed, matrices['question alone'][chosen], benchmark, recipe),
        _gate(corpus, guessed, sparse.vstack([matrix[chosen] for matrix in matrices.values()]).tocsr(), recipe),
    )


def _benchmark(corpus: Corpus, matrices, chosen: np.ndarray, recipe: Recipe) -> Head:
    fold = prompt_folds(corpus, INNER_FOLDS)
    scores = np.zeros((len(BENCHMARK_FORMS), len(corpus.marked)))
    for number in range(INNER_FOLDS):
        held_out = np.flatnonzero(chosen & (fold == number))
        head = _benchmark_head(corpus, matrices, chosen & (fold != number), recipe)
        for at, form in enumerate(BENCHMARK_FORMS):
            scores[at, held_out] = head.scores(matrices[form][held_out])
    labels = np.tile(1 - corpus.weak[chosen], len(BENCHMARK_FORMS))
    return calibrated(_benchmark_head(corpus, matrices, chosen, recipe), scores[:, chosen].ravel(), labels)


def _benchmark_head(corpus: Corpus, matrices, chosen: np.ndarray, recipe: Recipe) -> Head:
    copies = len(BENCHMARK_FORMS)
    target = np.tile(recipe.strong_counts * corpus.strong[chosen] - corpus.weak[chosen], copies)
    matrix = sparse.vstack([matrices[form][chosen] for form in BENCHMARK_FORMS]).tocsr()
    subject = np.tile(corpus.subject[chosen], copies)
    shape = (len(subject), len(corpus.subjects))
    columns = sparse.csr_matrix((np.full(len(subject), recipe.subject_scale), (np.arange(len(subject)), subject)), shape)
    return fit_head(Rows(matrix, target, np.full(len(target), 1 / copies)), recipe.penalty, [columns])


def _everyday(corpus: Corpus, guessed, questions, benchmark: Head, recipe: Recipe) -> Head:
    opinions = benchmark.scores(questions)
    shares = np.array([prompt.share for prompt in corpus.guessed])
    rows = Rows(
        sparse.vstack([guessed, questions]).tocsr(),
        np.concatenate([logit(np.array([prompt.not_enough for prompt in corpus.guessed])), opinions]),
        np.concatenate(
            [
                shares / shares.sum() * len(shares),
                np.full(len(opinions), recipe.everyday_marked * len(shares) / len(opinions)),
            ]
        ),
    )
    return fit_head(rows, recipe.everyday_penalty, [])


def _gate(corpus: Corpus, guessed, marked, recipe: Recipe) -> Head:
    counts = (guessed.shape[0], marked.shape[0])
    shares = np.array([prompt.share for prompt in corpus.guessed])
    rows = Rows(
        sparse.vstack([guessed, marked]).tocsr(),
        np.repeat([1.0, -1.0], counts),
        # Both sides weigh the same.
        np.concatenate([shares / shares.sum() * counts[0], np.full(counts[1], counts[0] / counts[1])]),
    )
    return fit_head(rows, recipe.gate_penalty, []).scaled(recipe.gate_steepness)
