"""Every text of a training run tokenised once, and batches cut from it."""

from typing import Iterable, List

import numpy as np
import torch

from weighted_mean import Tokens
from wordpiece import CLS, SEP, UNKNOWN, WordPiece


class TextBank:
    def __init__(self, tokenizer: WordPiece, longest: int) -> None:
        self._tokenizer = tokenizer
        self._longest = longest
        self._numbers: dict = {}
        self._tokens: List[np.ndarray] = []

    def add(self, text: str) -> int:
        """The text's number, the same for the same text."""
        number = self._numbers.get(text)
        if number is None:
            number = self._numbers[text] = len(self._tokens)
            self._tokens.append(np.array(self._tokenizer.encode(text, self._longest), dtype=np.int64))
        return number

    def add_all(self, texts: Iterable[str]) -> np.ndarray:
        return np.array([self.add(text) for text in texts], dtype=np.int64)

    def batch(self, numbers: np.ndarray) -> Tokens:
        parts = [self._tokens[number] for number in numbers]
        starts = np.cumsum([0, *(len(part) for part in parts[:-1])])
        return torch.from_numpy(np.concatenate(parts)), torch.from_numpy(starts)


def drop_tokens(tokens: Tokens, share: float, random: np.random.Generator) -> Tokens:
    """Replaces a share of the tokens by [UNK]: no single word may carry a sentence, and [UNK] learns its place."""
    ids, starts = tokens
    dropped = torch.from_numpy(random.random(len(ids)) < share) & (ids != CLS) & (ids != SEP)
    return ids.masked_fill(dropped, UNKNOWN), starts
