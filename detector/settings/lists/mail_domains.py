"""Domains of mail addresses as they stand in the protocol.

Comes in: a domain in any letters. Goes out: ASCII. The standard library knows the older IDNA alone, which writes some
letters as others: ``straße`` as ``strasse``, which is somebody else's. These are written by the newer one (RFC 5891).
"""

from typing import Final
from unicodedata import normalize

_WRITTEN_AS_OTHERS: Final = frozenset("ßς")
_LONGEST_LABEL: Final = 63


def ascii_domain(domain: str) -> str:
    """Return a domain as it stands in the protocol.

    Raises:
        UnicodeError: There is no such.
    """
    return ".".join(map(_ascii_label, domain.split(".")))


def _ascii_label(label: str) -> str:
    small = normalize("NFC", label.lower())
    if _WRITTEN_AS_OTHERS.isdisjoint(small):
        written = label.encode("idna").decode()
    else:
        written = f"xn--{small.encode('punycode').decode()}"
    if not 0 < len(written) <= _LONGEST_LABEL:
        raise UnicodeError("a label is empty or too long")
    return written
