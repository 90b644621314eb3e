"""The prompts with their features, and how they are parted into folds."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List

import numpy as np

from prompt_features import PromptFeatures, read_features
from routing_data import FORMS, Guessed, Marked, guessed_prompts, marked_prompts

SPLIT_SEED = 20260
"""Chosen before anything was measured."""


@dataclass(frozen=True)
class Corpus:
    marked: List[Marked]
    forms: Dict[str, PromptFeatures]
    guessed: List[Guessed]
    guessed_features: PromptFeatures
    weak: np.ndarray
    """1 where the cheap model was right."""
    strong: np.ndarray
    subjects: List[str]
    subject: np.ndarray
    """Place in `subjects`."""

    def of_source(self, source: str) -> np.ndarray:
        return np.array([prompt.source == source for prompt in self.marked])


def load_corpus(folder: Path) -> Corpus:
    marked, guessed = marked_prompts(folder), guessed_prompts(folder)
    subjects = sorted({prompt.subject for prompt in marked})
    return Corpus(
        marked,
        {name: read_features([form(prompt.prompt) for prompt in marked]) for name, form in FORMS.items()},
        guessed,
        read_features([prompt.prompt for prompt in guessed]),
        np.array([prompt.weak_right for prompt in marked], dtype=np.float64),
        np.array([prompt.strong_right for prompt in marked], dtype=np.float64),
        subjects,
        np.array([subjects.index(prompt.subject) for prompt in marked]),
    )


def position(text: str) -> float:
    """A number in [0, 1) that depends on nothing but the text and the seed."""
    digest = hashlib.sha256(f'{SPLIT_SEED}:{text}'.encode()).digest()
    return int.from_bytes(digest[:8], 'big') / 2**64


def prompt_folds(corpus: Corpus, folds: int) -> np.ndarray:
    return np.array([int(position(prompt.prompt) * folds) for prompt in corpus.marked])


def subject_folds(corpus: Corpus, folds: int) -> np.ndarray:
    """Whole subjects, as many in each fold."""
    order = sorted(corpus.subjects, key=position)
    return np.array([order.index(prompt.subject) % folds for prompt in corpus.marked])


def choosing_subjects(corpus: Corpus) -> np.ndarray:
    """Mask of the prompts whose subjects the recipe was chosen on: three of five subjects of MMLU."""
    return np.array([p.source == 'mmlu' and position(p.subject) < 0.6 for p in corpus.marked])
