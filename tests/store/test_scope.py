import csv
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from time import process_time
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from detector.errors import StoreError
from detector.schema.case.incidents import Scope
from detector.store import (
    Anyone,
    Journal,
    Reach,
    Store,
    compute_scope,
    compute_scopes,
    reached,
    records_by_label,
    safe_cells,
    slices,
    subject_ids,
    subjects_table,
    touched_clients,
    touched_records,
    touching,
    write_csv,
)
from detector.store.journal.access_journal import narrowed_to
from detector.store.journal.journal_schema import COMMON, LINE_KEY
from tests.growth import swollen
from tests.store.values import NOON, after, events, reasons_of

ROWS = (
    {"record.ids": ["1", "2"], "record.count": 2, "subject.ids": ["s1"], "session.id": "x"},
    {"record.ids": ["2"], "subject.ids": ["s1", "s2"], "object.classes": ["payment"], "event.action": "export"},
    {"record.ids": ["2"], "object.type": "document", "subject.ids": ["s2"], "service.name": "billing"},
    {"record.ids": [], "record.count": 500, "event.action": "export", "source.ip": "192.0.2.9"},
    {"record.ids": ["9"], "subject.ids": ["s9"], "event.outcome": "failure"},
    {"record.ids": ["7"], "subject.ids": ["s7"], "actor.id": "user:boris"},
    {"record.ids": None, "record.count": None, "subject.ids": None, "@timestamp": after(hours=1)},
)


@pytest.fixture
def journal(tmp_path: Path, sqlite_store: Store) -> Journal:
    made = Journal(tmp_path / "journal", sqlite_store)
    made.append(events(*ROWS))
    with sqlite_store.begin() as unit:
        made.flush(unit)
    return made


def test_the_scope_counts_what_was_returned_and_nothing_that_failed(journal: Journal) -> None:
    assert compute_scope(journal, actors=["user:anna"]) == Scope(
        subjects=2,
        record_low=3,
        record_high=503,
        nameless=0,
        data_classes=("contact", "payment"),
        by_class=(("contact", 2), ("payment", 2)),
        by_action=(("export", 2), ("read", 3)),
        events=5,
        services=("billing", "crm"),
        source_ips=("192.0.2.7", "192.0.2.9"),
        sessions=("x",),
        first_event_at=NOON,
        last_event_at=after(hours=1),
    )


def test_records_are_of_the_clients_that_they_stand_beside_alone(tmp_path: Path, sqlite_store: Store) -> None:
    made = Journal(tmp_path / "labels", sqlite_store)
    made.append(
        events(
            {"record.ids": ["1", "2"], "subject.ids": ["fr"]},
            {"record.ids": ["2", "3"], "subject.ids": ["fr", "de"]},  # whose each is nobody knows
            {"record.ids": ["4"], "subject.ids": ["fr", "fr2"]},  # of the one or the other: of France surely
            {"record.ids": ["5"], "subject.ids": []},
            {"record.ids": ["de", "fr"], "subject.ids": ["fr", "de"]},  # each is the client's own
            {"record.ids": ["1"], "subject.ids": ["de"], "object.type": "document"},
            {"record.ids": ["9"], "subject.ids": ["nobody"]},
        )
    )
    with sqlite_store.begin() as unit:
        made.flush(unit)
    whose = Anyone(actors=frozenset({"user:anna"}))
    some = touched_records(made, Reach(whose=whose, since=NOON, until=after(hours=1)))
    labels = {"fr": "FR", "fr2": "FR", "de": "DE"}
    assert records_by_label(some, labels) == {"": 1, "DE": 2, "FR": 3}
    assert records_by_label(some.clear(), labels) == {}
    assert records_by_label(some, {}) == {"": 8}


def test_the_records_of_one_client_are_of_one_person(tmp_path: Path, sqlite_store: Store) -> None:
    made = Journal(tmp_path / "persons", sqlite_store)
    made.append(
        events(
            {"record.ids": ["1"], "subject.ids": ["s1"]},
            {"record.ids": ["1"], "subject.ids": ["s1"], "object.type": "document"},
            {"record.ids": ["1"], "subject.ids": ["s1"], "object.type": "note"},
            {"record.ids": ["1"], "subject.ids": None, "object.type": "note"},
            {"record.ids": ["8", "9"], "subject.ids": None, "object.type": "account"},
        )
    )
    with sqlite_store.begin() as unit:
        made.flush(unit)
    scope = compute_scope(made, actors=["user:anna"])
    assert (scope.subjects, scope.record_low, scope.nameless, scope.subjects_high) == (1, 5, 2, 3)
    assert replace(scope, nameless=None).subjects_high == 5, "as a scope of before says, which did not tell them apart"


