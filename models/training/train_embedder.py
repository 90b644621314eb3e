"""Trains the bundled sentence embedder and writes its model files.

    python3 models/training/train_embedder.py --data DIR --out models/embedder

Runs on one thread. Stopped and started again with the same arguments it goes on after the last finished epoch.
"""

import argparse
import hashlib
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import List, Tuple

import numpy as np
import torch

from data import Pair, intent_texts, qqp_pairs, sts16_question_pairs, sts_pairs, unlabelled_prompts
from examples import ExampleMaker
from export_onnx import write_onnx
from losses import contrast, labelled
from progress import Progress, peak_memory_mb
from splits import SPLITS, half_of_training, split_pairs
from text_bank import TextBank, drop_tokens
from tokenizer_json import write_tokenizer
from weighted_mean import WeightedMean
from wordpiece import WordPiece, train_vocabulary


@dataclass(frozen=True)
class Recipe:
    sources: str = 'all'
    vocabulary: int = 8000
    dimension: int = 256
    spread: float = 0.05
    intents: bool = False
    epochs: int = 6
    batch: int = 256
    learning_rate: float = 2e-3
    dropped_tokens: float = 0.1
    labelled_weight: float = 10.0
    longest: int = 512
    seed: int = 1
    split: str = 'components'
    half: int = -1
    """0 or 1: trained on that half of the training side only, for figures on the other half."""


CHOICES = {'sources': ['all', 'permissive'], 'split': list(SPLITS), 'half': [-1, 0, 1]}


def main() -> None:
    arguments = _arguments()
    recipe = Recipe(**{name: getattr(arguments, name) for name in asdict(Recipe())})
    train_embedder(arguments.data, arguments.out, arguments.work, recipe)


def train_embedder(data: Path, out: Path, work_root: Path, recipe: Recipe) -> None:
    """Writes the model files to `out`, the network last; goes on from a checkpoint below `work_root`."""
    torch.set_num_threads(1)
    started = time.monotonic()
    work = _work_folder(work_root, recipe)
    pairs, texts = training_data(data, recipe)
    intents = intent_texts(data) if recipe.intents or recipe.sources == 'permissive' else []
    tokenizer = WordPiece(_vocabulary(work, texts, recipe))
    bank = TextBank(tokenizer, recipe.longest)
    bank.add_all(texts)
    examples = ExampleMaker(bank, pairs, intents)
    model = _new_model(len(tokenizer.vocabulary), recipe)
    _train(model, bank, examples, recipe, work)
    out.mkdir(parents=True, exist_ok=True)
    write_tokenizer(out, tokenizer.vocabulary, recipe.longest)
    write_onnx(out / 'model.onnx', model.vectors.detach().numpy(), model.weights().detach().numpy())
    size = (out / 'model.onnx').stat().st_size / 1e6
    seconds = time.monotonic() - started
    print(f'{json.dumps(asdict(recipe))}\n{len(pairs)} pairs, {len(texts)} texts, model.onnx {size:.2f} MB')
    print(f'{seconds:.0f} s on one thread, {peak_memory_mb():.0f} MiB at most')


def training_data(folder: Path, recipe: Recipe) -> Tuple[List[Pair], List[str]]:
    """Labelled pairs, and all texts that the vocabulary may know. Nothing of a held-out side."""
    questions = _training_questions(folder, recipe) if recipe.sources == 'all' else []
    pairs = [*questions, *sts_pairs(folder, trained=True), *sts16_question_pairs(folder)]
    from_pairs = sorted({text for pair in pairs for text in (pair.a, pair.b)})
    return pairs, [*from_pairs, *(text for text, _ in intent_texts(folder)), *unlabelled_prompts(folder)]


def _training_questions(folder: Path, recipe: Recipe) -> List[Pair]:
    everything = qqp_pairs(folder)
    if recipe.half >= 0:
        return half_of_training(everything, recipe.half, recipe.split)
    return split_pairs(everything, recipe.split)['train']


