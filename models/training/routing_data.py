"""Prompts with what is known of how hard they are: answers of two models that were marked, and guesses for whole sources."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Tuple

from data import read_rows
from graded_prompts import graded_prompts


@dataclass(frozen=True)
class Marked:
    """A prompt that the cheap (weak) and the strong model answered, with the mark of each answer."""

    prompt: str
    source: str
    subject: str
    weak_right: bool
    strong_right: bool


def marked_prompts(folder: Path, contaminated: bool = False) -> List[Marked]:
    """RouteLLM's benchmark answers, each prompt once.

    `contaminated` rows are those that RouteLLM took out of its own benchmark, because its training data held a prompt too
    much like them. Our training data holds nothing of the kind; they are left out all the same, so that figures can be
    compared.
    """
    seen: Dict[str, Marked] = {}
    for row in read_rows(folder, 'routellm'):
        if contaminated or not row['routellm_contaminated']:
            marked = Marked(row['prompt'], row['source'], row['subject'], row['weak_correct'], row['strong_correct'])
            seen.setdefault(marked.prompt, marked)
    return list(seen.values())


@dataclass(frozen=True)
class Guess:
    not_enough: float
    """P(the cheap model is not enough) of an average prompt of the source: our judgement, not a measurement."""
    share: float
    """Weight of the whole source, as a share of that of all marked prompts."""
    every: int = 1
    """One prompt of so many is taken: utterances of one intent are much alike."""


GUESSES: Dict[str, Guess] = {
    'clinc150': Guess(0.06, share=0.01, every=40),
    'hwu64': Guess(0.06, share=0.01, every=40),
    'banking77': Guess(0.08, share=0.01, every=40),
    'vicuna_bench': Guess(0.25, share=0.005),
    'awesome_chatgpt_prompts': Guess(0.25, share=0.01),
    'mbpp': Guess(0.35, share=0.01, every=4),
    'humaneval': Guess(0.50, share=0.01),
    'arena_hard_v0.1': Guess(0.65, share=0.03),
}
"""Benchmark questions alone would teach nothing of greetings, small favours and programs. Nothing is measured on these."""

INTENTS = ('clinc150', 'hwu64', 'banking77')
GRADED_SHARE = 0.06
"""As `Guess.share`, of the prompts that were written for this project."""
MATERIAL_SOURCE = 'truthfulqa'


@dataclass(frozen=True)
class Guessed:
    prompt: str
    not_enough: float
    share: float
    """Weight of this prompt, as a share of that of all marked prompts."""


def guessed_prompts(folder: Path) -> List[Guessed]:
    prompts: Dict[str, List[str]] = {name: [row['text'] for row in read_rows(folder, name)] for name in INTENTS}
    for row in read_rows(folder, 'prompts'):
        prompts.setdefault(row['source'], []).append(row['prompt'])
    guessed = [_spread([(p, guess.not_enough) for p in prompts[s][:: guess.every]], guess.share) for s, guess in GUESSES.items()]
    graded = _spread(list(graded_prompts(prompts[MATERIAL_SOURCE])), GRADED_SHARE)
    return [prompt for group in (*guessed, graded) for prompt in group]


def _spread(prompts: List[Tuple[str, float]], share: float) -> List[Guessed]:
    return [Guessed(prompt, not_enough, share / len(prompts)) for prompt, not_enough in prompts]


CHOICE = re.compile(r'^\(?[A-H][).:] ?', re.MULTILINE)
CLOSING = re.compile(r'\s*^Answer:\s*\Z', re.MULTILINE)


def without_markers(prompt: str) -> str:
    """A multiple-choice question whose choices are lines without their letters."""
    return CHOICE.sub('', CLOSING.sub('', prompt))


def without_choices(prompt: str) -> str:
    """The question alone."""
    first = CHOICE.search(prompt)
    return prompt if first is None or first.start() == 0 else prompt[: first.start()].rstrip()


FORMS = {'as given': str, 'without markers': without_markers, 'question alone': without_choices}