def test_the_scope_is_narrowed_by_time_and_address(journal: Journal) -> None:
    assert compute_scope(journal, actors=["user:anna"], until=after(hours=1)).events == 4
    assert compute_scope(journal, source_ips=["192.0.2.9"]).record_high == 500
    assert compute_scope(journal, actors=["user:nobody"]) == Scope()


def test_touches_from_a_network_are_those_from_its_addresses(tmp_path: Path, sqlite_store: Store) -> None:
    places = ("2001:db8:1:2::7", "2001:db8:1:2:ffff::1", "2001:db8:1:3::7", "192.0.2.7", None)
    made = Journal(tmp_path / "networks", sqlite_store)
    made.append(events(*({"source.ip": place, "subject.ids": [str(n)]} for n, place in enumerate(places))))
    with sqlite_store.begin() as unit:
        made.flush(unit)
    assert compute_scope(made, source_ips=["2001:db8:1:2::/64"]).source_ips == tuple(sorted(places[:2]))
    assert compute_scope(made, source_ips=["2001:db8:1:2::/64", "192.0.2.7"]).subjects == 3


@pytest.mark.parametrize("named", [False, True])
def test_the_table_of_an_export_costs_as_its_clients_are_many_and_no_more(
    tmp_path: Path, sqlite_store: Store, named: bool
) -> None:
    def exported(clients: int) -> Journal:
        journal = Journal(tmp_path / str(clients), sqlite_store)
        ids = [str(number) for number in range(clients)]
        export = {"event.action": "export", "subject.ids": ids, "record.ids": ids if named else None}
        journal.append(events(*(export | {"@timestamp": after(hours=hour)} for hour in range(8))))
        return journal

    journals = {clients: exported(clients) for clients in (500, 5_000)}
    assert subjects_table(journals[5_000]).height == 5_000
    assert not swollen(subjects_table, journals.__getitem__, sizes=tuple(journals))


SOME = st.lists(st.sampled_from("abcdef"), unique=True, max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(st.tuples(SOME, SOME, st.sampled_from(["client", "document"])), max_size=12))
def test_the_records_of_a_subject_are_those_of_the_events_that_name_it(
    tmp_path: Path, sqlite_store: Store, told: list[tuple[list[str], list[str], str]]
) -> None:
    rows: list[dict[str, Any]] = [
        {"subject.ids": subjects, "record.ids": records, "object.type": kind, "@timestamp": after(minutes=n)}
        for n, (subjects, records, kind) in enumerate(told)
    ]
    journal = Journal(tmp_path / "journal", sqlite_store)
    journal.append(events(*rows))
    table = subjects_table(journal)
    named = {
        subject: [
            ({(kind, each) for each in records}, subjects) for subjects, records, kind in told if subject in subjects
        ]
        for subject in {each for subjects, _, _ in told for each in subjects}
    }
    assert dict(zip(table["subject_id"], table.select("record_low", "record_high").rows(), strict=True)) == {
        subject: (
            len(set[tuple[str, str]]().union(*(records for records, subjects in beside if len(subjects) == 1))),
            len(set[tuple[str, str]]().union(*(records for records, _ in beside))),
        )
        for subject, beside in named.items()
    }


def test_a_touch_read_twice_counts_once(journal: Journal) -> None:
    before = compute_scope(journal, actors=["user:anna"])
    journal.append(events(*ROWS))
    assert compute_scope(journal, actors=["user:anna"]) == before


