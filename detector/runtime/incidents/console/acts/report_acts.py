"""What comes from outside: written down, looked at, linked to an incident, dismissed."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from detector.auth import access_record
from detector.errors import Cause, ConflictError, InputError, NotFoundError, Problem, StoreError, did_you_mean
from detector.incident import CaseByHand
from detector.incident.reports import ReportTold, answer_letter, dismiss_report, in_order, link_report, report_of
from detector.runtime.expected.planned_work import actor_of
from detector.runtime.incidents.agenda.report_keeper import update_reports
from detector.runtime.incidents.console.acts.case_acts import CaseActs
from detector.runtime.incidents.console.reading.client_reading import ClientReading, forms_of
from detector.runtime.incidents.documents.document_desk import file_document
from detector.runtime.incidents.known_reporters import KnownReporters
from detector.schema.case.documents import MAX_BODY
from detector.schema.outside.outside_reports import OutsideReport, ReportFile, ReportWay
from detector.schema.team.grants import Identity, PersonAct
from detector.schema.team.people import AccessKind
from detector.store import ATTACHMENTS, AttachmentFiles, UnitOfWork, unexplained_touchers
from detector.telemetry import FaultLog
from detector.web.ports import LinkedReport, SeenGroup, SeenReport

_BEFORE = timedelta(days=90)
"""So far before a report it is asked who touched its clients without a reason."""
MOST_WAITING = 5_000
"""25 MB of words."""
MOST_BYTES = 256 * 1024 * 1024
"""While files of so many bytes wait with them, words are taken without their files."""
_faults = FaultLog("reports")


class ReportActs(CaseActs, ClientReading):
    """The looks and acts on reports from outside.

    Attributes:
        most_waiting: While so many of the open form's reports wait to be looked at, no more are taken.
    """

    most_waiting = MOST_WAITING

    def take_in(self, told: ReportTold, attachment: bytes | None = None, *, by: Identity | None) -> OutsideReport:
        """Write down what somebody outside told us; told again it is the same report.

        Args:
            told: What they say; accounts as a person writes them.
            attachment: What came with it.
            by: Who writes it down; None: it came by the open form.

        Raises:
            DeniedError: They may not.
            InputError: Something is missing or cannot be: all of it is named.
        """
        now, way = self._clock.now(), ReportWay.FORM if by is None else ReportWay.COMMAND
        accounts, problems = self._named_accounts(told.accounts)
        problems += _source_problems(told.source, self._known_sources())
        if attachment is not None and not 0 < len(attachment) <= MAX_BODY:
            what = f"the file has {len(attachment)} bytes"
            fix = f"between 1 and {MAX_BODY}; keep a larger one elsewhere and say where"
            problems.append(Problem(what=what, fix=fix))
        with self._store.read() as unit:
            person = self._door.general(unit, by, PersonAct.REPORT).person if by is not None else ""
        files = AttachmentFiles(self._settings.state / ATTACHMENTS)
        try:
            made = report_of(replace(told, accounts=accounts), way=way, by=person, now=now)
        except InputError as error:
            raise InputError([*error.problems, *problems]) from None
        if problems:
            raise InputError(problems)
        if attachment is not None:
            kept = files.write(attachment)
            made = report_of(replace(told, accounts=accounts), way=way, by=person, now=now, digest=kept.sha256)
            made = replace(made, file_path=kept.path, file_sha256=kept.sha256, file_bytes=kept.bytes)
        guessed = tuple(dict.fromkeys((*made.about, *sorted(self._unexplained(made)))))
        with self._store.begin() as unit:
            made = made if self._keeps_out_all(unit, guessed) else replace(made, about=guessed)
            known = unit.reports.find(made.id)
            if known is not None:
                return known.report
            unit.reports.add(made)
            update_reports(unit, self._settings, now)
        self._on_change()
        return made

    def take_in_form(self, told: ReportTold, attachment: bytes | None = None) -> OutsideReport:
        """Take in what somebody tells by the open form, and what came with it, unless too many files wait.

        Raises:
            ConflictError: As many as can be kept wait already.
            InputError: Something is missing or cannot be.
        """
        with self._store.read() as unit:
            waiting, held = unit.reports.waiting_of_form()
        if waiting >= self.most_waiting:
            what = f"{waiting} reports of the form wait to be looked at"
            raise ConflictError(Problem(what=what, fix="link or dismiss them: nabat reports list --waiting"))
        room = held + len(attachment or b"") <= MOST_BYTES
        return self.take_in(told, attachment if room else None, by=None)

    def reports_seen(self, by: Identity, *, newest: int | None = None) -> list[SeenReport]:
        """Return the reports that somebody may see, the newest first: so many of all, else each that waits.

        Raises:
            DeniedError: They may see none.
        """
        with self._store.read() as unit:
            self._door.general(unit, by, PersonAct.TAKE_REPORT)
            if newest is not None:
                found = unit.reports.newest(newest)
            else:
                found = [ReportFile(report=each) for each in reversed(unit.reports.waiting())]
            return self._seen(unit, found, by)

    def reports_in_order(self, by: Identity) -> list[SeenGroup]:
        """Return what waits and somebody may see, in the order in which people look at it, texts alike together.

        Raises:
            DeniedError: They may see none.
        """
        seen = {each.report.id: each for each in self.reports_seen(by)}
        groups = in_order((each.report for each in seen.values()), KnownReporters(self._settings).knows)
        return [SeenGroup(reports=tuple(seen[one.id] for one in each.reports), known=each.known) for each in groups]

    def report(self, report_id: str, by: Identity) -> SeenReport:
        """Return a report; that it was read is recorded where it names clients.

        Raises:
            NotFoundError: None is called so, for this person.
            DeniedError: They may see none.
        """
        with self._store.begin() as unit:
            seen = self._found(unit, report_id, by)
            if seen.report.clients:
                self._record_read(unit, seen.report, by)
        return seen

    def attachment(self, report_id: str, by: Identity) -> tuple[OutsideReport, bytes]:
        """Return what came with a report; that it was fetched is recorded, for it may hold anybody's data.

        Raises:
            NotFoundError: There is none, for this person.
            StoreError: It is not what came.
        """
        with self._store.begin() as unit:
            report = self._found(unit, report_id, by).report
            if not report.file_sha256:
                what = f"no file came with the report {report.id}"
                raise NotFoundError(Problem(what=what, fix="see nabat reports show"))
            self._record_read(unit, report, by)
        files = AttachmentFiles(self._settings.state / ATTACHMENTS)
        return report, files.read(report.file_path, report.file_sha256)

    def _record_read(self, unit: UnitOfWork, report: OutsideReport, by: Identity) -> None:
        now, count = self._clock.now(), len(report.clients)
        unit.people.record(access_record(AccessKind.REPORT_READ, by.person, now, count=count, address=by.address))

    def link_report(self, report_id: str, ref: str, *, by: Identity, reason: str, letter: bool = True) -> LinkedReport:
        """Link a report to an incident: it may begin T0, start clocks of complaints, and an answer is drafted.

        Raises:
            NotFoundError: There is no such report or incident, for this person.
            ConflictError: It is linked there already, or the incident cannot take it.
            DeniedError: They may not.
        """
        with self._store.begin() as unit:
            linked = self._linked(unit, report_id, ref, by, reason, letter=letter)
        self._on_change()
        return linked

    def _linked(
        self, unit: UnitOfWork, report_id: str, ref: str, by: Identity, reason: str, *, letter: bool
    ) -> LinkedReport:
        now, zone = self._clock.now(), ZoneInfo(self._settings.timezone)
        seen, found = self._found(unit, report_id, by), self._dossier(unit, ref)
        grant = self._door.grant(unit, found, by, PersonAct.FACT, ref)
        taken = self._taken_since(unit, found)
        told = link_report(found, seen.file, grant, reason=reason, zone=zone, now=now, elsewhere=taken)
        changes, record, duties = told
        unit.incidents.save(changes)
        unit.reports.record(record)
        update_reports(unit, self._settings, now)
        after = found.after(changes)
        filed = ""
        if letter and self._answers(seen.report):
            due = next((each.due_at for each in after.duties if each.ref in duties), None)
            draft = answer_letter(
                seen.report,
                organization=self._settings.organization.short,
                zone=zone,
                due=due,
                duty=duties[0] if duties else "",
            )
            may = self._door.grant(unit, after, by, PersonAct.DOCUMENT, ref)
            filed = file_document(unit, after, may, draft, now=now).id
        began = found.incident.t0 != after.incident.t0
        return LinkedReport(incident=after.incident, duties=duties, begins=began, letter=filed)

    def open_from_report(self, report_id: str, told: CaseByHand, *, by: Identity, letter: bool = True) -> LinkedReport:
        """Open an incident from a report, and link it there: T0 is when the report came.

        Raises:
            NotFoundError: There is no such report, for this person.
            ConflictError: It was linked or dismissed.
            DeniedError: They may not.
        """
        with self._store.begin() as unit:
            # In one transaction: of two who open one at the same time the second is told so.
            seen = self._found(unit, report_id, by)
            if not seen.file.waits:
                what = f"the report {seen.report.id} was {seen.state}"
                fix = f"link it to another incident: nabat reports link {report_id}"
                raise ConflictError(Problem(what=what, fix=fix))
            made = self._opened(unit, told, by)
            linked = self._linked(unit, report_id, made.number, by, told.reason, letter=letter)
        self._on_change()
        return linked

    def dismiss_report(self, report_id: str, *, by: Identity, reason: str) -> SeenReport:
        """Say that a report is nothing for us, and why.

        Raises:
            NotFoundError: There is no such report, for this person.
            ConflictError: It was linked or dismissed.
            DeniedError: They may not.
        """
        now = self._clock.now()
        with self._store.begin() as unit:
            seen = self._found(unit, report_id, by)
            grant = self._door.general(unit, by, PersonAct.TAKE_REPORT)
            unit.reports.record(dismiss_report(seen.file, grant, reason=reason, now=now))
            update_reports(unit, self._settings, now)
            after = self._found(unit, report_id, by)
        self._on_change()
        return after

    @staticmethod
    def _answers(report: OutsideReport) -> bool:
        """Tell whether somebody waits for an answer: a found sample has no sender."""
        return bool(report.sender)

    def _found(self, unit: UnitOfWork, report_id: str, by: Identity) -> SeenReport:
        self._door.general(unit, by, PersonAct.TAKE_REPORT)
        filed = unit.reports.find(report_id.strip().lower())
        seen = self._seen(unit, [filed], by) if filed is not None else []
        if not seen:
            raise NotFoundError(Problem(what=f"there is no report {report_id!r}", fix="see nabat reports list"))
        return seen[0]

    def _seen(self, unit: UnitOfWork, filed: Sequence[ReportFile], by: Identity) -> list[SeenReport]:
        """Return reports as somebody sees them, without those about them, or of an incident that is."""
        linked = list(unit.incidents.by_ids({one for each in filed for one in each.incident_ids}).values())
        about = self._door.ids_about(unit, linked, by)
        barred = {who: self._door.bars(unit, who, by) for who in {each.report.about for each in filed}}
        visible = {each.id: each for each in self._door.visible(unit, linked, by)}
        return [
            SeenReport(file=file, linked=tuple((each, visible.get(each.incident_id)) for each in file.records))
            for file in filed
            if not barred[file.report.about] and not about.intersection(file.incident_ids)
        ]

    def _unexplained(self, report: OutsideReport) -> frozenset[str]:
        """Return whose of the team's accounts touched its clients, before it came, without anything explaining it.

        Where the journal cannot be read the report is taken in all the same.
        """
        if not report.clients:
            return frozenset()
        until = report.received_at
        try:
            found = unexplained_touchers(
                self._journal, forms_of(report.clients), until - _BEFORE, until, tenants=self._tenants
            )
        except StoreError as error:
            _faults.report("touches_unread", Cause.of(error))
            return frozenset()
        return found & self.team_accounts

    def _keeps_out_all(self, unit: UnitOfWork, about: Collection[str]) -> bool:
        """Tell whether nobody could see a report that is about these: then a guess keeps nobody out."""
        takers = self._door.able_by_role(unit, (PersonAct.TAKE_REPORT,))[PersonAct.TAKE_REPORT]
        return all(self._door.bars(unit, about, Identity(name=each)) for each in takers)

    def _named_accounts(self, written: Collection[str]) -> tuple[tuple[str, ...], list[Problem]]:
        found, problems = list[str](), list[Problem]()
        for each in written:
            try:
                found.append(actor_of(self._settings, each))
            except InputError as error:
                problems += error.problems
        return tuple(found), problems

    def _known_sources(self) -> tuple[str, ...]:
        names = (name for each in self._settings.sources for name in (each.service, each.name))
        return tuple(dict.fromkeys(filter(None, names)))


def _source_problems(source: str, known: Collection[str]) -> list[Problem]:
    if not source or source in known or not known:
        return []
    return [Problem(what=f"there is no source or service {source!r}", fix=did_you_mean(source, known))]
