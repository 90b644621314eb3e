"""What the gateway's own code sees of a prompt: the built TypeScript computes it, so that there is one definition.

Needs a build (`npm run build`) and Node on the PATH.
"""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import List, Sequence

import numpy as np
from scipy import sparse

COMMAND = Path(__file__).resolve().parents[2] / 'dist' / 'models' / 'make' / 'main.js'
BUCKETS = 65_536
"""`WORD_BUCKETS` of `src/core/prompt-words.ts`."""


@dataclass(frozen=True)
class PromptFeatures:
    traits: np.ndarray
    """float32 `[prompts, traits]`: served in this precision."""
    trait_names: List[str]
    words: sparse.csr_matrix
    """Counts, float32 `[prompts, BUCKETS]`."""

    def __len__(self) -> int:
        return len(self.traits)

    def rows(self, chosen: np.ndarray) -> 'PromptFeatures':
        """`chosen`: numbers of rows, or a mask."""
        return PromptFeatures(self.traits[chosen], self.trait_names, self.words[chosen])


def stacked(parts: Sequence[PromptFeatures]) -> PromptFeatures:
    words = sparse.vstack([part.words for part in parts]).tocsr()
    return PromptFeatures(np.vstack([part.traits for part in parts]), parts[0].trait_names, words)


def read_features(prompts: Sequence[str]) -> PromptFeatures:
    if not COMMAND.exists():
        raise FileNotFoundError(f'{COMMAND} is missing: run "npm run build" first')
    lines = ''.join(json.dumps({'text': prompt}) + '\n' for prompt in prompts)
    command = ['node', str(COMMAND), 'prompt-features']
    output = subprocess.run(command, input=lines, stdout=subprocess.PIPE, check=True, encoding='utf-8').stdout
    head, *rows = (json.loads(line) for line in output.splitlines())
    lengths = [len(row['buckets']) for row in rows]
    counts = np.concatenate([row['counts'] for row in rows]).astype(np.float32)
    buckets = np.concatenate([row['buckets'] for row in rows]).astype(np.int32)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    return PromptFeatures(
        np.array([row['traits'] for row in rows], dtype=np.float32),
        head['traitNames'],
        sparse.csr_matrix((counts, buckets, starts), shape=(len(rows), BUCKETS)),
    )