def test_acts_that_two_logs_tell_of_count_once_and_both_name_what_they_saw(tmp_path: Path, sqlite_store: Store) -> None:
    journal = Journal(tmp_path / "journal", sqlite_store)
    reads = [{"record.ids": [str(n % 3)], "subject.ids": ["s1"], "@timestamp": after(seconds=n)} for n in range(9)]
    export = {"event.action": "export", "record.ids": None, "@timestamp": after(minutes=5)}
    edge = {"event.dataset": "nginx.access", "log.stream": "/edge.log", "log.file.identity": "edge"}
    journal.append(events(*reads, export | {"record.count": 500}))
    once = compute_scope(journal, actors=["user:anna"])
    assert (once.events, once.record_low, once.record_high) == (10, 3, 503)
    copies = [one | edge | {"@timestamp": one["@timestamp"] + (after(seconds=0.5) - NOON)} for one in (*reads, export)]
    journal.append(events(*(one | {"source.ip": "203.0.113.9"} for one in copies)))
    twice = compute_scope(journal, actors=["user:anna"])
    assert twice.source_ips == ("192.0.2.7", "203.0.113.9")
    assert (twice.events, twice.record_low, twice.record_high) == (10, 3, 503)
    assert twice.by_action == once.by_action
    assert subjects_table(journal).select("events", "read").row(0) == (9, 9)


def test_what_no_log_counts_is_said_apart(tmp_path: Path, sqlite_store: Store) -> None:
    journal = Journal(tmp_path / "journal", sqlite_store)
    export = {"event.action": "export", "record.ids": None, "record.count": None, "subject.ids": None}
    named = {"record.ids": ["1"], "subject.ids": ["s1"]}
    journal.append(events(named, *(export | {"@timestamp": after(minutes=n)} for n in range(1, 4))))
    scope = compute_scope(journal, actors=["user:anna"])
    assert (scope.events, scope.record_high, scope.uncounted) == (4, 1, 3)
    edge = {"event.dataset": "nginx.access", "log.stream": "/edge.log", "log.file.identity": "edge"}
    journal.append(events(export | edge | {"@timestamp": after(minutes=1), "record.count": 500}))
    scope = compute_scope(journal, actors=["user:anna"])
    assert (scope.events, scope.record_high, scope.uncounted) == (4, 501, 2)


def test_a_proxy_that_names_no_account_tells_of_the_account_behind_it(tmp_path: Path, sqlite_store: Store) -> None:
    """Two logs of one format, of which the first knows the address alone."""
    journal = Journal(tmp_path / "journal", sqlite_store)
    reads = [{"record.ids": [str(n)], "subject.ids": [f"s{n}"], "@timestamp": after(seconds=n)} for n in range(5)]
    export = {"event.action": "export", "record.ids": None, "record.count": 500, "@timestamp": after(minutes=5)}
    journal.append(events(*reads, export))
    edge = {
        "actor.id": "ip:192.0.2.7",
        "actor.type": "anonymous",
        "log.stream": "/edge.log",
        "log.file.identity": "edge",
    }
    before = after(seconds=0) - after(seconds=0.2)
    copies = [one | edge | {"@timestamp": one["@timestamp"] + before} for one in (*reads, export)]
    strangers = [{"record.ids": ["1"], "subject.ids": ["s1"], "source.ip": "203.0.113.9", "actor.id": "ip:203.0.113.9"}]
    journal.append(events(*copies, *strangers))
    whole = Reach(
        whose=Anyone(actors=frozenset({"user:anna"}), addresses=frozenset({"192.0.2.7"})),
        since=after(hours=-1),
        until=after(hours=1),
    )
    alone = Reach(whose=Anyone(actors=frozenset({"user:anna"})), since=after(hours=-1), until=after(hours=1))
    for reach in (whole, alone):
        (scope,) = compute_scopes(journal, [reach])
        assert (scope.events, scope.subjects, scope.record_low, scope.record_high) == (6, 5, 5, 505)
    assert compute_scope(journal, source_ips=["203.0.113.9"]).events == 1
    assert subjects_table(journal, reach=whole)["events"].to_list() == [1] * 5


def test_an_answer_of_which_parts_are_missing_is_named_and_not_counted(tmp_path: Path, sqlite_store: Store) -> None:
    journal = Journal(tmp_path / "journal", sqlite_store)
    export = {"event.action": "export", "record.ids": ["1", "2"], "subject.ids": ["1", "2"], "record.count": 2}
    journal.append(events(export | {"record.count_basis": "at_least"}))
    scope = compute_scope(journal, actors=["user:anna"])
    assert (scope.subjects, scope.record_high, scope.uncounted) == (2, 2, 1)
    edge = {"event.dataset": "nginx.access", "log.stream": "/edge.log", "log.file.identity": "edge"}
    journal.append(events(export | edge | {"record.count": 500, "record.count_basis": "logged"}))
    scope = compute_scope(journal, actors=["user:anna"])
    assert (scope.subjects, scope.record_high, scope.uncounted) == (2, 500, 0)


