"""Passwords: which are good enough, how they are kept, whether one fits.

Comes in: what somebody typed. Goes out: an argon2id hash with its parameters, or whether a hash fits. Nothing is kept
here. One hash takes 19 MiB and some 20 ms; two at a time are made, so that a flood of tries takes no more.
"""

from collections.abc import Iterator
from functools import cache
from threading import BoundedSemaphore
from typing import Final
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from detector.errors import Problem

LONGEST: Final = 1024
_DIFFERENT: Final = 5
# The parameters that OWASP names as the least for argon2id.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_AT_ONCE = BoundedSemaphore(2)
_COMMON: Final = ("password", "passwort", "parol", "qwert", "йцуке", "пароль", "123456", "letmein", "welcome", "nabat")


def password_problems(password: str, name: str, shortest: int) -> Iterator[Problem]:
    """Yield what is wrong with a password somebody chose.

    Args:
        password: As typed.
        name: Whose it is.
        shortest: The fewest characters it must have.
    """
    text = normalize("NFKC", password).casefold()
    if len(text) < shortest:
        yield Problem(what=f"the password has fewer than {shortest} characters", fix="four words make a good one")
    if len(password) > LONGEST:
        yield Problem(what=f"the password has more than {LONGEST} characters")
    if len(set(text)) < _DIFFERENT:
        yield Problem(what=f"the password has fewer than {_DIFFERENT} different characters", fix="choose another one")
    rest = text.replace(name.casefold(), "")
    for word in _COMMON:
        rest = rest.replace(word, "")
    if len(text) >= shortest and len(rest) < shortest // 2:
        yield Problem(what="the password is little more than a name or a common word", fix="choose another one")


def hash_password(password: str) -> str:
    """Return the hash that is kept of a password."""
    with _AT_ONCE:
        return _HASHER.hash(normalize("NFKC", password))


def fits(kept: str, password: str) -> bool:
    """Tell whether a password is the one a hash was made of; where there is no hash it takes as long."""
    with _AT_ONCE:
        try:
            return _HASHER.verify(kept or _of_nobody(), normalize("NFKC", password[: LONGEST + 1])) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Tell whether a hash was made with other parameters than today's, and is to be made anew."""
    return _HASHER.check_needs_rehash(kept)


@cache
def _of_nobody() -> str:
    return _HASHER.hash("nobody's")
