"""Prints the tables of the classifier's card, all from prompts that the judged fit did not see.

    npm run build
    python3 models/training/evaluate_classifier.py --data DIR

The recipe is fitted anew for every fold; what ships is the same recipe fitted on all marked prompts.
"""

import argparse
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from alpaca import print_alpaca
from fit_classifier import Recipe, fit_classifier
from metrics import Estimate, with_interval
from progress import Progress, peak_memory_mb
from prompt_features import read_features
from routing_corpus import Corpus, choosing_subjects, load_corpus, prompt_folds, subject_folds
from routing_data import FORMS
from routing_metrics import Outcomes, Routing, calibration_error, calibration_error_of_even_bins, reliability

STRONG_USD_PER_MTOK = (10.0, 30.0)
"""gpt-4-1106-preview, prompt and answer."""
WEAK_USD_PER_MTOK = (0.24, 0.24)
"""Mixtral 8x7B, as RouteLLM assumed."""
CHARACTERS_PER_TOKEN = 4
ANSWER_TOKENS = 150
STRONG_SHARE = 0.3
SHUFFLES = 200

SENSE = (
    'hi',
    'What is the capital of France?',
    "translate 'good morning' to Spanish",
    'What is the capital of France? ' * 60,
    'Summarise this email in two sentences: Dear team, the meeting moved to Friday.',
    'Explain the difference between TCP and UDP',
    'Write a SQL query that finds duplicate emails',
    'Design a lock-free MPMC queue in C++ and prove linearizability.',
    'Prove that there are infinitely many primes congruent to 3 modulo 4. Give every step of the proof.',
    'Find all functions f: R -> R such that f(x^2 + f(y)) = y + f(x)^2 for all real x and y.',
    'Find the number of integers n with 1 <= n <= 1000 such that n^2 + 1 is divisible by 17, and explain your reasoning.',
    'Give a rigorous proof of the spectral theorem for compact self-adjoint operators.',
    'Debug this race condition in my Go program that happens when two goroutines write the map',
)
"""None of them is trained on."""


@dataclass(frozen=True)
class HeldOut:
    """Probabilities of prompts by a fit that did not see them."""

    title: str
    judged: np.ndarray
    forms: Dict[str, np.ndarray]
    tfidf: np.ndarray
    owners: np.ndarray
    """What is resampled for the intervals."""


def main() -> None:
    arguments = _arguments()
    started = time.monotonic()
    corpus = load_corpus(arguments.data)
    parts = _held_out(corpus)
    for part in parts:
        _print_routing(corpus, part)
    print('\nForm of the prompt\n\n| | ' + ' | '.join(f'{form}: APGR | ECE' for form in FORMS) + ' |')
    print('|---|' + '---|---|' * len(FORMS))
    for part in parts:
        _print_forms(corpus, part)
    for part in parts:
        _print_calibration(corpus, part)
    everything = fit_classifier(corpus, np.ones(len(corpus.marked), dtype=bool), Recipe())
    print_alpaca(arguments.data, everything)
    print('\nPrompts of every day, by the shipped fit\n\n| P | prompt |\n|---|---|')
    for prompt, probability in zip(SENSE, everything.probabilities(read_features(SENSE))):
        print(f'| {probability:.2f} | {prompt[:110]} |')
    print(f'\n{time.monotonic() - started:.0f} s, {peak_memory_mb():.0f} MiB at most')


def _held_out(corpus: Corpus) -> List[HeldOut]:
    everything = np.ones(len(corpus.marked), dtype=bool)
    gsm8k, prompts = corpus.of_source('gsm8k'), np.arange(len(corpus.marked))
    by_prompt, by_subject = prompt_folds(corpus, 5), subject_folds(corpus, 8)
    chosen_on = choosing_subjects(corpus)
    progress = Progress('fits', 15)
    prompt_scores = _cross(corpus, by_prompt, progress)
    subject_scores = _cross(corpus, by_subject, progress)
    source_scores = _cross(corpus, gsm8k.astype(int), progress)
    return [
        HeldOut('In-domain: other prompts of the same subjects', everything, *prompt_scores, prompts),
        HeldOut('Whole subjects of MMLU left out, all 40', ~gsm8k, *subject_scores, corpus.subject),
        HeldOut('The same, subjects that chose the recipe', chosen_on, *subject_scores, corpus.subject),
        HeldOut('The same, subjects that did not', ~gsm8k & ~chosen_on, *subject_scores, corpus.subject),
        HeldOut('Source left out: GSM8K, learned from MMLU', gsm8k, *source_scores, prompts),
        HeldOut('Source left out: MMLU, learned from GSM8K', ~gsm8k, *source_scores, corpus.subject),
    ]


def _cross(corpus: Corpus, fold: np.ndarray, progress: Progress):
    """(probabilities by form, scores of the TF-IDF baseline), each prompt's from the fit without its fold."""
    forms = {form: np.zeros(len(fold)) for form in FORMS}
    tfidf = np.zeros(len(fold))
    for number in np.unique(fold):
        held_out, learned = fold == number, fold != number
        classifier = fit_classifier(corpus, learned, Recipe())
        for form, features in corpus.forms.items():
            forms[form][held_out] = classifier.probabilities(features.rows(held_out))
        tfidf[held_out] = _tfidf_scores(corpus, learned, held_out)
        progress.step()
    return forms, tfidf


