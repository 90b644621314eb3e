"""Fits how good either model's answer is at each score of the classifier, and writes it for the gateway.

    npm run build
    python3 models/training/fit_routing_curve.py --data DIR --out models/routing-curve.json [--folds FOLDER]

Every marked prompt has the score of a fit that did not see it. Two logistic curves over the logits of the scores say how
often the cheap and the strong model are right. `reference` is what scores look like before a gateway has seen traffic of its
own: quantiles of a mixture of sources. `--folds` writes those five fits as ONNX files, each with the prompts it did not see:
`npm run bench:routing` takes them.
"""

import argparse
import json
from pathlib import Path
from typing import Dict

import numpy as np
from sklearn.linear_model import LogisticRegression

from complexity import Classifier, logistic, logit
from data import read_rows
from export_classifier import write_classifier
from fit_classifier import Recipe, fit_classifier
from prompt_features import read_features
from routing_corpus import Corpus, load_corpus, prompt_folds
from routing_data import INTENTS

FOLDS = 5
GRID = np.round(np.linspace(0, 1, 41), 4)
QUANTILES = 200

MIXTURE: Dict[str, float] = {
    'mmlu': 0.20,
    'gsm8k': 0.05,
    'clinc150': 0.08,
    'hwu64': 0.08,
    'banking77': 0.08,
    'truthfulqa': 0.12,
    'awesome_chatgpt_prompts': 0.12,
    'vicuna_bench': 0.06,
    'mbpp': 0.09,
    'humaneval': 0.05,
    'arena_hard_v0.1': 0.07,
}
"""Our judgement of what a gateway sees on its first day. Its own traffic soon outweighs it."""


def main() -> None:
    arguments = _arguments()
    corpus = load_corpus(arguments.data)
    fold = prompt_folds(corpus, FOLDS)
    scores = np.zeros(len(fold))
    for number in range(FOLDS):
        held_out = fold == number
        classifier = fit_classifier(corpus, ~held_out, Recipe())
        scores[held_out] = classifier.probabilities(corpus.forms['as given'].rows(held_out))
        if arguments.folds is not None:
            _write_fold(arguments.folds / f'fold-{number}', classifier, corpus, held_out)
    cheap, strong = _curve(scores, corpus.weak), _curve(scores, corpus.strong)
    # Where the strong model would be the worse one there is nothing to lose, and nothing was seen.
    strong = np.maximum(cheap, strong)
    everything = fit_classifier(corpus, np.ones(len(fold), dtype=bool), Recipe())
    reference = _reference(arguments.data, corpus, scores, everything)
    points = [{'score': float(s), 'cheap': round(float(c), 4), 'strong': round(float(b), 4)} for s, c, b in zip(GRID, cheap, strong)]
    manifest = json.loads((arguments.out.parent / 'manifest.json').read_text(encoding='utf-8'))
    version = next(model['version'] for model in manifest['models'] if model['name'] == 'llmrouter-classifier')
    arguments.out.write_text(
        json.dumps(
            {
                'version': 1,
                'classifier': {'name': 'llmrouter-classifier', 'version': version},
                'fittedOn': {
                    'prompts': len(fold),
                    'method': 'platt',
                    'source': "RouteLLM's marked answers to MMLU and GSM8K: gpt-4-1106-preview and Mixtral-8x7B-Instruct",
                },
                'points': points,
                'reference': [round(float(score), 4) for score in reference],
            },
            indent=1,
        )
        + '\n',
        encoding='utf-8',
    )
    _print(scores, corpus, cheap, strong)


def _curve(scores: np.ndarray, right: np.ndarray) -> np.ndarray:
    fitted = LogisticRegression(C=1e6).fit(logit(scores)[:, None], right)
    inside = np.clip(GRID, 0.01, 0.99)
    return logistic(float(fitted.coef_[0, 0]) * logit(inside) + float(fitted.intercept_[0]))


def _reference(folder: Path, corpus: Corpus, held_out: np.ndarray, everything: Classifier) -> np.ndarray:
    by_source = {source: held_out[corpus.of_source(source)] for source in ('mmlu', 'gsm8k')}
    texts: Dict[str, list] = {name: [row['text'] for row in read_rows(folder, name)] for name in INTENTS}
    for row in read_rows(folder, 'prompts'):
        texts.setdefault(row['source'], []).append(row['prompt'])
    for source in MIXTURE:
        if source not in by_source:
            by_source[source] = everything.probabilities(read_features(texts[source]))
    values = np.concatenate([by_source[source] for source in MIXTURE])
    weights = np.concatenate([np.full(len(by_source[s]), share / len(by_source[s])) for s, share in MIXTURE.items()])
    order = np.argsort(values, kind='stable')
    passed = np.cumsum(weights[order]) - weights[order] / 2
    return np.interp((np.arange(QUANTILES) + 0.5) / QUANTILES, passed, values[order])


def _write_fold(folder: Path, classifier: Classifier, corpus: Corpus, held_out: np.ndarray) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_classifier(folder / 'model.onnx', classifier)
    with (folder / 'prompts.jsonl').open('w', encoding='utf-8') as lines:
        for at in np.flatnonzero(held_out):
            prompt = corpus.marked[at]
            row = {
                'prompt': prompt.prompt,
                'cheap': int(prompt.weak_right),
                'strong': int(prompt.strong_right),
                'group': prompt.subject,
                'source': prompt.source,
            }
            lines.write(json.dumps(row, ensure_ascii=False) + '\n')


def _print(scores: np.ndarray, corpus: Corpus, cheap: np.ndarray, strong: np.ndarray) -> None:
    print('| score | cheap, fitted | cheap, found | strong, fitted | strong, found |\n|---|---|---|---|---|')
    for part in np.array_split(np.argsort(scores, kind='stable'), 10):
        mean = scores[part].mean()
        fitted = np.interp(mean, GRID, cheap), np.interp(mean, GRID, strong)
        print(f'| {mean:.3f} | {fitted[0]:.3f} | {corpus.weak[part].mean():.3f} | {fitted[1]:.3f} | {corpus.strong[part].mean():.3f} |')


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--folds', type=Path)
    return parser.parse_args()


if __name__ == '__main__':
    main()
