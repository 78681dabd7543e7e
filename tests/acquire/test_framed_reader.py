"""The reader on files whose records are no lines: what it holds, what it lets go, what it tells beside."""

import gzip
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from detector.acquire.archives import read_archive
from detector.clock import ManualClock
from detector.schema.events.framing import Cutting, Framing
from detector.settings.sections.sources import SourceSettings
from tests.acquire.follow import Follow
from tests.acquire.framed import JSON, QUOTES, START

DIRECTED = Framing(header="#Fields:")
TIMED = Framing(Cutting.START, start=r"\d\d:\d\d |\t", header=r"\d\d:\d\d ")
WRITTEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def follow() -> Iterator[Follow]:
    follow = Follow(step=0.1)
    yield follow
    follow.close()


def write(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def told(follow: Follow, before: int = 0) -> list[str]:
    """Return what was told beforehand."""
    return [line for batch in follow.batches[before:] if batch.provisional for line in batch.lines]


def test_a_record_that_may_go_on_holds_other_streams_back_and_is_let_go_when_the_file_was_quiet_for_long(
    tmp_path, follow
):
    path = tmp_path / "pg.log"
    write(path, "10:00 a\n\tmore\n10:01 b\n\tb")
    follow.start(path, framing=START)
    assert follow.poll() == ["10:00 a\n\tmore"]
    assert not follow.batches[-1].at_end
    assert follow.reader.streams_with_backlog() == {str(path): "web"}
    assert follow.poll(later=0.5) == []
    write(path, "2\n")
    assert follow.poll(later=59.0) == [], "the file was not quiet"
    assert follow.poll(later=59.0) == []
    assert follow.poll(later=2.0) == ["10:01 b\n\tb2"]
    assert follow.batches[-1].at_end
    assert follow.reader.streams_with_backlog() == {}


def test_a_source_whose_lines_may_come_later_waits_longer_for_the_rest_of_a_record(tmp_path, follow):
    path = tmp_path / "pg.log"
    write(path, "10:00 a\n")
    follow.start(path, framing=START, first=False, lateness="5m")
    follow.poll()
    assert follow.poll(later=299.0) == []
    write(path, "\tmore\n")
    follow.poll()
    assert follow.poll(later=301.0) == ["10:00 a\n\tmore"]


def test_what_there_is_of_a_record_is_told_beforehand_and_the_position_stays_before_it(tmp_path, follow):
    path = tmp_path / "pg.log"
    write(path, "10:00 a\n10:01 b\n")
    follow.start(path, framing=START, first=False)
    assert follow.poll() == ["10:00 a"]
    for number in range(1, 5):
        follow.poll(later=1.1)
        write(path, f"\tb{number}\n\tnot whole")
        assert told(follow)[-1] == "10:01 b" + "".join(f"\n\tb{n}\n\tnot wholeX" for n in range(1, number))
        write(path, "X\n")
        follow.restart(path, framing=START)
        assert follow.poll() == []
    assert [position.offset for position in follow.reader.positions()] == [len("10:00 a\n")]
    write(path, "10:02 c\n")
    assert follow.poll() == ["10:01 b" + "".join(f"\n\tb{n}\n\tnot wholeX" for n in range(1, 5))]


def test_a_record_that_goes_on_for_ever_is_told_beforehand_each_second_and_no_more_often(tmp_path, follow):
    path = tmp_path / "pg.log"
    write(path, "10:00 a\n")
    follow.start(path, framing=START, first=False)
    for _ in range(100):
        write(path, "\tmore\n")
        assert follow.poll(later=0.2) == []
    assert 15 <= len(told(follow)) <= 20


def test_a_record_that_goes_on_after_it_was_let_go_is_handed_out_whole(tmp_path, follow):
    path = tmp_path / "pg.log"
    write(path, "10:00 a\n10:01 b\n")
    follow.start(path, framing=START, first=False)
    assert follow.poll() + follow.poll(later=61.0) == ["10:00 a", "10:01 b"]
    write(path, "\tmo")
    assert follow.poll() == []
    follow.restart(path, framing=START)
    write(path, "re\n\tand more\n10:02 c\n")
    assert follow.poll() == ["10:01 b\n\tmore\n\tand more"]
    assert follow.batches[-1].offsets.to_list() == [len("10:00 a\n")]
    write(path, "10:03 d\n")
    assert follow.poll() == ["10:02 c"]


def test_a_line_that_was_begun_and_never_ended_does_not_hold_other_streams_back_for_ever(tmp_path, follow):
    path = tmp_path / "pg.log"
    write(path, "10:00 a\n\tmore")
    follow.start(path, framing=START)
    follow.poll()
    follow.poll(later=61.0)
    assert follow.reader.streams_with_backlog() == {}
    write(path, "\n")
    follow.poll()
    assert follow.poll(later=61.0) == ["10:00 a\n\tmore"]


def test_the_last_record_of_a_rotated_file_is_handed_out_whole_though_it_goes_on_later(tmp_path, follow):
    path = tmp_path / "pg.log"
    write(path, "10:00 a\n\tmore\n")
    follow.start(path, framing=START, first=False)
    follow.poll()
    path.rename(tmp_path / "pg.log.1")
    write(path, "10:01 b\n10:02 c\n")
    assert follow.poll() + follow.poll(later=20.0) == ["10:01 b"]
    write(tmp_path / "pg.log.1", "\tand more\n")
    assert follow.poll() + follow.poll(later=31.0) == ["10:00 a\n\tmore\n\tand more"]


def test_the_last_record_of_a_file_that_was_emptied_is_handed_out_as_far_as_it_was_told(tmp_path, follow):
    path = tmp_path / "pg.log"
    write(path, "10:00 a\n10:01 b\n\tmore\n")
    follow.start(path, framing=START, first=False)
    assert follow.poll() == ["10:00 a"]
    follow.poll(later=1.1)
    path.write_text("11:00 c\n11:01 d\n")
    assert sorted(follow.poll() + follow.poll() + follow.poll()) == ["10:01 b\n\tmore", "11:00 c"]


def test_a_record_that_stood_there_for_long_before_its_log_was_opened_is_complete(tmp_path, follow):
    path = tmp_path / "pg.log"
    write(path, "10:00 a\n\tmore\n")
    os.utime(path, (1_000_000_000, 1_000_000_000))
    follow.start(path, framing=START)
    assert follow.poll() + follow.poll(later=1.1) == ["10:00 a\n\tmore"]
    assert not follow.catching_up


def test_after_a_restart_in_the_middle_records_and_directives_are_as_before(tmp_path, follow):
    path = tmp_path / "iis.log"
    write(path, "#Fields: a b\n1 2\n")
    follow.start(path, framing=DIRECTED)
    assert follow.poll() == ["#Fields: a b", "1 2"]
    write(path, "#Fields: b a\n" + "3 4\n" * 200_000)
    while follow.poll():
        pass
    follow.restart(path, framing=DIRECTED)
    write(path, "5 6\n")
    assert follow.poll() == ["5 6"]
    assert follow.batches[-1].header == "#Fields: b a"


def test_a_time_that_lines_share_is_in_force_after_a_restart(tmp_path, follow):
    path = tmp_path / "general.log"
    write(path, "10:00 a\n\tb\n10:01 c\n\td\n\te\n")
    follow.start(path, framing=TIMED)
    assert follow.poll() == ["10:00 a", "\tb", "10:01 c", "\td"]
    follow.restart(path, framing=TIMED)
    write(path, "\tf\n10:02 g\n")
    assert follow.poll() == ["\te", "\tf"]
    assert follow.batches[-1].header == "10:01 c"


def test_a_compressed_file_read_on_after_a_restart_knows_its_directive(tmp_path, follow):
    path = tmp_path / "iis.log"
    write(path, "#Fields: a b\n1 2\n")
    follow.start(path, framing=DIRECTED)
    follow.poll()
    positions = follow.reader.positions()
    follow.close()
    target = tmp_path / "iis.log.1.gz"
    target.write_bytes(gzip.compress(path.read_bytes() + b"3 4\n"))
    path.unlink()
    follow.start(path, framing=DIRECTED, positions=positions)
    assert follow.poll() + follow.poll() == ["3 4"]
    assert follow.batches[-1].header == "#Fields: a b"


def test_a_document_without_a_line_end_is_read_and_named_by_its_first_record(tmp_path, follow):
    path = tmp_path / "trail.json"
    write(path, '[{"a":1},{"b"')
    follow.start(path, framing=JSON)
    assert follow.poll() == ['{"a":1}']
    first = follow.batches[-1].file_id
    write(path, ":2}]")
    follow.restart(path, framing=JSON)
    assert follow.poll() == ['{"b":2}']
    assert follow.batches[-1].file_id == first
    (position,) = follow.reader.positions()
    assert position.offset == path.stat().st_size


def test_the_first_start_at_the_end_skips_a_document_without_a_line_end(tmp_path, follow):
    path = tmp_path / "trail.json"
    write(path, '[{"a":1}')
    follow.start(path, framing=JSON, start="end")
    assert follow.poll() == []
    write(path, ',{"b":2}')
    assert follow.poll() == ['{"b":2}']


def test_when_a_file_was_last_written_is_told(tmp_path, follow):
    path = tmp_path / "a.log"
    write(path, "1,a\n")
    os.utime(path, (WRITTEN.timestamp(), WRITTEN.timestamp()))
    follow.start(path, framing=QUOTES)
    assert follow.poll() == ["1,a"]
    assert follow.batches[-1].written == WRITTEN


def test_archives_are_cut_in_the_same_way_and_number_the_lines_records_begin_in(tmp_path):
    path = tmp_path / "a.log.gz"
    path.write_bytes(gzip.compress(b"#Fields: x\n10:00 a\n\tmore\n#Fields: y\n10:01 b\n\tmore"))
    os.utime(path, (WRITTEN.timestamp(), WRITTEN.timestamp()))
    source = SourceSettings(name="db", paths=("/nowhere",), service="crm")
    batches = list(
        read_archive([path], source, clock=ManualClock(WRITTEN), lines=2, framing=lambda source, head: START)
    )
    assert [batch.lines.to_list() for batch in batches] == [
        ["#Fields: x", "10:00 a\n\tmore"],
        ["#Fields: y", "10:01 b\n\tmore"],
    ]
    assert [batch.header for batch in batches] == ["", "#Fields: x"]
    assert [batch.numbers.to_list() for batch in batches if batch.numbers is not None] == [[1, 2], [4, 5]]
    assert {batch.written for batch in batches} == {WRITTEN}
