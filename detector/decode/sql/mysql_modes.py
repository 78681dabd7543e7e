"""In which modes a server of MySQL or MariaDB may have read a statement, where the log does not tell which it has.

Comes in: a statement. Goes out: the dialects (``fingerprint.shaped``) beside the usual one in which it makes sense and
may mean something else: with ANSI_QUOTES ``"id"`` is a column, with NO_BACKSLASH_ESCAPES a text may end behind one.
"""

import re

from detector.decode.sql.fingerprint import VALUE, shaped

_QUOTED = re.compile(r'"([^\W\d][\w$]{0,63})"')
_WORD = re.compile(r'(?<!["\w$])[^\W\d][\w$]*+(?!["\w$])')
_BEFORE_NAMES = re.compile(r"(?i:\b(?:from|join|into|update|table|where|and|or|not|on|having|by)|\.)\s*\Z")
_BEFORE = 20
_NO_WORD_BEHIND = re.compile(
    rf"{VALUE}\s*(?!(?:and|or|xor|union|except|intersect|limit|offset|order|group|having|as|from|where|like|rlike|regexp"
    r"|in|is|between|not|for|collate|escape|then|else|end|when|on|using|into|desc|asc|div|mod|set|values|select|sounds"
    r"|lock|separator|day|month|year|hour|minute|second|week)\b)[^\W\d]",
    re.IGNORECASE,
)
"""A word behind a value, which no statement has: the quotes were read wrongly."""


def other_modes(text: str) -> tuple[str, ...]:
    """Return the dialects in which a statement may have been read, beside "mysql"."""
    ansi = '"' in text and _names_in_quotes(text)
    plain = "\\'" in text or '\\"' in text
    found = (["mysql ansi"] if ansi else []) + (["mysql plain"] if plain else [])
    found += ["mysql ansi plain"] if ansi and plain else []
    return tuple(one for one in found if "plain" not in one or _makes_sense(text, one))


def _names_in_quotes(text: str) -> bool:
    """Tell whether something in double quotes may be a name: it stands where a name does, or elsewhere without."""
    words: set[str] | None = None
    for found in _QUOTED.finditer(text):
        if _BEFORE_NAMES.search(text, max(found.start() - _BEFORE, 0), found.start()):
            return True
        if words is None:
            words = {one.lower() for one in _WORD.findall(text)}
        if found[1].lower() in words:
            return True
    return False


def _makes_sense(text: str, dialect: str) -> bool:
    seen = shaped(text, dialect)
    return seen.whole and "\\" not in seen.shape and not _NO_WORD_BEHIND.search(seen.shape)
