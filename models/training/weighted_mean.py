"""The network: a sentence is the weighted mean of its tokens' vectors, of length one.

e = Σ exp(clip(s, −6, 6)) · v / Σ exp(clip(s, −6, 6)), e / |e|: each token has a vector v and one number s that says how
much it matters.
"""

from typing import Tuple

import torch
from torch import nn
from torch.nn import functional

from wordpiece import CLS, SEP

LARGEST_SCORE = 6.0

Tokens = Tuple[torch.Tensor, torch.Tensor]
"""All token ids of a batch one after another (int64), and where each text begins."""


class WeightedMean(nn.Module):
    def __init__(self, vocabulary_size: int, dimension: int, spread: float) -> None:
        super().__init__()
        self.vectors = nn.Parameter(torch.randn(vocabulary_size, dimension) * spread)
        self.scores = nn.Parameter(torch.zeros(vocabulary_size))
        with torch.no_grad():
            # The runtime sets them around every text, so they say nothing; yet an empty text still has a vector.
            self.scores[[CLS, SEP]] = -LARGEST_SCORE
        # Cosine → log-odds of "the same question" in the labelled loss; not part of the exported network.
        self.slope = nn.Parameter(torch.tensor(10.0))
        self.offset = nn.Parameter(torch.tensor(-7.0))

    def weights(self) -> torch.Tensor:
        return self.scores.clamp(-LARGEST_SCORE, LARGEST_SCORE).exp()

    def forward(self, tokens: Tokens) -> torch.Tensor:
        """Unit vectors `[texts, dimension]`. The sum of weights cancels in the norm and is not divided by."""
        ids, starts = tokens
        weights = self.weights()[ids]
        sums = functional.embedding_bag(ids, self.vectors, starts, mode='sum', per_sample_weights=weights)
        return functional.normalize(sums, dim=1)
