"""How easily a letter is read: Flesch's reading ease, and what corresponds to it in Russian. Pure.

Comes in: a text. Goes out: a number; 100 is very easy, 0 is for specialists. English: R. Flesch, "A new readability
yardstick", Journal of Applied Psychology 32 (1948): 206.835 - 1.015 words a sentence - 84.6 syllables a word. Russian:
I. V. Oborneva's adaptation (Moscow, 2006): 206.835 - 1.3 words a sentence - 60.1 syllables a word. Headings, and what
else ends without a mark, count for nothing: they would make any text look easy. Syllables of English words are counted
by groups of vowels; in Russian every vowel is one.
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_END: Final = re.compile(r"[.!?…]+(?=\s|$)")
_VOWELS: Final = re.compile(r"[aeiouy]+")
_RUSSIAN: Final = frozenset("аеёиоуыэюя")


class _Formula(NamedTuple):
    words: float
    syllables: float
    count: Callable[[str], int]


def reading_ease(text: str, language: str) -> float | None:
    """Return how easily a text is read; None: there is no formula for the language, or no word."""
    formula = _FORMULAS.get(language)
    told = "\n".join(line for line in text.lower().splitlines() if _END.search(line.rstrip()[-1:]))
    words = _WORD.findall(told)
    if formula is None or not words:
        return None
    sentences = sum(1 for part in _END.split(told) if _WORD.search(part))
    syllables = sum(map(formula.count, words))
    return 206.835 - formula.words * len(words) / sentences - formula.syllables * syllables / len(words)


def _english(word: str) -> int:
    groups = len(_VOWELS.findall(word))
    silent = word.endswith("e") and not word.endswith(("le", "ee", "ie", "ye")) and groups > 1
    silent = silent or (word.endswith("ed") and word[-3:-2] not in "td" and groups > 1)
    return max(1, groups - silent)


def _russian(word: str) -> int:
    return max(1, sum(letter in _RUSSIAN for letter in word))


_FORMULAS: Final = {"en": _Formula(1.015, 84.6, _english), "ru": _Formula(1.3, 60.1, _russian)}
EASY_ENOUGH: Final = {"en": 70.0, "ru": 60.0}
"""What a letter should reach: in English what is called fairly easy, in Russian, whose words are longer, plain."""
