"""The chain over the state: whatever is forged in a case's tables is found."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Connection, create_engine, delete, select, text, update
from sqlalchemy.types import Double, Integer

from detector.runtime.state_folder import Housekeeping
from detector.schema.case.case_facts import CaseFact, CaseFactKind
from detector.schema.case.chain import ChainDifference, ChainFlaw
from detector.schema.case.documents import DocumentAct, DocumentHead, DocumentKind, DocumentRecord, DocumentVersion
from detector.schema.case.duties import Duty, FrozenPart
from detector.schema.case.evidence_archive import CustodyAct, EvidenceSegment, EvidenceState
from detector.schema.case.incidents import CaseMerge, Decisions, HandNamed, Scope, StepStatus
from detector.schema.case.scope_versions import ClientImport, ScopeVersion
from detector.schema.case.severity_assessments import SeverityCorrection, SeverityFactor
from detector.schema.detection.alerts import MutedBy
from detector.schema.detection.findings import Reason
from detector.schema.detection.model_changes import ModelAct, ModelChange
from detector.schema.detection.mute_orders import MuteOrder
from detector.schema.learning.case_costs import CaseCost, CostKind
from detector.schema.learning.corrective_actions import ActionState, CorrectiveAction
from detector.schema.learning.investigation_words import InvestigationWord, WordKind
from detector.schema.letters.mailings import ClientCall, LetterHold, Mailing, MailingKind
from detector.schema.letters.sending_orders import SendingOrder
from detector.schema.notices.notice_fields import FieldState, NoticeDraft, NoticeField, NoticeWord
from detector.schema.outside.outside_reports import OutsideReport, ReportAct, ReportKind, ReportRecord, ReportWay
from detector.schema.team.delivery import Delivery
from detector.schema.team.drills import Drill, DrillInject, DrillMode
from detector.schema.team.grants import Approval, PersonAct
from detector.schema.team.people import AccessKind, AccessRecord, CaseInvitation
from detector.schema.team.preparation import ChannelTest, ReviewedText
from detector.schema.team.role_assignments import RoleAssignment
from detector.settings import Settings
from detector.store import Journal, Store, chain_differences, newest_head
from detector.store.chain.case_tables import CASE_TABLES, NOT_COVERED
from detector.store.db import tables
from detector.store.db.column_types import UtcTime
from detector.store.db.tables import METADATA
from tests.store.values import NOON, alert, entry, incident, message, step

ONE = incident("one", acknowledged_by="anna", acknowledged_at=NOON, aware_at=NOON, alert_ids=(alert("one").id,))
OTHER = incident("other", actor_id="user:boris")
FORGED = "2020-01-01T00:00:00.000000Z"


def differences(store: Store, **known: Any) -> list[ChainDifference]:
    with store.read() as unit:
        return list(chain_differences(unit, **known))


MADE = entry(ONE.id, 2, text="called", said=(Reason(message="incident-again-held"),))


def fill(store: Store) -> None:
    """Write a case with rows in every table that the chain covers, and another beside it."""
    with store.begin() as unit:
        unit.incidents.save(
            Decisions(
                alerts=(alert("one", incident_id=ONE.id), alert("free")),
                incidents=(ONE, OTHER),
                steps=(step(ONE.id, "A1", due_at=NOON), step(ONE.id, "C2", position=1)),
                entries=(
                    entry(ONE.id, 1),
                    MADE,
                    entry(OTHER.id, 1),
                ),
                duties=(Duty(incident_id=ONE.id, regulation="eu-gdpr-33", stage="initial", law_version=2, position=0),),
                frozen=(FrozenPart(id="terms", kind="terms", body="{}"),),
                assignments=(ASKED,),
                facts=(CaseFact(incident_id=ONE.id, number=1, kind=CaseFactKind.T1, value="", author="lev", at=NOON),),
            )
        )
        unit.outbox.add([message("one", incident_id=ONE.id), message("trial")])
        unit.model_changes.add(
            ModelChange(
                id="m", at=NOON, act=next(iter(ModelAct)), version="2", previous="1", by="anna", reason="better"
            )
        )
        unit.session.upsert(tables.exceptions, [EXCEPTION])
        unit.mute_orders.save(ORDER)
        unit.drills.save(DRILL)
        unit.drills.save_injects([INJECT])
        unit.evidence.add(SEGMENT)
        unit.evidence.save(EvidenceState(incident_id=ONE.id, version=1, wanted=3, held=1, missing=(), at=NOON))
        unit.evidence.log(ONE.id, CustodyAct.SHOWN, by="anna", at=NOON, detail="for the authority")
        unit.scopes.add(
            ScopeVersion(
                incident_id=ONE.id, number=1, at=NOON, by="nabat", why=(), digest="d", added=1, removed=0, scope=Scope()
            )
        )
        unit.scopes.save_import(
            ClientImport(
                incident_id=ONE.id,
                number=1,
                at=NOON,
                by="anna",
                source="the laptop",
                reason="an export",
                file_name="ids.csv",
                file_sha256="0" * 64,
                clients=2,
            )
        )
        unit.people.save_approval(
            Approval(incident_id=ONE.id, step_id="N1", act=PersonAct.DO_STEP, author="anna", asked_at=NOON)
        )
        unit.incidents.save_merge(MERGE)
        unit.people.save_case_invitation(
            CaseInvitation(incident_id=ONE.id, person="boris", by="lev", at=NOON, reason="knows it")
        )
        unit.severity.add(
            SeverityCorrection(
                incident_id=ONE.id, number=1, factor=SeverityFactor.EI, value=0.5, reason="names", by="lev", at=NOON
            )
        )
        unit.documents.add(document=DOCUMENT, version=VERSION, body=b"what happened", record=RECORD)
        unit.preparation.add_tests([TEST])
        unit.preparation.add_reviewed([REVIEWED])
        unit.reports.add(REPORT)
        unit.reports.record(
            ReportRecord(report_id=REPORT.id, number=1, at=NOON, act=ReportAct.LINKED, by="anna", incident_id=ONE.id)
        )
        unit.notices.add(word=WORD, draft=DRAFT)
        unit.letters.add(MAILING, ())
        unit.letters.save_order(
            SendingOrder(incident_id=ONE.id, number=1, kind=MailingKind.FIRST, at=NOON, by="anna", ended_at=NOON)
        )
        unit.letters.save_hold(
            LetterHold(
                incident_id=ONE.id, number=1, client="c1", at=NOON, by="anna", reason="objects", released_at=NOON
            )
        )
        unit.letters.save_call(ClientCall(incident_id=ONE.id, number=1, at=NOON, by="anna", question="is it me?"))
        unit.learning.save_action(ACTION)
        unit.learning.add_word(SAID)
        unit.learning.save_cost(COST)
        unit.people.record(AccessRecord(id="r", at=NOON, kind=AccessKind.SIGNED_IN, by="anna", person="anna"))
    with store.begin() as unit:
        done = step(ONE.id, "C2", position=1, status=StepStatus.DONE, done_at=NOON, done_by="anna", proof="ticket 4711")
        unit.incidents.save(Decisions(steps=(done,), entries=(entry(ONE.id, 3, kind="step_done"),)))
    with store.begin() as unit:
        sent = message("one", incident_id=ONE.id)
        unit.outbox.add_delivery(Delivery(message_id=sent.id, attempt=1, target="phone", at=NOON, ok=True, seconds=0.5))
        unit.outbox.save(replace(sent, attempts=1, sent_at=NOON))


EXCEPTION: dict[str, Any] = {
    **dict.fromkeys(("actor_id", "what", "reason", "asked_by", "reviewed_by", "ended_by"), "x"),
    **dict.fromkeys(("asked_at", "reviewed_at", "starts_at", "ends_at", "ended_at"), NOON),
    **dict.fromkeys(("rules", "facets"), ()),
    "id": "e",
    "at_most": 5,
    "told": False,
}

WORD = NoticeWord(
    incident_id=ONE.id, number=1, duty="ru-152fz/ru-24h", field="damage", value="v", reason="r", by="dina", at=NOON
)
DRAFT = NoticeDraft(
    incident_id=ONE.id, document_id="d1", version=1, duty="ru-152fz/ru-24h", language="en", scope_version=1,
    template="notice", at=NOON,
    fields=(NoticeField(id="damage", title="damage", state=FieldState.FILLED, value="v", roles=("fin",)),),
)  # fmt: skip
DOCUMENT = DocumentHead(
    id="d1", incident_id=ONE.id, number=1, kind=DocumentKind.NOTICE, language="en", title="n", made_by="a", made_at=NOON
)
VERSION = DocumentVersion(
    document_id="d1",
    version=1,
    incident_id=ONE.id,
    media_type="text/plain",
    bytes=13,
    sha256=sha256(b"what happened").hexdigest(),
    author="anna",
    at=NOON,
)
RECORD = DocumentRecord(
    document_id="d1",
    number=1,
    incident_id=ONE.id,
    version=1,
    act=DocumentAct.APPROVED,
    by="lev",
    at=NOON,
    happened_at=NOON,
)
DRILL = Drill(
    number=1,
    scenario="night-export",
    title="An export",
    title_ru="Выгрузка",
    mode=DrillMode.LIVE,
    plan="{}",
    asked_by="lev",
    asked_at=NOON,
    started_at=NOON,
    ended_at=NOON,
    ended_by="nabat",
    ended_why="over",
    first_at=NOON,
    paged_at=NOON,
    acknowledged_at=NOON,
    notice_at=NOON,
    steps=3,
    steps_done=2,
    steps_late=1,
)
INJECT = DrillInject(
    drill=1,
    number=1,
    roles=("lead",),
    text="a journalist calls",
    text_ru="звонит журналист",
    question="who answers?",
    question_ru="кто отвечает?",
    due_at=NOON,
    sent_at=NOON,
    answer="the press office",
    answered_by="lev",
    answered_at=NOON,
)
TEST = ChannelTest(id="t", person="anna", target="phone", round=1, at=NOON, answered_at=NOON, answered_by="anna")
REVIEWED = ReviewedText(document_id="d1", name="templates/en/notice.md", sha256="0" * 64)
ORDER = MuteOrder(
    id="o",
    kind=MutedBy.SILENCE,
    matchers=("service=crm",),
    source=("rule=x",),
    reason="x",
    made_by="anna",
    made_at=NOON,
    starts_at=NOON,
    ends_at=NOON,
    confirmed_by="boris",
    confirmed_at=NOON,
    ended_by="lev",
    ended_at=NOON,
    notices=1,
)

MERGE = CaseMerge(
    incident_id=ONE.id,
    number=1,
    into_id=OTHER.id,
    at=NOON,
    by="anna",
    reason="one laptop",
    alert_ids=("one",),
    status=ONE.status,
    opened_at=NOON,
    became_at=NOON,
    severity=ONE.severity,
    kind=ONE.kind,
    playbook="client-data-leak",
    checklist="c",
    named=HandNamed(actors=("user:olga",), since=NOON, until=NOON),
)

ASKED = RoleAssignment(
    incident_id=ONE.id, role="dpo", number=1, person="lev", by="anna", at=NOON, reason="knows the law", accepted_at=NOON
)

REPORT = OutsideReport(
    id="r-0123456789",
    kind=ReportKind.CLIENT,
    way=ReportWay.COMMAND,
    received_at=NOON,
    recorded_at=NOON,
    by="anna",
    sender="a client",
    text="strangers know my card",
    language="en",
    clients=("10017",),
    source="crm",
    about=("user:olga",),
    file_name="letter.pdf",
    file_path="ab/abcd",
    file_sha256="0" * 64,
    file_bytes=7,
)

SEGMENT = EvidenceSegment(
    incident_id=ONE.id,
    number=1,
    path=f"{ONE.id}/000001.parquet",
    lines=1,
    bytes=2,
    raw_bytes=3,
    sha256="0" * 64,
    first_at=NOON,
    last_at=NOON,
    taken_at=NOON,
    collector="nabat",
)

ACTION = CorrectiveAction(
    incident_id=ONE.id,
    number=1,
    text="a second factor",
    owner="anna",
    due_at=NOON,
    budget=40000,
    currency="EUR",
    effect="no sign-in without it",
    state=ActionState.DONE,
    added_by="lev",
    added_at=NOON,
    ended_at=NOON,
    ended_by="anna",
    proof="change 4711",
    seen_effect="none since",
)

SAID = InvestigationWord(
    incident_id=ONE.id, number=1, kind=WordKind.HYPOTHESIS, about="1", text="misuse", by="anna", at=NOON
)

COST = CaseCost(
    incident_id=ONE.id,
    number=1,
    kind=CostKind.WORK,
    units=9000,
    currency="EUR",
    text="60 hours",
    by="anna",
    at=NOON,
    removed_at=NOON,
    removed_by="lev",
    removed_why="twice",
)

MAILING = Mailing(
    incident_id=ONE.id,
    number=1,
    kind=MailingKind.FIRST,
    document_id=DOCUMENT.id,
    document_version=1,
    scope_version=1,
    at=NOON,
    by="anna",
    letters=2,
    not_reached=1,
    path="one/0001.parquet",
    sha256="0" * 64,
    bytes=3,
    texts_sha256="1" * 64,
)


@contextmanager
def forger(url: str) -> Iterator[Connection]:
    """Open the database past the store, with nothing that keeps rows together."""
    engine = create_engine(url)
    with engine.connect() as connection:
        if url.startswith("sqlite"):
            connection.execute(text("PRAGMA foreign_keys = OFF"))
        else:
            connection.execute(text("SET session_replication_role = replica"))
        connection.commit()
        yield connection
    engine.dispose()


def other_than(column: Column[Any], value: Any) -> Any:
    """Return something else that a column can hold, as it stands in the database."""
    if isinstance(column.type, UtcTime):
        return FORGED if value != FORGED else "2021-01-01T00:00:00.000000Z"
    if isinstance(column.type, Boolean):
        return not value
    if isinstance(column.type, Integer | Double):
        return (value or 0) + 7
    return f"{value}x" if value else "forged"


def raw(connection: Connection, table: str) -> Sequence[Any]:
    return connection.execute(text(f"SELECT * FROM {table}")).mappings().all()


def test_whatever_is_written_through_the_store_agrees_with_the_chain(store: Store) -> None:
    fill(store)
    assert differences(store) == []
    with store.read() as unit:
        head = newest_head(unit)
        assert head is not None
        assert head.number == 5  # nobody's, the first case and the other; the step; the message
        assert newest_head(unit, ONE.id) == head
        assert newest_head(unit, OTHER.id) != head


@contextmanager
def forged(connection: Connection, columns: Sequence[Column[Any]]) -> Iterator[None]:
    """Let a row of a case hold something else in each of these columns, of a table one; then put it back."""
    back = [_forge(connection, column) for column in columns]
    connection.commit()
    yield
    for statement, values in back:
        connection.execute(text(statement), values)
    connection.commit()


def _forge(connection: Connection, column: Column[Any]) -> tuple[str, dict[str, Any]]:
    name, keys = column.table.name, [each.name for each in column.table.primary_key.columns]
    owned = [each for each in raw(connection, name) if _in_a_case(name, each)]
    assert owned, f"fill() has to write a row of {name}"
    row = owned[-1]
    where = " AND ".join(f'"{key}" = :key_{key}' for key in keys)
    new = other_than(column, row[column.name])
    values = {"new": new, "old": row[column.name], **{f"key_{key}": row[key] for key in keys}}
    cast = connection.dialect.name != "sqlite" and isinstance(column.type, UtcTime)
    to = "CAST(:new AS timestamptz)" if cast else ":new"
    connection.execute(text(f'UPDATE {name} SET "{column.name}" = {to} WHERE {where}'), values)
    back = {**values, **({f"key_{column.name}": new} if column.name in keys else {})}
    return f'UPDATE {name} SET "{column.name}" = :old WHERE {where}', back


def _named(column: Column[Any], found: Sequence[ChainDifference]) -> bool:
    """Tell whether differences name a column, or rows that went and came where it says whose or which row it is."""
    case = CASE_TABLES[column.table.name]
    names = [column.name] if case.through or column.name not in (*case.key, case.owner) else [column.name, None]
    said = [dict(each.args) for each in found]
    return any(each.get("table") == column.table.name and each.get("column") in names for each in said)


def test_every_column_of_every_table_of_a_case_is_forged_and_found(url: str) -> None:
    with_rows = Store.open(url)
    fill(with_rows)
    # All columns on one engine; on the other a table with each kind of column, for only their kinds differ there.
    names = [*CASE_TABLES] if url.startswith("sqlite") else ["steps", "deliveries"]
    tried, alone = 0, [*METADATA.tables["chain"].columns] if url.startswith("sqlite") else []
    with forger(url) as connection:
        # The first column of every table at once, the second, and so on: what is named is found.
        for each in zip_longest(*(METADATA.tables[name].columns for name in names)):
            columns = [column for column in each if column is not None]
            with forged(connection, columns):
                found = differences(with_rows)
            alone += [column for column in columns if not _named(column, found)]
            tried += len(columns)
        missed = []
        for column in alone:
            with forged(connection, [column]):
                if not differences(with_rows):
                    missed.append(f"{column.table.name}.{column.name}")
    assert missed == []
    assert tried == sum(len(METADATA.tables[name].columns) for name in names)
    assert len(alone) < 20, "nearly all are named beside the others"
    assert differences(with_rows) == []
    with_rows.close()


def _in_a_case(name: str, row: Any) -> bool:
    case = CASE_TABLES.get(name)
    return case is None or case.owner is None or bool(row[case.owner])


@pytest.mark.parametrize("name", sorted({*CASE_TABLES, "chain"}))
def test_a_row_that_was_removed_is_missed_and_one_that_was_put_in_is_seen(sqlite_url: str, name: str) -> None:
    opened = Store.open(sqlite_url)
    fill(opened)
    with forger(sqlite_url) as connection:
        table = METADATA.tables[name]
        keys = [column.name for column in table.primary_key.columns]
        owned = [dict(each) for each in raw(connection, name) if _in_a_case(name, each)]
        assert owned, f"fill() has to write a row of {name}"
        row = owned[0]
        where = " AND ".join(f'"{key}" = :{key}' for key in keys)
        connection.execute(text(f"DELETE FROM {name} WHERE {where}"), {key: row[key] for key in keys})
        connection.commit()
        assert differences(opened)
        row[keys[-1]] = other_than(table.c[keys[-1]], row[keys[-1]])
        columns, values = ", ".join(f'"{key}"' for key in row), ", ".join(f":{key}" for key in row)
        connection.execute(text(f"INSERT INTO {name} ({columns}) VALUES ({values})"), row)
        connection.commit()
        assert differences(opened)
    opened.close()


def test_two_records_that_change_places_are_seen(sqlite_url: str) -> None:
    opened = Store.open(sqlite_url)
    fill(opened)
    with forger(sqlite_url) as connection:
        for old, new in ((4, 99), (5, 4), (99, 5)):
            connection.execute(text(f"UPDATE chain SET number = {new} WHERE number = {old}"))
        connection.commit()
    assert {each.flaw for each in differences(opened)} >= {ChainFlaw.RECORD_ALTERED, ChainFlaw.RECORD_UNLINKED}
    opened.close()


def test_newest_records_cut_with_the_state_they_led_to_are_missed_by_a_head_kept_elsewhere(sqlite_url: str) -> None:
    opened = Store.open(sqlite_url)
    fill(opened)
    with opened.read() as unit:
        head = newest_head(unit)
    assert head is not None
    with forger(sqlite_url) as connection:
        connection.execute(text("DELETE FROM chain WHERE number = 5"))
        connection.execute(text("DELETE FROM deliveries"))
        connection.execute(text("UPDATE messages SET attempts = 0, sent_at = NULL"))
        connection.commit()
    assert differences(opened) == []  # so it is by nature: nothing within the database remembers what is gone from it
    (found,) = differences(opened, known_heads=[(head.number, head.hash[:16])])
    assert found.flaw is ChainFlaw.HEAD_MISSING
    opened.close()


def test_a_chain_begun_anew_over_a_forged_state_says_so(sqlite_url: str) -> None:
    opened = Store.open(sqlite_url)
    fill(opened)
    opened.close()
    with forger(sqlite_url) as connection:
        connection.execute(text("UPDATE steps SET done_by = 'mallory'"))
        connection.execute(text("DELETE FROM meta WHERE key = 'chain.columns'"))
        connection.commit()
    again = Store.open(sqlite_url)
    found = differences(again)
    assert any(dict(each.args).get("column") == "done_by" and each.flaw is ChainFlaw.RESTATED for each in found)
    again.close()


def test_what_an_older_program_wrote_is_recorded_as_from_before_and_watched_from_then_on(url: str) -> None:
    opened = Store.open(url)
    fill(opened)
    opened.close()
    engine = create_engine(url)
    with engine.begin() as connection:  # as a program before the chain left it
        connection.execute(delete(tables.chain))
        for table in (
            "agenda",
            "mute_orders",
            "case_facts",
            "chain",
            "scope_versions",
            "client_imports",
            "evidence_segments",
            "evidence_states",
            "custody",
            "source_hours",
            "duties",
            "frozen_parts",
            "person_secrets",
            "browser_sessions",
            "known_browsers",
            "failed_tries",
            "invitations",
            "case_invitations",
            "case_merges",
            "role_assignments",
            "report_records",
            "outside_reports",
            "approvals",
            "access_records",
            "letters",
            "mailings",
            "sending_orders",
            "letter_holds",
            "given_codes",
            "client_calls",
            "corrective_actions",
            "investigation_words",
            "case_costs",
            "severity_corrections",
            "notice_drafts",
            "notice_words",
            "reviewed_texts",
            "document_records",
            "document_versions",
            "documents",
            "document_bodies",
            "drills",
            "drill_injects",
            "channel_tests",
            "readiness_scores",
        ):
            connection.execute(text(f"DROP TABLE {table}"))
        since = ("hold_until", "reported_at", "persons", "persons_estimated", "judged_severity", "judged_people")
        for column in ("terms", "checklist", "called_for", "people_heard", "named", "merged_into", *since):
            connection.execute(text(f"ALTER TABLE incidents DROP COLUMN {column}"))
        connection.execute(text("ALTER TABLE entries DROP COLUMN said"))
        connection.execute(text("DELETE FROM meta WHERE key = 'chain.columns'"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0011'"))
    upgraded = Store.open(url)
    assert differences(upgraded) == []
    with upgraded.read() as unit:
        kinds = {row[0] for row in unit.session.rows(select(tables.chain.c.kind))}
    assert kinds == {"before"}
    with engine.begin() as connection:
        connection.execute(update(tables.steps).values(proof="never"))
    assert {each.flaw for each in differences(upgraded)} == {ChainFlaw.VALUE}
    upgraded.close()
    engine.dispose()


def test_a_row_deleted_through_the_store_is_recorded_as_gone(store: Store) -> None:
    fill(store)
    with store.begin() as unit:
        unit.session.run(delete(tables.steps).where(tables.steps.c.step_id == "A1"))
    assert differences(store) == []


def test_an_alert_that_joins_a_case_later_is_recorded_with_it(store: Store) -> None:
    fill(store)
    with store.begin() as unit:
        unit.incidents.save(Decisions(alerts=(alert("free", incident_id=OTHER.id, risk=70),)))
    assert differences(store) == []
    with store.begin() as unit:
        unit.incidents.save(Decisions(alerts=(alert("free", incident_id=ONE.id, risk=70),)))
    assert differences(store) == []


def test_every_table_is_covered_or_said_not_to_be_with_a_reason() -> None:
    assert {*CASE_TABLES, *NOT_COVERED} == set(METADATA.tables)
    assert not CASE_TABLES.keys() & NOT_COVERED.keys()
    assert all(len(reason) > 20 for reason in NOT_COVERED.values())
    for case in CASE_TABLES.values():
        assert set(case.excluded) <= set(case.table.columns.keys())
        assert all(len(reason) > 20 for reason in case.excluded.values())
        assert {*case.key, *case.covered, *case.excluded} == set(case.table.columns.keys())


def test_a_transaction_given_up_leaves_no_record(store: Store) -> None:
    def fail() -> None:
        with store.begin() as unit:
            unit.incidents.save(Decisions(incidents=(ONE,)))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with store.read() as unit:
        assert newest_head(unit) is None
    assert differences(store) == []


def test_a_database_that_can_be_made_anew_keeps_no_chain(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'replay.db'}"
    made = Store.open(url, durable=False)
    fill(made)
    made.close()
    opened = Store.open(url)
    with opened.read() as unit:
        assert newest_head(unit) is None
    assert [each.flaw for each in differences(opened)][:1] == [ChainFlaw.NO_CHAIN]
    opened.close()


def test_records_of_access_are_forgotten_after_their_time_and_the_chain_says_so(store: Store, tmp_path: Path) -> None:
    fill(store)
    late = NOON + timedelta(days=1)
    said = {"kind": AccessKind.SIGNED_IN, "by": "anna", "person": "anna"}
    with store.begin() as unit:
        for number in range(3):
            unit.people.record(AccessRecord(id=f"old{number}", at=NOON, **said))
        unit.people.record(AccessRecord(id="case", at=NOON, incident_id=ONE.id, **said))
        unit.people.record(AccessRecord(id="new", at=late, **said))
    with store.begin() as unit:
        assert unit.people.forget_records(late, 2) == 2
    upkeep = Housekeeping(store, Journal(tmp_path / "journal", store), late)
    upkeep.beat(Settings(), late + timedelta(days=400))
    with store.read() as unit:
        assert [each.id for each in unit.people.records(NOON)] == ["case", "new"]
    assert differences(store) == []
