"""What software writes for an empty value: in place of an account, a session or an address where there is none.

Comes in: what logs wrote. Goes out: whether it is such a word, and so names nobody. Names that people give to strangers
(``anonymous``, ``guest``) are a setting (``actors.anonymous``).
"""

NULL_VALUES = frozenset(
    (
        *("", "-", "--", '""', "''", "n/a", "undefined"),
        *("null", "(null)", "<null>", "none", "(none)", "<none>", "nil", "<nil>"),
    )
)
"""In small letters."""


def is_null_value(text: str) -> bool:
    """Tell whether a value is what software writes where there is none."""
    return text.strip().lower() in NULL_VALUES
