"""Archives of raw lines, for the command line: look, hand out, check. Whatever is done is written into the custody log.

Comes in: a reference to an incident, who acts. Goes out: what is held; an export; where an archive is not what was
written.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import msgspec

from detector.auth import no_such_incident
from detector.clock import Clock
from detector.errors import StoreError
from detector.incident import all_readings
from detector.messages import LANGUAGES
from detector.runtime.coverage_hours.coverage_statement import coverage_of
from detector.runtime.evidence.collector import FOLDER
from detector.runtime.evidence.export_archive import export_archive
from detector.runtime.incidents.case_door import CaseDoor
from detector.schema.case.chain import ChainDifference, ChainFlaw
from detector.schema.case.evidence_archive import CustodyAct, EvidenceSegment, EvidenceSummary
from detector.schema.case.incidents import Incident
from detector.schema.ids import derive
from detector.schema.team.grants import Identity, PersonAct
from detector.settings import Settings
from detector.store import SegmentFiles, Store, UnitOfWork, newest_head
from detector.web.texts import PageTexts


class ArchiveDesk:
    """What people do with archives.

    Args:
        store: The database.
        settings: Where archives lie.
        clock: The time.
    """

    def __init__(self, store: Store, settings: Settings, clock: Clock) -> None:
        self._store, self._settings, self._clock = store, settings, clock
        self._door = CaseDoor(settings)
        self._files = SegmentFiles(settings.state / FOLDER)

    def all(self, limit: int, *, by: Identity) -> list[tuple[Incident, EvidenceSummary]]:
        """Return the newest incidents that somebody may see, with what is held of them."""
        with self._store.read() as unit:
            found = self._door.visible(unit, unit.incidents.listed(limit=limit), by)
            return [(each, unit.evidence.summary(each.id)) for each in found]

    def show(self, ref: str, *, by: Identity) -> tuple[Incident, EvidenceSummary]:
        """Return what is held of an incident.

        Raises:
            NotFoundError: None is called so, for this person.
            DeniedError: They may not.
        """
        return self._act(ref, CustodyAct.SHOWN, by)

    def replayed(self, ref: str, rule: str, *, by: Identity) -> tuple[Incident, EvidenceSummary, SegmentFiles]:
        """Return what is held of an incident, and where, for a rule to be tried on it.

        Raises:
            NotFoundError: None is called so, for this person.
            DeniedError: They may not.
        """
        return (*self._act(ref, CustodyAct.REPLAYED, by, rule), self._files)

    def export(self, ref: str, out: Path, *, by: Identity) -> tuple[Incident, int]:
        """Write an archive to a folder or a tar; return how many lines it holds.

        Raises:
            NotFoundError: No incident is called so.
            InputError: It cannot be written there.
        """
        incident, held = self._act(ref, CustodyAct.EXPORTED, by, str(out))
        with self._store.read() as unit:
            head = newest_head(unit, incident.id)
            coverage = coverage_of(unit, incident, self._clock.now())
            readings = all_readings(incident, unit.incidents.facts(incident.id))
        at = f"{self._clock.now():%Y-%m-%dT%H:%M:%SZ}"
        words = {
            language: PageTexts(self._settings, language, self._clock.now()).watched(coverage) for language in LANGUAGES
        }
        more = {
            "exported_at": at,
            "exported_by": by.name,
            "seal": head.seal if head is not None else "",
            "facts": [{**msgspec.to_builtins(each.fact), "counts": each.counts} for each in readings],
            "coverage": {**msgspec.to_builtins(coverage), "in_words": words},
        }
        return incident, export_archive(incident, held, self._files, out, more)

    def verify(self, ref: str, *, by: Identity) -> tuple[Incident, int, list[ChainDifference]]:
        """Return how many lines were compared with their hashes, and where an archive is not what was written.

        Raises:
            NotFoundError: None is called so.
        """
        incident, held = self._act(ref, CustodyAct.VERIFIED, by)
        found = [each for segment in held.segments for each in segment_differences(self._files, segment)]
        return incident, held.lines, found

    def _act(self, ref: str, act: CustodyAct, by: Identity, detail: str = "") -> tuple[Incident, EvidenceSummary]:
        asked = PersonAct.CLIENTS if act is CustodyAct.EXPORTED else PersonAct.EVIDENCE
        with self._store.begin() as unit:
            incident = _named(unit, ref)
            grant = self._door.of(unit, incident, by, asked, ref)
            unit.evidence.log(incident.id, act, by=grant.person, at=self._clock.now(), detail=detail)
            return incident, unit.evidence.summary(incident.id)


def _named(unit: UnitOfWork, ref: str) -> Incident:
    found = unit.incidents.find(ref)
    if found is None:
        raise no_such_incident(ref)
    return found


def segment_differences(files: SegmentFiles, segment: EvidenceSegment) -> Iterator[ChainDifference]:
    """Yield where a segment is not what was written: the file as a whole, then each line in it."""
    problem = files.problem(segment)
    if problem:
        args = (("file", segment.path), ("why", problem))
        yield ChainDifference(flaw=ChainFlaw.EVIDENCE_FILE, incident_id=segment.incident_id, args=args)
    if problem == "missing":
        return
    try:
        rows = files.read(segment, ("event_id", "file_id", "offset", "sha256", "raw")).iter_rows()
    except StoreError:
        return  # that it was altered is said
    for event_id, file_id, offset, digest, raw in rows:
        if sha256(raw).hexdigest() != digest or (file_id and derive("event", file_id, offset, digest) != event_id):
            line = (("file", segment.path), ("event", event_id))
            yield ChainDifference(flaw=ChainFlaw.EVIDENCE_LINE, incident_id=segment.incident_id, args=line)
