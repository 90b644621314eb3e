"""The two losses of the embedder."""

import torch
from torch.nn import functional

SCALE = 20.0
"""Cosines are multiplied by this before the softmax."""


def contrast(anchors, positives, negatives, groups) -> torch.Tensor:
    """In-batch softmax both ways: each anchor finds its positive among all positives and all hard negatives."""
    same_group = groups[:, None] == groups[None, :]
    others = same_group & ~torch.eye(len(groups), dtype=torch.bool)
    truth = torch.arange(len(groups))
    forward = (anchors @ positives.T * SCALE).masked_fill(others, -1e4)
    # The drawn negative belongs to its own row; in other rows of the same group it is as good a negative.
    hard = anchors @ negatives.T * SCALE
    backward = (positives @ anchors.T * SCALE).masked_fill(others, -1e4)
    ahead = functional.cross_entropy(torch.cat([forward, hard], dim=1), truth)
    behind = functional.cross_entropy(torch.cat([backward, positives @ negatives.T * SCALE], dim=1), truth)
    return (ahead + behind) / 2


def labelled(first, second, labels, slope, offset) -> torch.Tensor:
    """Cross-entropy of the human label given the cosine."""
    cosines = (first * second).sum(dim=1)
    return functional.binary_cross_entropy_with_logits(slope * cosines + offset, labels)
