"""What software writes for an empty value: in place of an account, a session or an address where there is none.

Comes in: what logs wrote. Goes out: whether it is such a word, and so names nobody. Names that people give to strangers
(``anonymous``, ``guest``) are a setting (``actors.anonymous``).
"""

EMPTY_WORDS = frozenset(
    ("n/a", "undefined", "null", "(null)", "<null>", "none", "(none)", "<none>", "nil", "<nil>"),
)
"""Those that might be a name, in small letters."""
NULL_VALUES = EMPTY_WORDS | {"", "-", "--", '""', "''"}
"""All of them, in small letters."""


def is_null_value(text: str) -> bool:
    """Tell whether a value is what software writes where there is none."""
    return text.strip().lower() in NULL_VALUES


def is_empty_word(text: str) -> bool:
    """Tell whether a value is such a word, and not a dash or nothing at all."""
    return text.strip().lower() in EMPTY_WORDS
