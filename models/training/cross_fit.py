"""Two embedders that each learned one half of the training side: each is honest about the other half.

On pairs it was trained on an embedder's cosines are better than they will ever be again, and what learns from those
trusts the cosine too much.
"""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import List

from embedder import Embedder
from train_embedder import Recipe, train_embedder


def half_embedders(data: Path, work: Path, split: str) -> List[Embedder]:
    """Trained on half 0 and on half 1, by the shipped recipe; kept below `work`."""
    return [_half_embedder(data, work, Recipe(split=split, half=half)) for half in (0, 1)]


def _half_embedder(data: Path, work: Path, recipe: Recipe) -> Embedder:
    digest = hashlib.sha256(json.dumps(asdict(recipe), sort_keys=True).encode()).hexdigest()[:12]
    folder = work / f'half-{digest}'
    # The network is written last.
    if not (folder / 'model.onnx').exists():
        train_embedder(data, folder, work, recipe)
    return Embedder(folder)
