"""Trains the complexity classifier and writes its ONNX file.

    npm run build
    python3 models/training/train_classifier.py --data DIR --out models/classifier --examples test/fixtures/models/classifier.json

`--examples` writes prompts with the probabilities of this very training, for a test of the gateway's own code. The names of
the traits, in the order of the graph's columns, are printed: they belong into `models/manifest.json`.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np

from complexity import Classifier
from export_classifier import write_classifier
from fit_classifier import Recipe, fit_classifier
from progress import peak_memory_mb
from prompt_features import read_features
from routing_corpus import Corpus, load_corpus

EXAMPLES = 12
"""Marked prompts among the examples, from all sources and subjects."""

ODD_TEXTS = [
    '', ' ', '?', 'hi', 'What is the capital of France?', "translate 'good morning' to Spanish",
    'Design a lock-free MPMC queue in C++ and prove linearizability.', '日本語で説明してください', 'Übergröße ΣΊΣΥΦΟΣ naïve',
    'hi ' * 3000, 'one two three four five six seven eight nine ten ' * 300, '\u0000 \ufffd 😀', 'x' * 500, '{[(' * 100,
]


def main() -> None:
    arguments = _arguments()
    started = time.monotonic()
    corpus = load_corpus(arguments.data)
    print(f'{len(corpus.marked)} marked prompts, {len(corpus.guessed)} guessed ones')
    classifier = fit_classifier(corpus, np.ones(len(corpus.marked), dtype=bool), Recipe())
    arguments.out.mkdir(parents=True, exist_ok=True)
    write_classifier(arguments.out / 'model.onnx', classifier)
    print(f'features: {json.dumps(list(classifier.inputs.trait_names))}')
    if arguments.examples is not None:
        _write_examples(arguments.examples, corpus, classifier)
    print(f'{time.monotonic() - started:.0f} s, {peak_memory_mb():.0f} MiB at most')


def _write_examples(path: Path, corpus: Corpus, classifier: Classifier) -> None:
    step = len(corpus.marked) // EXAMPLES
    texts = ODD_TEXTS + [prompt.prompt for prompt in corpus.marked[::step]]
    probabilities = classifier.probabilities(read_features(texts)).tolist()
    rows = [{'text': text, 'probability': round(p, 6)} for text, p in zip(texts, probabilities)]
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=2) + '\n', encoding='utf-8')


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ('data', 'out'):
        parser.add_argument(f'--{name}', type=Path, required=True)
    parser.add_argument('--examples', type=Path)
    return parser.parse_args()


if __name__ == '__main__':
    main()
