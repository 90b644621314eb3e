"""Features of pairs, computed by the gateway's own code: training and serving share one definition."""

import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, List, TextIO, Tuple

import numpy as np

from progress import Progress

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class FeatureTable:
    names: Tuple[str, ...]
    rows: np.ndarray
    """float32 `[pairs, features]`."""

    def column(self, name: str) -> np.ndarray:
        return self.rows[:, self.names.index(name)]

    def columns(self, names: Iterable[str]) -> np.ndarray:
        return self.rows[:, [self.names.index(name) for name in names]]


def pair_features(pairs: List[Tuple[str, str]], cosines: np.ndarray) -> FeatureTable:
    """Builds the gateway if its sources changed, and asks it. Raises CalledProcessError if node does not run."""
    subprocess.run(['node', 'bin/build.js', '--if-needed'], cwd=ROOT, check=True)
    with tempfile.TemporaryFile('w+', encoding='utf-8') as asked:
        for (a, b), cosine in zip(pairs, cosines):
            asked.write(json.dumps({'a': a, 'b': b, 'cosine': float(cosine)}) + '\n')
        asked.seek(0)
        command = ['node', 'dist/models/make/main.js', 'pair-features']
        with subprocess.Popen(command, cwd=ROOT, stdin=asked, stdout=subprocess.PIPE, encoding='utf-8') as node:
            table = _read(node.stdout, len(pairs))
        if node.returncode != 0:
            raise subprocess.CalledProcessError(node.returncode, command)
    return table


def _read(lines: TextIO, count: int) -> FeatureTable:
    head = lines.readline()
    if head == '':
        raise RuntimeError('node gave no features; what it said is above.')
    names = tuple(json.loads(head)['featureNames'])
    rows = np.empty((count, len(names)), dtype=np.float32)
    progress = Progress('features', count)
    for row, line in enumerate(lines):
        rows[row] = json.loads(line)
        progress.step()
    return FeatureTable(names, rows)
