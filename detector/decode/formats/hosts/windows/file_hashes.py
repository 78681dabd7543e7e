"""The hashes of a file, which Sysmon writes in one field, as the fields that rules ask for.

Comes in: the fields of an event. Goes out: ``md5``, ``sha1``, ``sha256``, ``Imphash``. The field itself stays beside
them, because as many rules look for ``IMPHASH=...`` in it.
"""

from collections.abc import Mapping
from typing import Final

_FIELDS: Final = ("Hashes", "Hash")
_CALLED: Final = {"MD5": "md5", "SHA1": "sha1", "SHA256": "sha256", "IMPHASH": "Imphash"}


def file_hashes(data: Mapping[str, str]) -> dict[str, str]:
    """Return each hash of ``SHA1=...,MD5=...,SHA256=...,IMPHASH=...`` under the name that rules have for it."""
    written = next((data[name] for name in _FIELDS if data.get(name)), "")
    told = (part.partition("=") for part in written.split(","))
    return {_CALLED[kind]: value for name, _, value in told if value and (kind := name.strip().upper()) in _CALLED}