def test_repeats_in_one_log_and_on_several_servers_are_acts_of_their_own(tmp_path: Path, sqlite_store: Store) -> None:
    journal = Journal(tmp_path / "journal", sqlite_store)
    journal.append(events(*({"record.ids": ["7"], "log.stream": f"/app{n % 2}.log"} for n in range(10))))
    assert compute_scope(journal, actors=["user:anna"]).events == 10


def test_rows_spread_over_many_parts_count_as_in_one(tmp_path: Path, sqlite_store: Store) -> None:
    """More parts than are read in one piece: every run of the rows, so that each row lies in several of them."""
    whole = events(*ROWS)
    journal = Journal(tmp_path / "journal", sqlite_store, in_piece=whole.height)
    journal.append(whole)
    before, table = compute_scope(journal, actors=["user:anna"]), subjects_table(journal)
    for first in range(whole.height):
        for end in range(first + 1, whole.height + 1):
            journal.append(whole[first:end])
            with sqlite_store.begin() as unit:
                journal.flush(unit)
    assert len(list(journal.pieces())) > 1
    assert compute_scope(journal, actors=["user:anna"]) == before
    assert subjects_table(journal).equals(table)


def test_an_empty_journal_has_an_empty_scope(tmp_path: Path, sqlite_store: Store) -> None:
    empty = Journal(tmp_path / "other", sqlite_store)
    assert compute_scope(empty) == Scope()
    assert subjects_table(empty).height == 0


def test_the_subjects_are_listed_with_what_was_done_to_each(journal: Journal) -> None:
    table = subjects_table(journal, actors=["user:anna"])
    named = {row["subject_id"]: row for row in table.iter_rows(named=True)}
    assert list(named) == ["s1", "s2"]
    first = named["s1"]
    assert (first["data_classes"], first["events"], first["read"], first["export"]) == ("contact; payment", 2, 1, 1)
    assert (first["record_low"], first["record_high"]) == (2, 2)
    assert (named["s2"]["record_low"], named["s2"]["record_high"]) == (1, 2)
    assert first["first_event_at"] == NOON


def test_who_touched_one_subject_is_a_list_of_that_subject_only(journal: Journal) -> None:
    assert subjects_table(journal, subjects=["s2"]).get_column("subject_id").to_list() == ["s2"]


def test_events_are_looked_through_for_many_clients_as_fast_as_for_few() -> None:
    """A leaked sample names a hundred thousand: no row may cost as much as all of these."""
    rows = pl.LazyFrame({"subject.ids": [["s2"], *[["s1"]] * 2_000]})
    many = narrowed_to(None, None, subjects=["s2", *(f"other{each}" for each in range(20_000))])
    began = process_time()
    assert rows.filter(many).collect().rows() == [(["s2"],)]
    assert process_time() - began < 0.8


def test_a_damaged_part_makes_the_scope_say_so_or_count_the_rest(journal: Journal, tmp_path: Path) -> None:
    (part,) = (tmp_path / "journal").rglob("*.parquet")
    part.unlink()
    journal.append(events({"record.ids": ["1"]}))
    with pytest.raises(StoreError, match="is missing"):
        compute_scope(journal)
    assert compute_scope(journal, skip_bad=True).events == 1


def test_damage_that_shows_only_while_reading_names_the_part(journal: Journal, tmp_path: Path) -> None:
    (part,) = (tmp_path / "journal").rglob("*.parquet")
    raw = part.read_bytes()
    part.write_bytes(b"PAR1" + bytes(len(raw) - 8) + b"PAR1")
    with pytest.raises(StoreError, match=f"{part.name} is damaged"):
        compute_scope(journal)


@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Co", "Cn", "Zl", "Zp"], exclude_characters=";")
    )
)
def test_a_cell_without_unseen_characters_stays_as_it_is(text: str) -> None:
    (cell,) = safe_cells(pl.DataFrame({"subject_id": [text]})).get_column("subject_id")
    assert cell.removeprefix("'") == text.removeprefix("'")


