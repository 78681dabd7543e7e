"""A line that ends the process is put aside after a few restarts, and every other line is read."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.frames import LineBatch
from detector.runtime.intake.batch_pieces import cut
from detector.runtime.intake.poison_lines import PoisonLines
from detector.runtime.visibility.blind_spots import Blind
from detector.schema.detection.findings import Detector
from detector.schema.events.lines import LineReject, RejectReason
from tests.runtime.places import NIGHT, Daemon, eventually, kept, line

NOW = datetime(2026, 3, 2, tzinfo=UTC)
WORD = "ends-the-process"

# A defect of the decoder as Python finds it before it starts anything: no part of the service knows of it.
DEFECT = f"""\
import os
from detector.decode import Decoder

for name in ("decode", "decode_all"):
    def broken(self, given, whole=getattr(Decoder, name)):
        for batch in given if isinstance(given, list) else [given]:
            if batch.lines.str.contains("{WORD}").any():
                os._exit(9)
        return whole(self, given)

    setattr(Decoder, name, broken)
"""


def batch_of(
    lines: list[str], *, rejects: tuple[LineReject, ...] = (), file_id: str = "f", start: int = 0
) -> LineBatch:
    offsets = pl.Series([start + 10 * at for at in range(len(lines))], dtype=pl.Int64())
    return LineBatch(
        source="s",
        stream="s",
        path="s",
        file_id=file_id,
        lines=pl.Series(lines, dtype=pl.String()),
        offsets=offsets,
        numbers=offsets // 10 + 1,
        start=start,
        end=start + 10 * len(lines),
        ingested=NOW,
        rejects=rejects,
        at_end=True,
    )


@given(st.integers(1, 20), st.sets(st.integers(1, 19)), st.sets(st.integers(0, 19)))
def test_pieces_of_a_batch_hold_what_the_whole_holds(count: int, borders: set[int], bad: set[int]) -> None:
    whole = batch_of([str(at) for at in range(count)])
    rejects = tuple(LineReject(offset=10 * at + 5, reason=RejectReason.EMPTY) for at in sorted(bad) if at < count)
    whole = replace(whole, rejects=rejects)
    pieces = cut(whole, [10 * at for at in sorted(borders) if at < count])
    assert pl.concat([piece.lines for piece in pieces]).to_list() == whole.lines.to_list()
    assert pl.concat([piece.offsets for piece in pieces]).to_list() == whole.offsets.to_list()
    assert [one for piece in pieces for one in piece.rejects] == list(rejects)
    assert [piece.at_end for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert [piece.start for piece in pieces[1:]] == [piece.end for piece in pieces[:-1]]
    assert (pieces[0].start, pieces[-1].end) == (whole.start, whole.end)
    for piece in pieces:
        starts = [*piece.offsets.to_list(), *(one.offset for one in piece.rejects)]
        assert all(piece.start <= each < piece.end for each in starts)


def run(folder: Path, batches: list[LineBatch], kills: Callable[[list[str]], bool]) -> list[str] | None:
    """Run once over batches; returns the lines that were judged, None when the process died."""
    seen: list[str] = []
    for part, _ in PoisonLines(folder, NOW).parts(batches):
        lines = [text for batch in part for text in batch.lines.to_list()]
        if kills(lines):
            return None
        seen += lines
    return seen


@pytest.mark.parametrize("count", [1, 2, 63, 64, 65, 129, 5_000, 20_000])
@pytest.mark.parametrize("where", ["first", "middle", "last"])
def test_one_line_alone_is_put_aside_after_few_deaths(tmp_path: Path, count: int, where: str) -> None:
    bad = {"first": 0, "middle": count // 2, "last": count - 1}[where]
    lines = [str(at) for at in range(count)]
    batches = [batch_of(["other"], file_id="other"), batch_of(lines)]
    deaths = 0
    while (seen := run(tmp_path, batches, lambda part: str(bad) in part)) is None:
        deaths += 1
        assert deaths <= 8
    assert sorted(seen) == sorted(["other", *(each for each in lines if each != str(bad))])
    poison = PoisonLines(tmp_path, NOW)
    (spot,) = poison.spots(NOW)
    assert (spot.kind, spot.name, spot.count, dict(spot.args)) == (Blind.POISON, "s", 1, {"position": 10 * bad})
    assert not poison.spots(NOW + timedelta(days=2))
    rejects = [one for part, _ in poison.parts(batches) for batch in part for one in batch.rejects]
    assert [(one.offset, one.reason) for one in rejects] == [(10 * bad, RejectReason.POISON)]
    assert [path.read_text() for path in tmp_path.glob("*.line")] == [str(bad)]
    assert not (tmp_path / "in-hand.json").exists()


def test_a_mended_line_can_be_put_aside_as_well(tmp_path: Path) -> None:
    bad = LineReject(offset=5, reason=RejectReason.INVALID_UTF8, text="bad", line_hash="h", length=4)
    batches = [batch_of(["a", "b", "c"], rejects=(bad,))]
    for _ in range(8):
        for part, _ in PoisonLines(tmp_path, NOW).parts(batches):
            if any(one.text for batch in part for one in batch.rejects):
                break
    rejects = [one for part, _ in PoisonLines(tmp_path, NOW).parts(batches) for batch in part for one in batch.rejects]
    assert rejects == [LineReject(offset=5, reason=RejectReason.POISON, length=4)]
    assert [path.read_text() for path in tmp_path.glob("*.line")] == ["bad"]


def test_deaths_at_ever_other_places_put_nothing_aside(tmp_path: Path) -> None:
    for at in range(20):
        assert run(tmp_path, [batch_of([str(at)], start=10 * at)], lambda _: True) is None
    assert run(tmp_path, [batch_of(list("abc"))], lambda _: False) == list("abc")
    assert not PoisonLines(tmp_path, NOW).spots(NOW)


def test_lines_that_were_suspected_in_vain_are_read_and_forgotten(tmp_path: Path) -> None:
    batches = [batch_of(list("abcdef"))]
    for _ in range(2):
        run(tmp_path, batches, lambda _: True)
    assert run(tmp_path, batches, lambda _: False) == list("abcdef")
    parts = list(PoisonLines(tmp_path, NOW).parts(batches))
    assert [len(part) for part, _ in parts] == [1]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.data())
def test_whatever_is_suspected_lines_keep_their_order_and_what_is_judged_later_is_named(
    sizes: list[int], data: st.DataObject
) -> None:
    bounds = [sum(sizes[:at]) for at in range(len(sizes) + 1)]
    batches = [batch_of([str(at) for at in range(*each)], start=10 * each[0]) for each in pairwise(bounds)]
    first = data.draw(st.integers(0, bounds[-1] - 1))
    suspected = batch_of(["x"] * data.draw(st.integers(2, 9)), start=10 * first)
    with TemporaryDirectory() as folder:
        for _ in range(2):
            assert run(Path(folder), [suspected], lambda _: True) is None
        parts = list(PoisonLines(Path(folder), NOW).parts(batches))
    read = [text for part, _ in parts for batch in part for text in batch.lines.to_list()]
    assert read == [str(at) for at in range(bounds[-1])]
    assert [later for _, later in parts] == [{"s": "s"}] * (len(parts) - 1) + [{}]


def test_lines_are_suspected_until_others_behind_them_in_their_file_were_read(tmp_path: Path) -> None:
    suspected = [batch_of(list("abcd"))]
    for _ in range(2):
        run(tmp_path, suspected, lambda _: True)
    assert run(tmp_path, [batch_of(["z"], file_id="other", start=1_000)], lambda _: False) == ["z"]
    assert len(list(PoisonLines(tmp_path, NOW).parts(suspected))) == 4
    for _ in range(2):
        run(tmp_path, suspected, lambda _: True)
    assert run(tmp_path, [batch_of(["e"], start=40)], lambda _: False) == ["e"]
    assert len(list(PoisonLines(tmp_path, NOW).parts(suspected))) == 1


def test_a_damaged_file_and_a_full_disk_stop_nobody(tmp_path: Path) -> None:
    for name in ("known.json", "in-hand.json"):
        (tmp_path / name).write_text("{")
    assert run(tmp_path, [batch_of(["a"])], lambda _: False) == ["a"]
    blocked = tmp_path / "file"
    blocked.touch()
    assert run(blocked, [batch_of(["a"])], lambda _: False) == ["a"]


@pytest.mark.share(2)
def test_a_daemon_reads_every_line_before_and_behind_one_that_ends_it(
    tmp_path: Path, daemon: Callable[..., Daemon]
) -> None:
    folder = tmp_path / "defect"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(DEFECT)
    one = daemon(environment={"PYTHONPATH": os.pathsep.join([str(folder), os.getcwd()])})
    lines = [line(NIGHT + timedelta(seconds=at), 1000 + at, by=f"clerk{at % 5}") for at in range(3_000)]
    bad = line(NIGHT, WORD)
    before = "".join(lines[:1_700])
    (tmp_path / "access.log").write_text(before + bad + "".join(lines[1_700:]))
    starts = 0
    while True:
        one.launch()
        starts += 1
        assert one.process is not None
        eventually(lambda: one.over or len(set(kept_subjects(one))) == len(lines))
        if not one.over:
            break
        assert one.process.returncode == 9, one.said
        assert starts < 9
    eventually(lambda: [each for each in kept(one.settings).findings if each.rule_id == "blind-spot.poison"])
    assert one.end() == 0
    found = kept(one.settings)
    assert sorted(found.touched) == sorted(str(1000 + at) for at in range(len(lines)))
    (spot,) = [each for each in found.findings if each.detector is Detector.BLIND_SPOT and "poison" in each.rule_id]
    (reason,) = spot.reasons
    assert dict(reason.args)["name"] == "crm"
    assert dict(reason.args)["position"] == len(before)
    assert [path.read_text() for path in (tmp_path / "state" / "poison").glob("*.line")] == [bad.removesuffix("\n")]


def kept_subjects(one: Daemon) -> list[str]:
    try:
        return kept(one.settings).touched
    except Exception:  # noqa: BLE001 - there is no database yet
        return []
