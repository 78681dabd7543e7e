"""Identifiers derived from content: the same input gives the same id, so doing a thing twice changes nothing."""

from hashlib import blake2b

_SEPARATOR = b"\x1f"


def derive(kind: str, *parts: str | int) -> str:
    """Return a 128-bit hex id of ``kind`` (a domain, so that equal parts of two kinds differ) and ``parts``."""
    digest = blake2b(digest_size=16, person=kind.encode()[:16])
    for part in parts:
        raw = str(part).encode("utf-8", "surrogateescape")
        digest.update(str(len(raw)).encode() + _SEPARATOR + raw)
    return digest.hexdigest()