def _tfidf_scores(corpus: Corpus, learned: np.ndarray, held_out: np.ndarray) -> np.ndarray:
    """Words and pairs of neighbours, logistic regression on the weak model's failure."""
    vectors = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    texts = np.array([prompt.prompt for prompt in corpus.marked], dtype=object)
    model = LogisticRegression(solver='liblinear')
    model.fit(vectors.fit_transform(texts[learned]), 1 - corpus.weak[learned])
    return model.decision_function(vectors.transform(texts[held_out]))


def _outcomes(corpus: Corpus) -> Outcomes:
    tokens = np.array([len(prompt.prompt) for prompt in corpus.marked]) / CHARACTERS_PER_TOKEN
    prices = np.subtract(STRONG_USD_PER_MTOK, WEAK_USD_PER_MTOK)
    return Outcomes(corpus.weak, corpus.strong, tokens * prices[0] + ANSWER_TOKENS * prices[1])


def _print_routing(corpus: Corpus, part: HeldOut) -> None:
    outcomes, owners = _outcomes(corpus).rows(part.judged), part.owners[part.judged]
    weak, strong = outcomes.weak.mean(), outcomes.strong.mean()
    lengths = np.array([len(prompt.prompt) for prompt in corpus.marked], dtype=np.float64)
    gain = corpus.strong - corpus.weak
    policies = {
        'this classifier': part.forms['as given'],
        'TF-IDF, logistic regression': part.tfidf,
        'length of the prompt': lengths,
        'oracle': gain,
    }
    print(f'\n{part.title}: {part.judged.sum()} prompts; right: always cheap {weak:.3f}, always strong {strong:.3f}\n')
    print(f'| | APGR | CPT(50 %) | CPT(80 %) | APGR by cost | right with {100 * STRONG_SHARE:.0f} % strong calls |')
    print('|---|---|---|---|---|---|')
    for name, scores in policies.items():
        routing = Routing(outcomes, scores[part.judged])
        cells = [
            with_interval(routing.apgr, owners),
            with_interval(lambda w: routing.cpt(w, 0.5), owners).percent(),
            with_interval(lambda w: routing.cpt(w, 0.8), owners).percent(),
            with_interval(routing.apgr_by_cost, owners),
            with_interval(lambda w: routing.performance(w, STRONG_SHARE), owners),
        ]
        print(f'| {name} | ' + ' | '.join(str(cell) for cell in cells) + ' |', flush=True)
    _print_shuffle(outcomes)


def _print_shuffle(outcomes: Outcomes) -> None:
    random, weights = np.random.default_rng(5), np.ones(len(outcomes.weak))
    shuffled = [Routing(outcomes, random.random(len(weights))) for _ in range(SHUFFLES)]
    columns = [
        _spread([routing.apgr(weights) for routing in shuffled]),
        _spread([routing.cpt(weights, 0.5) for routing in shuffled]).percent(),
        _spread([routing.cpt(weights, 0.8) for routing in shuffled]).percent(),
        _spread([routing.apgr_by_cost(weights) for routing in shuffled]),
        _spread([routing.performance(weights, STRONG_SHARE) for routing in shuffled]),
    ]
    print(f'| shuffled, as many strong calls | ' + ' | '.join(str(cell) for cell in columns) + ' |')


def _spread(values: List[float]) -> Estimate:
    low, high = np.percentile(values, [2.5, 97.5])
    return Estimate(float(np.mean(values)), float(low), float(high))


def _print_forms(corpus: Corpus, part: HeldOut) -> None:
    outcomes, owners, labels = _outcomes(corpus).rows(part.judged), part.owners[part.judged], 1 - corpus.weak[part.judged]
    cells = []
    for scores in part.forms.values():
        held_out = scores[part.judged]
        cells += [with_interval(Routing(outcomes, held_out).apgr, owners), f'{calibration_error(held_out, labels):.3f}']
    print(f'| {part.title} | ' + ' | '.join(str(cell) for cell in cells) + ' |', flush=True)


def _print_calibration(corpus: Corpus, part: HeldOut) -> None:
    said, labels = part.forms['as given'][part.judged], 1 - corpus.weak[part.judged]
    even = calibration_error_of_even_bins(said, labels)
    print(f'\n{part.title}: ECE {calibration_error(said, labels):.3f} (ten bins of equal width: {even:.3f})\n')
    table = reliability(said, labels)
    print('| said | ' + ' | '.join(f'{row.said:.2f}' for row in table) + ' |')
    print('|---|' + '---|' * len(table))
    print('| found | ' + ' | '.join(f'{row.found:.2f}' for row in table) + ' |')


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', type=Path, required=True)
    return parser.parse_args()


if __name__ == '__main__':
    main()