@given(st.text())
@example("1;=cmd()")
@example('1; "";;"@SUM(A1)')
def test_no_cell_begins_a_formula_parted_by_commas_or_by_semicolons(text: str) -> None:
    (cell,) = safe_cells(pl.DataFrame({"subject_id": [text]})).get_column("subject_id")
    for part in (cell, *(each.lstrip(' "') for each in cell.split(";")[1:])):
        assert not part.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


def test_the_csv_is_whole_for_its_owner_only_and_safe(journal: Journal, tmp_path: Path) -> None:
    journal.append(events({"subject.ids": ['=HYPERLINK("http://example.org","x")'], "log.offset": 99}))
    write_csv(subjects_table(journal), tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["subject_id"] for row in rows] == ['\'=HYPERLINK("http://example.org","x")', "s1", "s2", "s7"]
    assert rows[1]["first_event_at"] == "2026-03-01T12:00:00.000000Z"
    assert (tmp_path / "out.csv").stat().st_mode & 0o777 == 0o600


def test_no_cell_steers_the_terminal_that_shows_it(tmp_path: Path) -> None:
    texts = ["7\x1b[2J", "\u202e7", "7\x07\x9b", "7\u2028", "line\nfeed", "Иван 7"]
    path = tmp_path / "clients.csv"
    write_csv(pl.DataFrame({"subject_id": texts}), path)
    written = path.read_text(encoding="utf-8")
    assert written.replace("\n", "").isprintable()
    assert written.splitlines() == [
        "subject_id", "7‹U+001B›[2J", "‹U+202E›7", "7‹U+0007›‹U+009B›", "7‹U+2028›", "line‹U+000A›feed", "Иван 7",
    ]  # fmt: skip


