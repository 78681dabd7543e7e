"""What software writes for an empty value: in place of an account, a session or an address where there is none.

Comes in: what logs wrote. Goes out: whether it is such a word, and so names nobody. Names that people give to strangers
(``anonymous``, ``guest``) are a setting (``actors.anonymous``). Of sessions more is known: a word, a mask over a token
and one character over and over (``0``, the UUID of zeros) are none. What else a log writes for everybody shows in use
(``detector.detect.rules.facts.constant_sessions``).
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


_NO_SESSIONS = frozenset(
    (
        *("anonymous", "guest", "public", "unauthenticated", "unauthorized", "nobody", "unknown", "default", "empty"),
        *("new", "deleted", "expired", "invalid", "closed", "nosession", "notset", "unset", "notavailable", "na", "no"),
        *("undefined", "null", "none", "nil", "nan", "false", "true", "session", "sessionid", "token", "bearer"),
        *("filtered", "redacted", "masked", "hidden", "removed", "sanitized", "scrubbed"),
    )
)
"""Letters and digits of what is written for nobody's session, or over everybody's."""


def is_no_session(text: str) -> bool:
    """Tell whether what stands in place of a session is none: it is written for nobody, or for everybody."""
    signs = "".join(filter(str.isalnum, text.casefold()))
    return len(set(signs)) < 2 or signs in _NO_SESSIONS
