"""The shipped embedder read back from its files and run by numpy: what is evaluated is what ships."""

from pathlib import Path
from typing import List

import numpy as np

from export_onnx import read_token_vectors
from tokenizer_json import read_vocabulary
from wordpiece import WordPiece

LONGEST = 512


class Embedder:
    def __init__(self, folder: Path) -> None:
        self._tokenizer = WordPiece(read_vocabulary(folder))
        self._vectors = read_token_vectors(folder / 'model.onnx')

    def tokens(self, text: str) -> List[int]:
        return self._tokenizer.encode(text, LONGEST)

    def embed(self, texts: List[str]) -> np.ndarray:
        """Unit vectors `[texts, dimension]`."""
        sums = np.stack([self._vectors[self.tokens(text)].sum(axis=0) for text in texts])
        return sums / np.linalg.norm(sums, axis=1, keepdims=True)
