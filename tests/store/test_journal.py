import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from detector import frames
from detector.errors import StoreError
from detector.schema.events.columns import BY_NAME
from detector.store import Journal, Store
from detector.store.journal.access_journal import GATHER
from detector.store.journal.journal_schema import JOURNAL_COLUMNS, JOURNAL_SCHEMA, ORDER
from tests.store.values import NOON, after, events, reasons_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
def journal(folder: Path, store: Store) -> Journal:
    return Journal(folder, store)


def flush(journal: Journal, store: Store) -> None:
    with store.begin() as unit:
        journal.flush(unit)


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("day=*/*"))


def ids(journal: Journal) -> list[str]:
    return sorted(with_ids(journal.scan().collect()).get_column("event.id").to_list())


def with_ids(kept: pl.DataFrame) -> pl.DataFrame:
    """Return what is kept with the ids that follow from it."""
    return frames.identify(frames.complete(kept))


def test_only_touches_of_client_data_are_kept_with_their_ids_and_hashes(journal: Journal) -> None:
    frame = events({}, {"object.type": None}, {})
    assert journal.append(frame) == 2
    kept = with_ids(journal.scan().collect())
    wanted = frames.identify(frame.filter(pl.col("object.type").is_not_null()))
    assert_frame_equal(kept.select("event.id", *JOURNAL_COLUMNS), wanted.select("event.id", *JOURNAL_COLUMNS))


def test_events_without_a_touch_cost_nothing(journal: Journal, store: Store, folder: Path) -> None:
    assert journal.append(events({"object.type": None})) == 0
    flush(journal, store)
    assert files(folder) == []


def test_what_was_flushed_reads_as_what_was_waiting(journal: Journal, store: Store) -> None:
    journal.append(events({"record.ids": ["1", "2"], "record.count": 2}, {"@timestamp": after(days=1)}, {}))
    waiting = journal.scan().collect().sort(ORDER)
    flush(journal, store)
    assert journal.pending == 0
    assert_frame_equal(journal.scan().collect().sort(ORDER), waiting)
    assert dict(journal.scan().collect_schema()) == JOURNAL_SCHEMA


def test_each_day_has_its_folder_and_nobody_else_may_read_it(journal: Journal, store: Store, folder: Path) -> None:
    journal.append(
        events({}, {"@timestamp": datetime(2026, 3, 1, 23, 59, 59, 999999, UTC)}, {"@timestamp": after(days=1)})
    )
    flush(journal, store)
    assert [path.parent.name for path in files(folder)] == ["day=2026-03-01", "day=2026-03-02"]
    assert {path.stat().st_mode & 0o777 for path in files(folder)} == {0o600}


def test_a_flush_becomes_visible_with_its_transaction_only(journal: Journal, store: Store, folder: Path) -> None:
    def fail() -> None:
        with store.begin() as unit:
            journal.flush(unit)
            assert len(files(folder)) == 1
            raise RuntimeError("power cut")

    journal.append(events({}))
    journal.append(events({}, {}).tail(1))
    with pytest.raises(RuntimeError, match="power cut"):
        fail()
    assert journal.pending == 2
    assert Journal(folder, store).scan().collect().height == 0
    journal.append(events({}, {}, {}).tail(1))
    flush(journal, store)
    assert Journal(folder, store).scan().collect().height == 3
    assert len(files(folder)) == 1


def test_touches_appended_while_a_flush_commits_wait_for_the_next(journal: Journal, store: Store) -> None:
    journal.append(events({}))
    with store.begin() as unit:
        journal.flush(unit)
        journal.append(events({}, {}).tail(1))
    assert journal.pending == 1
    assert len(ids(journal)) == 2


def test_what_is_dated_ahead_goes_when_its_file_is_old_and_hides_nothing_newer(
    journal: Journal, store: Store, folder: Path
) -> None:
    late = datetime(2040, 1, 1, tzinfo=UTC)
    journal.append(events({"@timestamp": late}, {}))
    flush(journal, store)
    assert journal.newest(late) == late
    assert journal.newest(after(days=1)) == NOON
    assert journal.newest(after(days=-1)) == late, "where there is nothing else"
    (ahead,) = folder.glob("day=2040-01-01/*")
    for written, left in ((0.0, 2), (after(days=-400).timestamp(), 1)):
        os.utime(ahead, (written, written))
        with store.begin() as unit:
            journal.expire(unit, after(days=-399))
        assert journal.scan().collect().height == left, "a file's time of 1970 is of a machine without a clock"
    assert not ahead.exists()


