"""Identifiers derived from content: the same input gives the same id, so doing a thing twice changes nothing."""

from collections.abc import Callable
from hashlib import blake2b

_SEPARATOR = b"\x1f"


def _part(part: str | int) -> bytes:
    raw = str(part).encode("utf-8", "surrogateescape")
    return b"%d%b%b" % (len(raw), _SEPARATOR, raw)


def derive(kind: str, *parts: str | int) -> str:
    """Return a 128-bit hex id of ``kind`` (a domain, so that equal parts of two kinds differ) and ``parts``."""
    return deriving(kind)(*parts)


def deriving(kind: str, *first: str | int) -> Callable[..., str]:
    """Return ``derive`` with the kind and the first parts given: for many ids that begin alike."""
    begun = blake2b(b"".join(map(_part, first)), digest_size=16, person=kind.encode()[:16])

    def rest(*parts: str | int) -> str:
        digest = begun.copy()
        digest.update(b"".join(map(_part, parts)))
        return digest.hexdigest()

    return rest
