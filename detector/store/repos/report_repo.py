"""What came from outside, and the acts on it, inside one transaction: rows are added and never changed.

Comes in and goes out: values of the vocabulary.
"""

from collections import defaultdict

from sqlalchemy import ColumnElement, func, or_, select, true

from detector.schema.outside.outside_reports import OutsideReport, ReportFile, ReportRecord, ReportWay
from detector.store.db import tables
from detector.store.db.session import Session
from detector.store.repos.kv import KeyValues

REPORTS_VERSION = "reports"
_WAITS = tables.outside_reports.c.id.not_in(select(tables.report_records.c.report_id))
_OF_FORM = tables.outside_reports.c.way == ReportWay.FORM


class ReportRepo:
    """The reports, inside one transaction.

    Args:
        session: The transaction.
        kv: Where it stands how often reports were written.
    """

    def __init__(self, session: Session, kv: KeyValues) -> None:
        self._session, self._kv = session, kv

    def add(self, report: OutsideReport) -> None:
        """Insert a report; one that is there stays as it is."""
        self._session.upsert_values(tables.outside_reports, [report], update=False)
        self._raise_version()

    def record(self, record: ReportRecord) -> None:
        """Insert an act on one."""
        self._session.upsert_values(tables.report_records, [record], update=False)
        self._raise_version()

    def find(self, report_id: str) -> ReportFile | None:
        """Return a report; None: none is called so."""
        return next(iter(self._files(tables.outside_reports.c.id == report_id, 1)), None)

    def newest(self, limit: int) -> list[ReportFile]:
        """Return reports, the newest first."""
        return self._files(true(), limit)

    def waiting(self, *, of_form: int | None = None) -> list[OutsideReport]:
        """Return those that nobody has linked or dismissed, the first due first.

        Args:
            of_form: So many of those that the open form took in; None: all.
        """
        report, order = tables.outside_reports, (tables.outside_reports.c.received_at, tables.outside_reports.c.id)
        wanted = select(report).where(_WAITS).order_by(*order)
        if of_form is not None:
            first = select(report.c.id).where(_WAITS, _OF_FORM).order_by(*order).limit(of_form)
            wanted = wanted.where(or_(~_OF_FORM, report.c.id.in_(first)))
        return self._session.values(OutsideReport, wanted)

    def waiting_of_form(self) -> tuple[int, int]:
        """Return how many wait that the open form took in, and the bytes of their files."""
        size = tables.outside_reports.c.file_bytes
        ((count, held),) = self._session.rows(
            select(func.count(), func.coalesce(func.sum(size), 0)).where(_WAITS, _OF_FORM)
        )
        return count, held

    def all_with_files(self) -> list[OutsideReport]:
        """Return those that a file came with."""
        report = tables.outside_reports
        return self._session.values(
            OutsideReport, select(report).where(report.c.file_sha256 != "").order_by(report.c.id)
        )

    def _raise_version(self) -> None:
        """Tell every other process that there is something to look at."""
        self._kv.set(REPORTS_VERSION, str(self._kv.number(REPORTS_VERSION) + 1))

    def _files(self, which: ColumnElement[bool], limit: int) -> list[ReportFile]:
        report, record = tables.outside_reports, tables.report_records
        order = report.c.received_at.desc(), report.c.id
        found = self._session.values(OutsideReport, select(report).where(which).order_by(*order).limit(limit))
        records: dict[str, list[ReportRecord]] = defaultdict(list)
        for one in self._session.by_key(ReportRecord, record.c.report_id, [each.id for each in found]):
            records[one.report_id].append(one)
        return [
            ReportFile(report=each, records=tuple(sorted(records[each.id], key=lambda one: one.number)))
            for each in found
        ]