def _vocabulary(work: Path, texts: List[str], recipe: Recipe) -> List[str]:
    path = work / 'vocabulary.json'
    if not path.exists():
        fresh = path.with_suffix('.new')
        fresh.write_text(json.dumps(train_vocabulary(texts, recipe.vocabulary)), encoding='utf-8')
        # A run killed while it writes leaves no half vocabulary behind.
        fresh.replace(path)
    return json.loads(path.read_text(encoding='utf-8'))


def _new_model(vocabulary_size: int, recipe: Recipe) -> WeightedMean:
    torch.manual_seed(recipe.seed)
    return WeightedMean(vocabulary_size, recipe.dimension, recipe.spread)


def _train(model: WeightedMean, bank: TextBank, maker: ExampleMaker, recipe: Recipe, work: Path) -> None:
    optimiser = torch.optim.AdamW(model.parameters(), lr=recipe.learning_rate)
    # Every epoch has the same number of examples; the first draw only counts them.
    steps = len(maker.draw(np.random.default_rng(0)).anchors) // recipe.batch
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps * recipe.epochs)
    checkpoint = work / 'checkpoint.pt'
    first = _resume(checkpoint, model, optimiser, schedule)
    progress = Progress('training', steps * recipe.epochs, steps * first)
    for epoch in range(first, recipe.epochs):
        random = np.random.default_rng([recipe.seed, epoch])
        examples = maker.draw(random)
        for step in range(steps):
            loss = _loss(model, bank, examples, (step, steps), recipe, random)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            progress.step(f'loss {loss.item():.3f}')
        _save(checkpoint, epoch + 1, model, optimiser, schedule)


def _loss(model, bank, examples, place, recipe: Recipe, random) -> torch.Tensor:
    step, steps = place
    rows = slice(step * recipe.batch, (step + 1) * recipe.batch)
    size = len(examples.labels) // steps
    share = slice(step * size, (step + 1) * size)
    parts = [examples.anchors[rows], examples.positives[rows], examples.negatives[rows]]
    parts += [examples.labelled[share, 0], examples.labelled[share, 1]]
    tokens = drop_tokens(bank.batch(np.concatenate(parts)), recipe.dropped_tokens, random)
    anchors, positives, negatives, first, second = torch.split(model(tokens), [len(part) for part in parts])
    loss = contrast(anchors, positives, negatives, torch.from_numpy(examples.groups[rows]))
    truth = torch.from_numpy(examples.labels[share])
    return loss + recipe.labelled_weight * labelled(first, second, truth, model.slope, model.offset)


def _resume(path: Path, model, optimiser, schedule) -> int:
    """Epochs already done."""
    if not path.exists():
        return 0
    saved = torch.load(path)
    model.load_state_dict(saved['model'])
    optimiser.load_state_dict(saved['optimiser'])
    schedule.load_state_dict(saved['schedule'])
    return saved['epochs']


def _save(path: Path, epochs: int, model, optimiser, schedule) -> None:
    parts = {'model': model, 'optimiser': optimiser, 'schedule': schedule}
    fresh = path.with_suffix('.new')
    torch.save({'epochs': epochs, **{name: part.state_dict() for name, part in parts.items()}}, fresh)
    # A run killed while it writes leaves the checkpoint before it whole.
    fresh.replace(path)


def _work_folder(root: Path, recipe: Recipe) -> Path:
    """One folder a recipe: a changed recipe never goes on from another's checkpoint."""
    digest = hashlib.sha256(json.dumps(asdict(recipe), sort_keys=True).encode()).hexdigest()[:12]
    folder = root / f'embedder-{digest}'
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', type=Path, required=True, help='folder with the sources of data.py')
    parser.add_argument('--out', type=Path, required=True, help='where the model files go')
    parser.add_argument('--work', type=Path, default=Path(__file__).parent / '.work', help='checkpoints')
    for name, value in asdict(Recipe()).items():
        if isinstance(value, bool):
            parser.add_argument(f'--{name}', action=argparse.BooleanOptionalAction, default=value)
        else:
            option = f"--{name.replace('_', '-')}"
            parser.add_argument(option, type=type(value), default=value, choices=CHOICES.get(name))
    return parser.parse_args()


if __name__ == '__main__':
    main()