def test_files_left_by_a_crash_are_swept_before_the_first_flush(journal: Journal, store: Store, folder: Path) -> None:
    journal.append(events({}))
    flush(journal, store)
    orphans = [folder / "day=2026-03-01" / "part-0.parquet", folder / "day=2026-03-01" / "part-1.parquet.tmp"]
    for orphan in orphans:
        orphan.write_bytes(b"half")
    again = Journal(folder, store)
    assert again.scan().collect().height == 1
    flush(again, store)
    assert len(files(folder)) == 1
    assert [path.name for path in (folder / "aside").iterdir()] == ["part-0.parquet"]
    with store.begin() as unit:
        again.expire(unit, datetime(2000, 1, 1, tzinfo=UTC))
        assert len(list((folder / "aside").iterdir())) == 1
    with store.begin() as unit:
        again.expire(unit, datetime(2999, 1, 1, tzinfo=UTC))
    assert list((folder / "aside").iterdir()) == []


def test_a_folder_of_another_database_is_refused_and_left_alone(
    journal: Journal, store: Store, folder: Path, tmp_path: Path
) -> None:
    journal.append(events({}))
    flush(journal, store)
    before = files(folder)
    other = Store.open(f"sqlite:///{tmp_path / 'other.db'}")
    stranger = Journal(folder, other)
    stranger.append(events({}))
    for _ in range(2):
        with pytest.raises(StoreError, match="belongs to another database"):
            flush(stranger, other)
    assert files(folder) == before
    other.close()


def test_a_folder_that_was_emptied_is_taken_again(journal: Journal, store: Store, folder: Path) -> None:
    flush(journal, store)
    shutil.rmtree(folder)
    again = Journal(folder, store)
    again.append(events({}))
    flush(again, store)
    assert again.scan().collect().height == 1


@pytest.mark.parametrize(
    ("narrowing", "wanted"),
    [
        ({"since": after(hours=1)}, {1, 2}),
        ({"until": after(hours=1)}, {0}),
        ({"since": NOON, "until": after(hours=2)}, {0, 1}),
        ({"actors": ["user:boris"]}, {1}),
        ({"source_ips": ["192.0.2.9"]}, {2}),
        ({"subjects": ["s1", "s3"]}, {0, 2}),
        ({"actors": []}, set()),
        ({"actors": ["user:anna"], "subjects": ["s3"]}, {2}),
    ],
)
def test_a_scan_is_narrowed_by_every_condition(
    journal: Journal, store: Store, narrowing: dict[str, object], wanted: set[int]
) -> None:
    frame = events(
        {"subject.ids": ["s1", "s2"]},
        {"@timestamp": after(hours=1), "actor.id": "user:boris"},
        {"@timestamp": after(hours=2), "source.ip": "192.0.2.9", "subject.ids": ["s3"]},
    )
    journal.append(frame.head(2))
    flush(journal, store)
    journal.append(frame.tail(1))
    found = journal.scan(**narrowing).collect()  # type: ignore[arg-type]
    assert {offset // 100 for offset in found.get_column("log.offset")} == wanted


def test_small_parts_are_joined_and_repeated_touches_become_one(journal: Journal, store: Store, folder: Path) -> None:
    frame = events(*({} for _ in range(GATHER)))
    for place in range(GATHER):
        journal.append(frame.slice(place, 1))
        flush(journal, store)
    journal.append(frame.slice(0, 1).with_columns(pl.lit("10.0.0.0").alias("host.name")))
    flush(journal, store)
    before = set(ids(journal))
    with store.begin() as unit:
        assert journal.compact(unit) == GATHER + 1
        assert len(files(folder)) == GATHER + 2
    assert len(files(folder)) == 1
    assert ids(journal) == sorted(before)
    with store.begin() as unit:
        assert journal.compact(unit) == 0


def test_a_joining_that_is_not_committed_leaves_the_parts(journal: Journal, store: Store, folder: Path) -> None:
    def fail() -> None:
        with store.begin() as unit:
            journal.compact(unit)
            raise RuntimeError("power cut")

    frame = events(*({} for _ in range(GATHER)))
    for place in range(GATHER):
        journal.append(frame.slice(place, 1))
        flush(journal, store)
    before = files(folder)
    with pytest.raises(RuntimeError, match="power cut"):
        fail()
    assert len(ids(journal)) == GATHER
    flush(journal, store)
    assert files(folder) == before


def test_old_parts_expire_whole(journal: Journal, store: Store, folder: Path) -> None:
    journal.append(events({"@timestamp": after(days=-3)}, {"@timestamp": after(days=-2)}, {}))
    flush(journal, store)
    with store.begin() as unit:
        assert journal.expire(unit, after(days=-1)) == 2
    assert journal.scan().collect().height == 1
    assert len(files(folder)) == 1


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda path: path.unlink(), "is missing"),
        (lambda path: path.write_bytes(b"PAR1"), "has not the size"),
        (lambda path: path.write_bytes(bytes(path.stat().st_size)), "is damaged"),
    ],
)
def test_a_bad_part_is_named_and_the_rest_can_be_read(
    journal: Journal, store: Store, folder: Path, harm: object, said: str
) -> None:
    journal.append(events({}, {"@timestamp": after(days=1)}))
    flush(journal, store)
    bad = files(folder)[0]
    harm(bad)  # type: ignore[operator]
    with pytest.raises(StoreError, match=f"{bad.name} {said}"):
        journal.scan()
    assert journal.scan(since=after(hours=12)).collect().height == 1
    assert journal.scan(skip_bad=True).collect().height == 1
    assert [problem.startswith(f"{bad} {said}") for problem in journal.problems()] == [True]


