"""What stands in place of an account, a session or an address where there is none.

Comes in: what logs wrote. Goes out: whether it names nobody. These words are what software writes for an empty value;
names that people give to strangers (``anonymous``, ``guest``) are a setting (``actors.anonymous``).
"""

NOBODY = frozenset(
    (
        *("", "-", "--", '""', "''", "n/a", "undefined"),
        *("null", "(null)", "<null>", "none", "(none)", "<none>", "nil", "<nil>"),
    )
)
"""In small letters."""


def names_nobody(text: str) -> bool:
    """Tell whether a value is what software writes where there is none."""
    return text.strip().lower() in NOBODY
