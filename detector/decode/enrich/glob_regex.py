"""Glob patterns of account names as one regex for polars' engine, which never backtracks."""

import re
from collections.abc import Iterable

_NEVER = r"^\b$"
_PIECES = {"*": "(?s:.*)", "?": "(?s:.)"}


def glob_regex(patterns: Iterable[str]) -> str:
    """Return a regex that fits what one of the patterns fits; ``*`` any text, ``?`` one character, all else itself."""
    made = ["".join(_PIECES.get(letter) or re.escape(letter) for letter in pattern) for pattern in patterns]
    return f"^(?:{'|'.join(made)})$" if made else _NEVER