def test_damage_inside_a_part_is_found_by_reading_all_of_it(journal: Journal, store: Store, folder: Path) -> None:
    journal.append(events({}))
    flush(journal, store)
    (part,) = files(folder)
    raw = bytearray(part.read_bytes())
    raw[len(raw) // 3] ^= 0xFF
    part.write_bytes(raw)
    assert journal.problems() == [f"{part} is damaged"]


def test_every_journal_column_is_a_column_of_an_event() -> None:
    assert set(JOURNAL_COLUMNS) <= set(BY_NAME)
    assert not {"url.path", "url.query", "event.original", "user.name"} & set(JOURNAL_COLUMNS)


def test_parts_of_one_day_are_sorted_so_that_a_reader_can_skip(journal: Journal, store: Store, folder: Path) -> None:
    frame = events(*({"@timestamp": NOON + timedelta(seconds=(7 * place) % 10)} for place in range(10)))
    journal.append(frame)
    flush(journal, store)
    times = pl.read_parquet(files(folder)[0]).get_column("@timestamp")
    assert times.is_sorted()


def test_the_journal_says_since_when_it_is_kept_and_how_much_at_most_from_a_moment_on(
    journal: Journal, store: Store
) -> None:
    assert journal.begins() is None
    assert journal.most_since([], NOON) == []
    journal.append(
        events({"@timestamp": after(days=1)}, {"@timestamp": after(days=1, hours=1)}, {"@timestamp": after()})
    )
    assert journal.begins() == NOON
    flush(journal, store)
    journal.append(events({"@timestamp": after(days=2)}))
    assert journal.begins() == NOON
    # Whole parts are counted, and what waits.
    assert journal.most_since([after(hours=-1), after(hours=1), after(days=2)], after(days=3)) == [4, 3, 1]
    assert journal.most_since([after(hours=-1), after(days=2)], after(days=3), opening=10) == [24, 1]
    flush(journal, store)
    with store.begin() as unit:
        journal.expire(unit, after(hours=6))
    assert journal.begins() == after(days=1)


def kept_reasons(journal: Journal) -> list[tuple[object, ...]]:
    parts = [lazy.collect() for lazy in journal.reasons()]
    return sorted(row for part in parts for row in part.select("log.offset", frames.REASONS).iter_rows())


def test_reasons_are_kept_beside_touches_written_earlier_and_are_no_touches(journal: Journal, store: Store) -> None:
    frame = events({"subject.ids": ["1"]}, {"subject.ids": ["2", "3"], "@timestamp": after(days=1)})
    journal.append(frame)
    flush(journal, store)
    journal.append_reasons([reasons_of(frame, [6], [0, 6])])
    assert kept_reasons(journal) == [(0, [6]), (100, [0, 6])]
    flush(journal, store)
    assert kept_reasons(journal) == [(0, [6]), (100, [0, 6])]
    assert journal.scan().collect().height == 2
    assert journal.most(NOON, after(days=9)) == 2


def test_touches_that_wait_are_read_together_as_far_as_they_have_room(tmp_path: Path, sqlite_store: Store) -> None:
    journal = Journal(tmp_path / "journal", sqlite_store, in_piece=4)
    for place in range(6):
        frame = events(*({"actor.id": "user:anna", "@timestamp": after(minutes=place)} for _ in range(2)))
        journal.append(frame)
        journal.append_reasons([reasons_of(frame, [6], [6])])
    for read in (journal.pieces(), journal.reasons()):
        assert [piece.collect().height for piece in read] == [4, 4, 4]


def test_small_parts_of_reasons_are_joined_and_go_with_age(journal: Journal, store: Store, folder: Path) -> None:
    for place in range(GATHER):
        frame = events({"log.offset": place, "subject.ids": ["1"]})
        journal.append_reasons([reasons_of(frame, [place % 9])])
        flush(journal, store)
    before = kept_reasons(journal)
    with store.begin() as unit:
        assert journal.compact(unit) == GATHER
    assert kept_reasons(journal) == before
    assert len(files(folder)) == 1
    with store.begin() as unit:
        assert journal.expire(unit, after(days=1)) == 1
    assert kept_reasons(journal) == []


def test_what_is_joined_while_it_is_read_is_looked_at_again(journal: Journal, store: Store) -> None:
    for place in range(GATHER):
        frame = events({"log.offset": place, "subject.ids": ["1"]})
        journal.append(frame)
        journal.append_reasons([reasons_of(frame, [place % 9])])
        flush(journal, store)
    tries = []

    def reading() -> tuple[int, int]:
        touches, reasons = list(journal.pieces()), list(journal.reasons())
        if not tries:
            with store.begin() as unit:
                journal.compact(unit)
        tries.append(1)
        return sum(each.collect().height for each in touches), sum(each.collect().height for each in reasons)

    assert journal.read_files(reading) == (GATHER, GATHER)
    assert len(tries) == 2


def test_parts_may_be_joined_while_all_touches_are_read_a_span_at_a_time(journal: Journal, store: Store) -> None:
    assert (journal.kept(NOON).first, journal.kept(NOON).last) == (None, None)
    for place in range(GATHER):
        journal.append(events({"log.offset": place, "@timestamp": after(minutes=30 * place)}))
        flush(journal, store)
    kept = journal.kept(after(days=1))
    assert (kept.first, kept.last) == (NOON, after(minutes=30 * (GATHER - 1)))
    early = kept.between(NOON, after(hours=2))
    with store.begin() as unit:
        assert journal.compact(unit) > 0
    late = kept.between(after(hours=2), after(days=1))
    assert [early.height, late.height] == [4, GATHER - 4]


def test_a_journal_that_cannot_be_read_says_what_is_wrong_with_it(journal: Journal, store: Store, folder: Path) -> None:
    journal.append(events({"subject.ids": ["1"]}))
    flush(journal, store)
    lazy = journal.scan()
    (lost,) = files(folder)
    lost.unlink()
    with pytest.raises(StoreError, match=f"cannot be read: .*{lost.name}"):
        journal.read_files(lazy.collect)


def test_where_reasons_are_damaged_touches_are_read_all_the_same(journal: Journal, store: Store, folder: Path) -> None:
    frame = events({"subject.ids": ["1"]})
    journal.append(frame)
    journal.append_reasons([reasons_of(frame, [6])])
    flush(journal, store)
    (damaged,) = (path for path in files(folder) if path.name.startswith("why-"))
    damaged.write_bytes(b"")
    assert kept_reasons(journal) == []
    assert journal.scan().collect().height == 1
    assert len(journal.problems()) == 1
