"""The account behind a session of a role of AWS, whose name the one who assumes the role gives it.

Comes in: ``arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION``, ``…:federated-user/NAME`` or ``AROA…:SESSION``. Goes out:
the same without the session, unless a directory gives the sessions of this role their names. Whoever may assume a role
once may do so a hundred times, under a hundred names: an account a session would be a hundred accounts of one person.
Any other name stays as it is.
"""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

_SESSION = re.compile(
    r"(?s)(?P<role>(?:(?:arn:[^/]*:|\*:?)?(?:assumed-role/(?P<name>[^/]+)|federated-user)))/.+", re.IGNORECASE
)
_FEDERATED = "federated-user"
_BY_ID = re.compile(r"(?P<role>AROA[A-Z0-9]+):.+", re.DOTALL)


def role_session(account: str) -> tuple[str, str] | None:
    """Return the role, by name, and the session of an account that is a session of one; None for any other."""
    found = _SESSION.fullmatch(account)
    if found is None:
        return None
    return (found["name"] or _FEDERATED).lower(), account[found.end("role") + 1 :]


def without_session(account: str, named: Iterable[str]) -> str:
    """Return an account without the session of a role; ``named``: patterns of roles whose sessions are people."""
    if found := _SESSION.fullmatch(account):
        role = (found["name"] or _FEDERATED).lower()
        if any(fnmatchcase(role, pattern.lower()) for pattern in named):
            return account
    found = found or _BY_ID.fullmatch(account)
    return found["role"] if found else account
