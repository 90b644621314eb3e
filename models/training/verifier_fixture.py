"""Rows of features with the probability that Python gives them, for the test that ONNX Runtime gives the same."""

import json
from pathlib import Path

import numpy as np

from logistic import Logistic
from pair_features import pair_features

PAIRS = [
    ('How do I reset my password', 'how can i reset my password?', 0.93),
    ('How do I reset my password', 'I forgot my password, what should I do?', 0.63),
    ('enable 2FA', 'disable 2FA', 0.87),
    ('convert 10 km to miles', 'convert 100 km to miles', 0.75),
    ('flights from Paris to Rome', 'flights from Rome to Paris', 1.0),
    ('Is Python better than Java?', 'Is Java better than Python?', 1.0),
    ('how to boil eggs', 'how not to boil eggs', 0.85),
    ('What is the capital of France?', "what's france's capital", 0.82),
    ('How do I reset my password', 'What is the capital of France?', 0.02),
    ('', '', 1.0),
    ('word', 'another word', -1.0),
    ('best restaurants', 'best restaurants in Lisbon with a garden', 0.7),
]


def write_fixture(path: Path, model: Logistic) -> None:
    table = pair_features([(a, b) for a, b, _ in PAIRS], np.array([cosine for _, _, cosine in PAIRS]))
    rows = np.round(table.columns(model.features).astype(np.float64), 6)
    probabilities = 1 / (1 + np.exp(-(rows @ model.weights.astype(np.float64) + model.bias)))
    cases = [
        {'a': a, 'b': b, 'features': row.tolist(), 'probability': round(float(p), 7)}
        for (a, b, _), row, p in zip(PAIRS, rows, probabilities)
    ]
    content = {'names': list(model.features), 'cases': cases}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False) + '\n', encoding='utf-8')
