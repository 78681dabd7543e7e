"""What an incident says of others that whoever looks must not know of: it is left out.

Comes in: an incident with all that is shown of it, and which other incidents are to be hidden. Goes out: the same
without the entries, facts and lists that name one of them: two incidents that were merged and parted again tell of each
other for good. Pure.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import astuple, replace

from detector.schema.case.case_facts import CaseFact, CaseFactReading
from detector.schema.case.incidents import Incident, TimelineEntry
from detector.schema.case.scope_versions import ClientImport
from detector.web.ports import Detail

_NUMBER = re.compile(r"\b\d{8}-[0-9a-f]{6}\b")


def numbers_told(detail: Detail) -> frozenset[str]:
    """Return the numbers of other incidents that anything of an incident names."""
    return frozenset(each for part in _parts(detail) for each in _numbers(part)) - {detail.incident.number}


def without_told(detail: Detail, hidden: Collection[str]) -> Detail:
    """Return what is shown of an incident without what names one of the hidden incidents, by their numbers."""

    def kept(part: TimelineEntry | CaseFactReading | ClientImport) -> bool:
        return _numbers(part).isdisjoint(hidden)

    return replace(
        detail,
        entries=tuple(filter(kept, detail.entries)),
        facts=tuple(filter(kept, detail.facts)),
        imports=tuple(filter(kept, detail.imports)),
    )


def names_another(incident: Incident, part: TimelineEntry | CaseFact) -> bool:
    """Tell whether an entry or a fact of an incident names another one."""
    return bool(_numbers(part) - {incident.number})


def _parts(detail: Detail) -> Iterable[TimelineEntry | CaseFactReading | ClientImport]:
    return (*detail.entries, *detail.facts, *detail.imports)


def _numbers(part: TimelineEntry | CaseFact | CaseFactReading | ClientImport) -> frozenset[str]:
    return frozenset(_NUMBER.findall(str(astuple(part))))
