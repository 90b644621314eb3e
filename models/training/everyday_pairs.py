"""The everyday prompts of `everyday-dev/` as pairs: what rules and cache are developed on.

    python3 models/training/everyday_pairs.py --out everyday.jsonl
    npx llmrouter calibrate --cache everyday.jsonl --evaluate
"""

import argparse
import json
from pathlib import Path
from typing import Iterator

FOLDER = Path(__file__).parent / 'everyday-dev'


def everyday_pairs(path: Path) -> Iterator[dict]:
    """Each prompt beside its rewordings (`= …`), `same` true, and beside near-opposites (`! …`), `same` false."""
    domain, kept = '', None
    for line in path.read_text(encoding='utf-8').splitlines():
        if line.startswith('# '):
            domain = line[2:]
        elif line == '':
            kept = None
        elif kept is None:
            kept = line
        else:
            yield {'a': line[2:], 'b': kept, 'same': line[0] == '=', 'group': kept, 'domain': domain}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--out', type=Path, required=True)
    arguments = parser.parse_args()
    with arguments.out.open('w', encoding='utf-8') as out:
        for path in sorted(FOLDER.glob('*.txt')):
            for pair in everyday_pairs(path):
                out.write(json.dumps(pair, ensure_ascii=False) + '\n')


if __name__ == '__main__':
    main()
