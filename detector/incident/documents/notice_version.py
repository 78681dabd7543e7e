"""Which version of a notice a receipt is for: what a person writes, held against what was filed. Pure.

Comes in: ``2``, ``d1 v2``, ``20260302-7f3a1c-d1 v2``; the documents of the incident. Goes out: the version as documents
name it. One that nobody filed cannot have been sent.
"""

import re
from collections.abc import Sequence
from typing import Final

from detector.errors import InputError, Problem
from detector.incident.timeline import clean
from detector.schema.case.documents import FiledDocument

_SAID: Final = re.compile(r"(?:(?P<document>\S*d\d+)(?:\s+|$))?(?:v?(?P<version>\d+))?", re.IGNORECASE)


def filed_version(said: str, duty: str, filed: Sequence[FiledDocument]) -> str:
    """Return the version of a document that somebody says was sent: ``20260302-7f3a1c-d1 v2``; nothing for nothing.

    Args:
        said: In their words: a document, its version, or both; of a document alone the newest.
        duty: ``law/stage`` that it was sent for: a version alone is one of the document filed for it.
        filed: The documents of the incident.

    Raises:
        InputError: No such version was filed, or several could be meant.
    """
    said = clean(said)
    if not said:
        return ""
    found = _SAID.fullmatch(said)
    meant = [] if found is None else _documents(found["document"] or "", duty, filed)
    version = int(found["version"]) if found is not None and found["version"] else None
    named = [
        f"{each.id} v{each.newest.version if version is None else version}"
        for each in meant
        if version is None or each.version(version) is not None
    ]
    if len(named) == 1:
        return named[0]
    said = said[:80]
    if named:
        what = f"{said!r} may be a version of several documents"
        raise InputError(Problem(what=what, fix=f"say which: {', '.join(named)}"))
    there = ", ".join(f"{each.id} v{each.newest.version}" for each in filed)
    fix = f"filed are, up to their newest versions: {there}"
    what = f"{said!r} is no version of a document that was filed"
    raise InputError(Problem(what=what, fix=fix if there else "file what was sent first: nabat documents add"))


def _documents(name: str, duty: str, filed: Sequence[FiledDocument]) -> list[FiledDocument]:
    if name:
        return [each for each in filed if name.lower() in (each.id, f"d{each.document.number}")]
    return [each for each in filed if each.document.duty == duty] or list(filed)
