"""The register of breaches over all cases: read, and written as a table."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import polars as pl

from detector.incident.documents.breach_register import RegisterEntry, is_registered, register_entry
from detector.runtime.incidents.console.case_desk import CaseDesk
from detector.runtime.incidents.letters.standing.mailing_progress import client_letters
from detector.schema.case.incidents import Incident
from detector.schema.letters.mailings import LetterState
from detector.store import write_csv
from detector.web.texts import PageTexts

_MOMENT = pl.Datetime("us", "UTC")
_COLUMNS: dict[str, pl.DataType] = {
    "number": pl.String(),
    "status": pl.String(),
    "closed_as": pl.String(),
    "what": pl.String(),
    "kind": pl.String(),
    "cause": pl.String(),
    "first_event_at": _MOMENT,
    "last_event_at": _MOMENT,
    "known_since": _MOMENT,
    "aware_at": _MOMENT,
    "data_classes": pl.String(),
    "people_at_least": pl.Int64(),
    "people_at_most": pl.Int64(),
    "people_of_others": pl.Int64(),
    "people_informed": pl.Int64(),
    "people_informed_in_public": pl.Int64(),
    "people_given_up": pl.Int64(),
    "people_without_letter": pl.Int64(),
    "records_at_least": pl.Int64(),
    "records_at_most": pl.Int64(),
    "severity": pl.String(),
    "flow_stopped_at": _MOMENT,
    "remedial_action": pl.String(),
    "duties": pl.String(),
    "closed_at": _MOMENT,
    "withdrawals": pl.String(),
}
_TOLD = ("people_informed", "people_informed_in_public", "people_given_up", "people_without_letter")


class RegisterReading(CaseDesk):
    """Reads the register."""

    def register(self, incidents: Sequence[Incident], laws: Collection[str] = ()) -> list[RegisterEntry]:
        """Return the entries of some incidents, the newest first.

        Args:
            incidents: Those that somebody may look at.
            laws: Only where one of these laws has a duty; empty: all.
        """
        now, found = self._clock.now(), list[RegisterEntry]()
        with self._store.read() as unit:
            for each in incidents:
                if not each.kind.breach or each.merged_into:
                    continue
                dossier = replace(self._dossier(unit, each.id), letters=client_letters(unit, each, self._settings))
                if not is_registered(dossier):
                    continue
                if not laws or any(duty.regulation in laws for duty in dossier.duties):
                    found.append(register_entry(dossier, now))
        return found


def write_register(entries: Sequence[RegisterEntry], words: PageTexts, path: Path) -> int:
    """Write entries as CSV, safe to open in a spreadsheet; return how many there are."""
    rows = [dict(_row(each, words)) for each in entries]
    write_csv(pl.DataFrame(rows, schema=_COLUMNS, strict=False), path)
    return len(rows)


def remedial_words(entry: RegisterEntry, words: PageTexts) -> Iterator[str]:
    """Yield what was done to put it right, as people read it."""
    for step in entry.remedial:
        at = f" ({words.full_moment(step.at)})" if step.at is not None else ""
        yield f"{step.step_id} {words.either(step.title, step.title_ru)}{at}"


def duty_words(entry: RegisterEntry, words: PageTexts) -> Iterator[str]:
    """Yield what became of each duty, as people read it."""
    for duty in entry.duties:
        said = [words.named("web-duty-state", duty.state.value)]
        if duty.sent_at is not None:
            said.append(f"{duty.receipt} {words.full_moment(duty.sent_at)}")
        elif duty.due_at is not None:
            said.append(words.t("register-due", due=words.full_moment(duty.due_at)))
        if duty.late:
            said.append(words.t("cli-duty-late"))
        if duty.reason and duty.decided_at is not None:
            said.append(words.t("register-decided", time=words.full_moment(duty.decided_at), reason=duty.reason))
        yield f"{duty.ref}: {', '.join(said)}"


def _row(entry: RegisterEntry, words: PageTexts) -> Iterator[tuple[str, str | int | datetime | None]]:
    incident, own, scope = entry.incident, entry.own, entry.own.scope
    yield "number", incident.number
    yield "status", words.named("web-status", incident.status.value)
    yield "closed_as", incident.close_reason.value if incident.close_reason is not None else ""
    yield "what", words.title(incident)
    yield "kind", incident.kind.value
    yield "cause", words.named("web-cause", entry.cause) if entry.cause else ""
    yield "first_event_at", incident.first_event_at
    yield "last_event_at", scope.last_event_at or incident.last_event_at
    yield "known_since", incident.t0
    yield "aware_at", incident.aware_at
    yield "data_classes", "; ".join(scope.data_classes)
    yield "people_at_least", own.people_low
    yield "people_at_most", own.people_high
    yield "people_of_others", entry.of_others
    letters = entry.letters
    informed = letters.informed + (letters.withdrawn if incident.ended_as_none else 0)  # who were told of it, they were
    told = (informed, letters.count(LetterState.PUBLIC), letters.count(LetterState.GIVEN_UP), letters.without)
    for name, count in zip(_TOLD, told, strict=True):
        yield name, count if letters.planned else None
    yield "records_at_least", scope.record_low
    yield "records_at_most", scope.record_high
    yield "severity", words.named("web-severity", incident.severity.value)
    yield "flow_stopped_at", entry.flow_stopped
    yield "remedial_action", "; ".join(remedial_words(entry, words))
    yield "duties", "; ".join(duty_words(entry, words))
    yield "closed_at", incident.closed_at
    yield "withdrawals", "; ".join(words.withdrawal(each) for each in entry.withdrawals)
