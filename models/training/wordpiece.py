"""WordPiece: a vocabulary learned from word counts, and the tokeniser that the gateway's runtime must agree with.

Normalising and splitting follow BERT's uncased tokeniser: control characters dropped, Chinese characters set apart,
lower case, NFD without marks, split at white space and at every punctuation character, then greedy longest match.
"""

import heapq
import unicodedata
from collections import Counter, defaultdict
from typing import Dict, Iterable, List, Tuple

SPECIAL_TOKENS = ('[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]')
PAD, UNKNOWN, CLS, SEP, MASK = range(5)
CONTINUED = '##'
LONGEST_WORD = 100
"""Characters; a longer word is [UNK], as in BERT."""

CHINESE = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


def normalise(text: str) -> str:
    kept = ''.join(_clean(character) for character in text)
    # Lower case before and after the marks fall: İ lowers to i with a mark.
    plain = ''.join(c for c in unicodedata.normalize('NFD', kept) if unicodedata.category(c) != 'Mn')
    return plain.lower()


def _clean(character: str) -> str:
    if character in '\t\n\r':
        return ' '
    if character in '\0\ufffd' or unicodedata.category(character) in ('Cc', 'Cf', 'Cs', 'Co', 'Cn'):
        return ''
    if character.isspace():
        return ' '
    point = ord(character)
    return f' {character} ' if any(low <= point <= high for low, high in CHINESE) else character


def split_words(text: str) -> List[str]:
    """Normalised words; a punctuation character is a word of its own."""
    spaced = ''.join(f' {c} ' if _is_punctuation(c) else c for c in normalise(text))
    return spaced.split()


def _is_punctuation(character: str) -> bool:
    point = ord(character)
    in_ascii = 33 <= point <= 47 or 58 <= point <= 64 or 91 <= point <= 96 or 123 <= point <= 126
    return in_ascii or unicodedata.category(character).startswith('P')


class WordPiece:
    def __init__(self, vocabulary: List[str]) -> None:
        self.vocabulary = vocabulary
        self._ids = {token: number for number, token in enumerate(vocabulary)}
        self._words: Dict[str, Tuple[int, ...]] = {}

    def encode(self, text: str, longest: int) -> List[int]:
        """Token ids with [CLS] before and [SEP] after; a long text loses its end."""
        inner = [token for word in split_words(text) for token in self._word(word)]
        return [CLS, *inner[: longest - 2], SEP]

    def _word(self, word: str) -> Tuple[int, ...]:
        known = self._words.get(word)
        if known is None:
            known = self._words[word] = self._longest_matches(word)
        return known

    def _longest_matches(self, word: str) -> Tuple[int, ...]:
        if len(word) > LONGEST_WORD:
            return (UNKNOWN,)
        pieces: List[int] = []
        start = 0
        while start < len(word):
            prefix = CONTINUED if start > 0 else ''
            end = next((e for e in range(len(word), start, -1) if prefix + word[start:e] in self._ids), None)
            if end is None:
                return (UNKNOWN,)
            pieces.append(self._ids[prefix + word[start:end]])
            start = end
        return tuple(pieces)


def train_vocabulary(texts: Iterable[str], size: int) -> List[str]:
    """Special tokens, the common characters, then the most frequent neighbours joined until `size` is reached."""
    counts = Counter(word for text in texts for word in split_words(text))
    words = [(word, count) for word, count in sorted(counts.items()) if count > 1 and len(word) <= LONGEST_WORD]
    pieces = [[word[0], *(CONTINUED + c for c in word[1:])] for word, _ in words]
    alphabet = _alphabet(pieces, [count for _, count in words])
    vocabulary = [*SPECIAL_TOKENS, *alphabet]
    merges = _Merges(pieces, [count for _, count in words])
    seen = set(vocabulary)
    while len(vocabulary) < size:
        token = merges.next_token()
        if token is None:
            break
        if token not in seen:
            seen.add(token)
            vocabulary.append(token)
    return vocabulary


def _alphabet(pieces: List[List[str]], counts: List[int]) -> List[str]:
    characters: Counter = Counter()
    for word, count in zip(pieces, counts):
        for character in word:
            characters[character] += count
    # A rare script's letters would eat the table; ASCII must always be spelt.
    return sorted(c for c, count in characters.items() if count >= 20 or c.removeprefix(CONTINUED).isascii())


class _Merges:
    """The most frequent pair of neighbouring pieces, joined one after another."""

    def __init__(self, pieces: List[List[str]], counts: List[int]) -> None:
        self._pieces = pieces
        self._counts = counts
        self._pairs: Counter = Counter()
        self._where: Dict[Tuple[str, str], set] = defaultdict(set)
        for number in range(len(pieces)):
            self._count(number, 1)
        self._heap = [(-count, pair) for pair, count in self._pairs.items()]
        heapq.heapify(self._heap)

    def next_token(self):
        """The token that the next merge makes, or None when nothing is left to join."""
        while self._heap:
            negative, pair = heapq.heappop(self._heap)
            count = self._pairs.get(pair, 0)
            if count == -negative and count > 1:
                return self._join(pair)
            # Stale entry: the pair has been counted anew since.
            if 1 < count < -negative:
                heapq.heappush(self._heap, (-count, pair))
        return None

    def _join(self, pair: Tuple[str, str]) -> str:
        token = pair[0] + pair[1].removeprefix(CONTINUED)
        for number in list(self._where.pop(pair)):
            self._count(number, -1)
            self._pieces[number] = _joined(self._pieces[number], pair, token)
            self._count(number, 1, announce=True)
        return token

    def _count(self, number: int, sign: int, announce: bool = False) -> None:
        word = self._pieces[number]
        for pair in zip(word, word[1:]):
            self._pairs[pair] += sign * self._counts[number]
            if sign > 0:
                self._where[pair].add(number)
            if announce:
                heapq.heappush(self._heap, (-self._pairs[pair], pair))


def _joined(word: List[str], pair: Tuple[str, str], token: str) -> List[str]:
    out: List[str] = []
    position = 0
    while position < len(word):
        if tuple(word[position : position + 2]) == pair:
            out.append(token)
            position += 2
        else:
            out.append(word[position])
            position += 1
    return out
