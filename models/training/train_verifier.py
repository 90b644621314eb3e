"""Trains the bundled pair verifier and writes its model file.

    /usr/bin/python3 models/training/train_verifier.py --data DIR --out models/verifier --manifest models/manifest.json

Trains two embedders on half of the training side each, once (they are kept below `--work`); then a minute. Run it again
whenever `src/core/pair-features.ts` or what lies below it changed: it asks the gateway's code for the features anew.
"""

import argparse
import json
import time
from collections import Counter
from pathlib import Path
from typing import List

import numpy as np

from adjudicated import LABELS, Adjudicated, read_adjudicated
from cross_fit import half_embedders
from data import qqp_pairs
from export_logistic import INPUT, OUTPUT, write_logistic
from logistic import TERMS, fit_logistic
from pair_features import FeatureTable, pair_features
from progress import peak_memory_mb
from splits import SPLITS, half_of_training
from verifier_examples import ADVERSARIAL, Example, adjudicated_examples, adversarial_examples, examples_of_half
from verifier_fixture import write_fixture

HERE = Path(__file__).parent
NAME = 'llmrouter-verifier'

KIND_SHARES = {'labelled': 0.3, 'neighbour': 0.4, 'adjudicated': 0.15, 'random': 0.05, 'adversarial': 0.1}
"""Share of each kind in the loss, however many examples there are of it."""


def main() -> None:
    arguments = _arguments()
    started = time.monotonic()
    examples = training_examples(arguments.data, arguments.work, arguments.split)
    table = pair_features([(e.a, e.b) for e in examples], np.array([e.cosine for e in examples]))
    labels = np.array([e.label for e in examples], dtype=np.float64)
    model = fit_logistic(table, labels, example_weights(examples))
    arguments.out.mkdir(parents=True, exist_ok=True)
    write_logistic(arguments.out / 'model.onnx', model)
    if arguments.manifest is not None:
        _write_features(arguments.manifest, model.features)
    if arguments.fixture is not None:
        write_fixture(arguments.fixture, model)
    _print_training(examples, model, table)
    print(f'{time.monotonic() - started:.0f} s on one thread, {peak_memory_mb():.0f} MiB at most')


def training_examples(data: Path, work: Path, split: str) -> List[Example]:
    embedders = half_embedders(data, work, split)
    questions = qqp_pairs(data)
    halves = [half_of_training(questions, half, split) for half in (0, 1)]
    adjudicated = _adjudicated(data, split)
    known = {frozenset((pair.a, pair.b)) for pair in adjudicated}
    examples = adjudicated_examples(adjudicated, halves, embedders)
    for half in (0, 1):
        examples += examples_of_half(halves[half], embedders[1 - half], known)
    return examples + adversarial_examples(ADVERSARIAL, embedders, held_out=False)


def _adjudicated(data: Path, split: str) -> List[Adjudicated]:
    """Its sides are those of the components; under another split its pairs might be held out."""
    if split != 'components' or not LABELS.exists():
        return []
    return [pair for pair in read_adjudicated(data) if pair.side == 'train']


def example_weights(examples: List[Example]) -> np.ndarray:
    counts = Counter(example.kind for example in examples)
    return np.array([KIND_SHARES[example.kind] / counts[example.kind] for example in examples])


def _write_features(manifest: Path, features) -> None:
    """`npm run models:hash` has to follow, for size and hash of the file."""
    content = json.loads(manifest.read_text(encoding='utf-8'))
    row = next(model for model in content['models'] if model['name'] == NAME)
    row.update(input=INPUT, output=OUTPUT, features=list(features))
    manifest.write_text(json.dumps(content, indent=2, ensure_ascii=False) + '\n', encoding='utf-8')


def _print_training(examples: List[Example], model, table: FeatureTable) -> None:
    known = {name for term in TERMS for name in term.features}
    unread = [name for name in table.names if name not in known]
    print('| examples | pairs | answer the same | share of the loss |\n|---|---|---|---|')
    for kind, count in sorted(Counter(example.kind for example in examples).items()):
        same = sum(example.label for example in examples if example.kind == kind)
        print(f'| {kind} | {count} | {same} | {KIND_SHARES[kind]} |')
    print('\n| feature | weight |\n|---|---|')
    for name, weight in sorted(zip(model.features, model.weights), key=lambda entry: entry[1]):
        print(f'| {name} | {weight:.3f} |')
    print(f'| (bias) | {model.bias:.3f} |')
    unused = sorted(known - set(model.features))
    print(f"\nWeight 0: {', '.join(unused) or 'none'}. Not given to it: {', '.join(unread) or 'none'}.")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', type=Path, required=True, help='folder with the sources of data.py')
    parser.add_argument('--out', type=Path, required=True, help='where model.onnx goes')
    parser.add_argument('--manifest', type=Path, help='manifest whose row learns the names of the features')
    parser.add_argument('--fixture', type=Path, help='where to write rows and probabilities for the tests')
    parser.add_argument('--split', choices=list(SPLITS), default='components')
    parser.add_argument('--work', type=Path, default=HERE / '.work', help='checkpoints')
    return parser.parse_args()


if __name__ == '__main__':
    main()
