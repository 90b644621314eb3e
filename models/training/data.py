"""The data: where each source comes from, under which licence, and what it may be used for.

Every source is one JSON Lines file (`.gz` allowed) below the folder given by `--data`. The table says where an
outsider finds the original; `README.md` beside this file gives the fields.
"""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Tuple

TRAIN = 'train'
"""May shape the shipped weights."""
EVALUATE = 'evaluate'
"""Only measured on: the licence forbids, or does not clearly allow, shipping weights made from it."""


@dataclass(frozen=True)
class Source:
    file: str
    url: str
    licence: str
    use: str
    permissive: bool = True
    """False: common practice for released weights, yet not an open licence. Left out by `--sources permissive`."""


SOURCES: Dict[str, Source] = {
    'qqp': Source(
        'qqp/pairs.train.jsonl.gz',
        'https://github.com/zilliztech/GPTCache/blob/main/examples/benchmark/similiar_qqp_full.json.gz',
        "Quora's terms of service: non-commercial research use (the copy's repository is MIT)",
        TRAIN,
        permissive=False,
    ),
    'stsb': Source(
        'stsb/pairs.train.jsonl.gz',
        'https://github.com/zhangzhenhu/Semantic-Texual-Similarity-Toolkits',
        'mixed; genre main-forums is from Stack Exchange, CC BY-SA: only that genre is trained on',
        TRAIN,
    ),
    'sts16_questions': Source(
        'stsb/sts2016_question_question.jsonl',
        'https://github.com/brmson/dataset-sts',
        'Stack Exchange questions, CC BY-SA',
        TRAIN,
    ),
    'banking77': Source(
        'banking77/train.jsonl.gz',
        'https://github.com/PolyAI-LDN/task-specific-datasets/blob/master/banking_data/train.csv',
        'CC BY 4.0',
        TRAIN,
    ),
    'clinc150': Source(
        'clinc150/train.jsonl.gz',
        'https://github.com/clinc/oos-eval/blob/master/data/data_full.json',
        'CC BY 3.0',
        TRAIN,
    ),
    'hwu64': Source('hwu64/train.jsonl.gz', 'https://github.com/xliuhw/NLU-Evaluation-Data', 'CC BY 4.0', TRAIN),
    'routellm': Source(
        'routing/routellm.train.jsonl.gz',
        'https://github.com/lm-sys/RouteLLM/tree/main/routellm/evals',
        'Apache-2.0 (GSM8K and MMLU questions: MIT)',
        TRAIN,
    ),
    'alpaca_eval': Source(
        'routing/alpaca_eval.train.jsonl.gz',
        'https://github.com/tatsu-lab/alpaca_eval',
        'Apache-2.0, prompts CC BY-NC 4.0',
        EVALUATE,
    ),
    'prompts': Source(
        'prompts/prompts.jsonl.gz',
        'https://github.com/openai/grade-school-math, https://github.com/google-research/google-research/tree/master/mbpp,'
        ' https://github.com/sylinrl/TruthfulQA, https://github.com/f/awesome-chatgpt-prompts,'
        ' https://github.com/lm-sys/arena-hard-auto, https://github.com/openai/human-eval,'
        ' https://github.com/lm-sys/FastChat',
        'MIT, CC BY 4.0, Apache-2.0, CC0: see PERMISSIVE_PROMPTS; other rows of the file are not trained on',
        TRAIN,
    ),
    'mrpc': Source(
        'mrpc/pairs.train.jsonl.gz',
        'https://github.com/wasiahmad/paraphrase_identification',
        'Microsoft Research data licence',
        EVALUATE,
    ),
    'sick': Source('sick/pairs.train.jsonl.gz', 'https://github.com/brmson/dataset-sts', 'CC BY-NC-SA 3.0', EVALUATE),
    'medical': Source(
        'medical_qp/pairs.train.jsonl',
        'https://github.com/curai/medical-question-pair-dataset',
        'none stated',
        EVALUATE,
    ),
}

PERMISSIVE_PROMPTS = {
    'gsm8k_train': 'MIT',
    'mbpp': 'CC BY 4.0',
    'truthfulqa': 'Apache-2.0',
    'awesome_chatgpt_prompts': 'CC0',
    'arena_hard_v0.1': 'Apache-2.0',
    'humaneval': 'MIT',
    'vicuna_bench': 'Apache-2.0',
}

STS_TRAINED_GENRE = 'main-forums'
INTENT_SOURCES = ('banking77', 'clinc150', 'hwu64')


@dataclass(frozen=True)
class Pair:
    a: str
    b: str
    label: int
    """1: the same question."""
    group_a: int = -1
    """Questions of one group ask the same; -1 where the source has no groups."""
    group_b: int = -1
    score: Optional[float] = None
    """Graded similarity in 0..1 where the source has one."""


def read_rows(folder: Path, name: str) -> Iterator[dict]:
    """Rows of a source. Raises FileNotFoundError naming the address to fetch it from."""
    source = SOURCES[name]
    path = folder / source.file
    if not path.exists():
        raise FileNotFoundError(f'{path} is missing; the original is at {source.url}')
    opened = gzip.open(path, 'rt', encoding='utf-8') if path.suffix == '.gz' else path.open(encoding='utf-8')
    with opened as lines:
        for line in lines:
            yield json.loads(line)


def qqp_pairs(folder: Path) -> List[Pair]:
    rows = read_rows(folder, 'qqp')
    return [Pair(r['a'], r['b'], r['label'], r['cluster_a'], r['cluster_b']) for r in rows]


def labelled_pairs(folder: Path, name: str) -> List[Pair]:
    """MRPC and the medical pairs: label 1 means the same."""
    return [Pair(r['a'], r['b'], r['label']) for r in read_rows(folder, name)]


def sts_pairs(folder: Path, trained: bool) -> List[Pair]:
    """STS-B: the genre that is trained on, or all others. The label cuts the score at 4 of 5."""
    rows = (r for r in read_rows(folder, 'stsb') if (r['genre'] == STS_TRAINED_GENRE) == trained)
    return [_graded(r, r['score'] / 5, r['score'] >= 4) for r in rows]


def sts16_question_pairs(folder: Path) -> List[Pair]:
    return [_graded(r, r['score'] / 5, r['score'] >= 4) for r in read_rows(folder, 'sts16_questions')]


def sick_pairs(folder: Path) -> List[Pair]:
    """SICK. The label says that one sentence entails the other and both were judged at least 4 of 5 alike."""
    rows = read_rows(folder, 'sick')
    return [_graded(r, (r['score'] - 1) / 4, r['entailment'] == 'ENTAILMENT' and r['score'] >= 4) for r in rows]


def _graded(row: dict, score: float, same: bool) -> Pair:
    return Pair(row['a'], row['b'], int(same), score=score)


def intent_texts(folder: Path) -> List[Tuple[str, str]]:
    """(text, intent) of the intent sets; utterances outside every intent are left out."""
    rows = ((name, row) for name in INTENT_SOURCES for row in read_rows(folder, name))
    return [(row['text'], f"{name}/{row['intent']}") for name, row in rows if row['intent'] != 'oos']


def unlabelled_prompts(folder: Path) -> List[str]:
    """Prompts that give words, not labels."""
    routed = [row['prompt'] for row in read_rows(folder, 'routellm')]
    collected = [r['prompt'] for r in read_rows(folder, 'prompts') if r['source'] in PERMISSIVE_PROMPTS]
    return routed + collected