def test_a_csv_that_cannot_be_written_leaves_nothing(journal: Journal, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").touch()
    with pytest.raises(StoreError, match="cannot use"):
        write_csv(subjects_table(journal), tmp_path / "taken")
    assert not list(tmp_path.glob("*.tmp"))


def test_a_redirect_and_a_question_without_content_touched_nothing(tmp_path: Path, sqlite_store: Store) -> None:
    journal = Journal(tmp_path / "journal", sqlite_store)
    journal.append(
        events(
            {"http.request.method": "GET", "http.response.status_code": 302},
            {"http.request.method": "HEAD", "http.response.status_code": 200},
            {"http.request.method": "GET", "http.response.status_code": 304, "record.count": 0},
            {"http.request.method": "POST", "http.response.status_code": 303},
        )
    )
    assert compute_scope(journal).events == 1


def test_what_changed_is_told_from_what_was_sent(tmp_path: Path, sqlite_store: Store) -> None:
    journal = Journal(tmp_path / "journal", sqlite_store)
    journal.append(
        events(
            {"event.action": "delete", "http.response.status_code": 204, "subject.ids": ["1"]},
            {"event.action": "update", "subject.ids": ["2"]},
            {"event.action": "read", "subject.ids": ["3"]},
            {"event.action": "read", "subject.ids": ["4"], "record.count": 0},
        )
    )
    scope = compute_scope(journal)
    assert (scope.subjects, scope.events, scope.changes) == (3, 3, 2)


def test_an_attacking_address_counts_for_strangers_and_not_for_those_known_there(
    tmp_path: Path, sqlite_store: Store
) -> None:
    journal = Journal(tmp_path / "journal", sqlite_store)
    here = {"source.ip": "192.0.2.9"}
    journal.append(
        events(
            {"actor.id": "ip:192.0.2.9", "subject.ids": ["s1"], **here},
            {"actor.id": "user:stranger", "subject.ids": ["s2"], **here},
            {"actor.id": "user:colleague", "subject.ids": ["s3"], **here},
            {"actor.id": "user:stranger", "subject.ids": ["s4"], "source.ip": "192.0.2.10"},
            {"actor.id": "user:stranger", "subject.ids": ["s5"], "@timestamp": after(days=2), **here},
            {"actor.id": None, "subject.ids": ["s6"], "source.ip": None},
        )
    )
    reach = Reach(
        whose=Anyone(actors=frozenset({"ip:192.0.2.9"}), addresses=frozenset({"192.0.2.9"})),
        known=frozenset({"user:colleague"}),
        since=NOON,
        until=after(days=1),
    )
    other = Reach(whose=Anyone(actors=frozenset({"user:colleague"})), since=NOON, until=after(days=1))
    found, second = compute_scopes(journal, [reach, other])
    assert (found.subjects, found.events, second.subjects) == (2, 2, 1)
    assert subjects_table(journal, reach=reach)["subject_id"].to_list() == ["s1", "s2"]
    assert subject_ids(journal, [reach]) == [{"s1", "s2"}]
    met, alone = reached(journal, [reach, other])
    assert set(met["actor.id"]) == {"ip:192.0.2.9", "user:stranger"}
    assert set(alone.iter_rows()) == {("user:colleague", "192.0.2.9")}
    assert reached(journal, []) == []


class Watched(Journal):
    """A journal that notes how many touches are asked for each time."""

    read: list[int]

    def pieces(self, **narrowing: Any) -> Iterator[pl.LazyFrame]:
        self.read.append(0)
        for piece in super().pieces(**narrowing):
            self.read[-1] += piece.select(pl.len()).collect().item()
            yield piece


def test_touches_of_many_are_read_together_as_far_as_they_have_room(tmp_path: Path, sqlite_store: Store) -> None:
    journal = Watched(tmp_path / "journal", sqlite_store)
    heavy = {f"user:heavy {n}": 20 for n in range(4)} | {f"user:light {n}": 1 for n in range(12)}
    rows: list[dict[str, Any]] = [
        {"actor.id": actor, "subject.ids": [f"s{n}"], "record.ids": [f"{actor} {n}"], "@timestamp": after(hours=n)}
        for actor, many in heavy.items()
        for n in range(many)
    ]
    journal.append(events(*rows))
    asked = [
        Reach(whose=Anyone(actors=frozenset({actor})), since=NOON, until=after(hours=many))
        for actor, many in heavy.items()
    ]
    journal.read = []
    scopes = compute_scopes(journal, asked, most_rows=30)
    weighed, *read = journal.read
    assert (weighed, read) == (len(rows), [20, 20, 20, 30, 2])
    assert [each.events for each in scopes] == list(heavy.values())
    assert scopes == compute_scopes(journal, asked) == [compute_scopes(journal, [each])[0] for each in asked]


def test_slices_of_many_are_read_in_few_passes_and_hold_what_each_asks_the_journal(
    tmp_path: Path, sqlite_store: Store
) -> None:
    journal = Watched(tmp_path / "journal", sqlite_store, in_piece=7)
    whole = events(
        *(
            {
                "actor.id": f"user:{n % 5}",
                "source.ip": f"192.0.2.{n % 3}",
                "subject.ids": [f"s{n % 11}", f"s{n}" if n % 7 else None],
                "object.classes": [None, [], ["name"], ["name", "phone"]][n % 4],
                "event.outcome": "unknown" if n % 8 == 3 else "success",
                "@timestamp": after(hours=n),
            }
            for n in range(60)
        )
    )
    for first in range(0, 60, 6):
        journal.append(whole[first : first + 6])
        if first < 50:
            journal.append_reasons([reasons_of(whole[first : first + 5], *([[first % 9, 6]] * 5))])
            with sqlite_store.begin() as unit:
                journal.flush(unit)
    day = after(hours=50)
    asked = [Reach(whose=Anyone(actors=frozenset({f"user:{n}"})), since=NOON, until=day) for n in range(5)]
    asked += [
        Reach(whose=Anyone(actors=frozenset({"user:2", "user:4"})), since=after(hours=9), until=after(days=9)),
        Reach(whose=Anyone(addresses=frozenset({"192.0.2.0/31"})), since=NOON, until=day),
    ]
    journal.read = []
    alone = [
        (*touched_clients(near, each), touching(journal, each).select(*COMMON, LINE_KEY))
        for each in asked
        for near, _ in slices(journal, [each])
    ]
    for most_packed, passes in ((20, 7), (1_000, 1)):
        journal.read = []
        found = []
        some = iter(zip(asked, alone, strict=True))
        for near, count in slices(journal, asked, most_rows=20, most_packed=most_packed):
            for reach, kept in islice(some, count):
                found.append(reach)
                for mine, its in zip((*touched_clients(near, reach), touching(near, reach)), kept, strict=True):
                    order = [name for name in its.columns if its.schema[name] != pl.List]
                    assert mine.select(its.columns).sort(order).equals(its.sort(order))
        assert found == asked
        assert len(journal.read) - 1 == passes, "one look weighs them"


def test_where_all_touches_have_room_they_are_read_once(tmp_path: Path, sqlite_store: Store) -> None:
    journal = Watched(tmp_path / "journal", sqlite_store)
    journal.append(events(*({"actor.id": f"user:{n}", "subject.ids": [f"s{n}"]} for n in range(3))))
    asked = [Reach(whose=Anyone(actors=frozenset({f"user:{n}"})), since=NOON, until=after(days=1)) for n in range(3)]
    journal.read = []
    assert [each.subjects for each in compute_scopes(journal, asked)] == [1, 1, 1]
    assert journal.read == [3]


def test_a_session_counts_whichever_account_used_it(tmp_path: Path, sqlite_store: Store) -> None:
    journal = Journal(tmp_path / "journal", sqlite_store)
    journal.append(
        events(
            {"actor.id": "user:anna", "subject.ids": ["s1"], "session.id": "ab"},
            {"actor.id": "user:boris", "subject.ids": ["s2"], "session.id": "ab"},
            {"actor.id": "session:ab", "subject.ids": ["s3"], "session.id": "ab"},
            {"actor.id": "user:boris", "subject.ids": ["s4"], "session.id": "cd"},
            {"actor.id": "user:boris", "subject.ids": ["s5"], "session.id": None},
            {"actor.id": "user:boris", "subject.ids": ["s6"], "session.id": "ab", "@timestamp": after(days=2)},
        )
    )
    reach = Reach(
        whose=Anyone(actors=frozenset({"session:ab"}), sessions=frozenset({"ab"})), since=NOON, until=after(days=1)
    )
    own = replace(reach, usual=frozenset({("user:anna", "192.0.2.7")}))
    found, less = compute_scopes(journal, [reach, own])
    assert (found.subjects, less.subjects) == (3, 2)
    assert subjects_table(journal, reach=reach)["subject_id"].to_list() == ["s1", "s2", "s3"]


def test_an_address_counts_the_sessions_there_that_name_no_account(tmp_path: Path, sqlite_store: Store) -> None:
    """A log that writes one session for everybody: rules charge the address, and so does the scope."""
    journal = Journal(tmp_path / "journal", sqlite_store)
    here = {"source.ip": "203.0.113.9"}
    journal.append(
        events(
            {"actor.id": "session:ab", "session.id": "ab", "subject.ids": ["s1"], **here},
            {"actor.id": "ip:203.0.113.9", "subject.ids": ["s2"], **here},
            {"actor.id": "user:anna", "session.id": "ab", "subject.ids": ["s3"], **here},
            {"actor.id": "session:ab", "session.id": "ab", "subject.ids": ["s4"], "source.ip": "203.0.113.10"},
        )
    )
    whose = Anyone(actors=frozenset({"ip:203.0.113.9"}), places=frozenset({"203.0.113.9"}))
    reach = Reach(whose=whose, since=NOON, until=after(days=1))
    assert compute_scopes(journal, [reach])[0].subjects == 2
    assert subjects_table(journal, reach=reach)["subject_id"].to_list() == ["s1", "s2"]


def test_what_nobody_is_named_for_counts_for_its_machine_or_its_service(tmp_path: Path, sqlite_store: Store) -> None:
    journal = Journal(tmp_path / "journal", sqlite_store)
    nobody = {"actor.id": None, "source.ip": None, "session.id": None}
    journal.append(
        events(
            {"subject.ids": ["s1"], "host.name": "web1", **nobody},
            {"subject.ids": ["s2"], "host.name": "web2", **nobody},
            {"subject.ids": ["s3"], "host.name": "web1"},
            {"subject.ids": ["s4"], "service.name": "billing", **nobody},
        )
    )
    for whose, clients in (
        (Anyone(hosts=frozenset({"web1"})), ["s1"]),
        (Anyone(services=frozenset({"billing"})), ["s4"]),
        (Anyone(hosts=frozenset({"web2"}), services=frozenset({"billing"})), ["s2", "s4"]),
    ):
        reach = Reach(whose=whose, since=NOON, until=after(days=1))
        assert compute_scopes(journal, [reach])[0].subjects == len(clients)
        assert subjects_table(journal, reach=reach)["subject_id"].to_list() == clients
