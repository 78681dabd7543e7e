"""What goes from one process of a replay to another arrives as it was, or not at all."""

import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from detector import frames
from detector.decode.columns.string_views import StringViews
from detector.errors import ConfigError, InputError, NabatError, Problem, StoreError
from detector.runtime.replay.ipc import Channel, Gone, WorkerMessage
from detector.runtime.replay.remote_error import failed, raised
from detector.runtime.replay.stage_values import Answered, ReadTally, Ripe, Turn
from detector.schema.findings import Detector, Evidence, Finding, Reason
from detector.schema.levels import Severity
from detector.schema.packed import Packed

NOON = datetime(2026, 3, 2, 12, 0, 0, 123_456, tzinfo=UTC)


@pytest.fixture
def ends() -> Iterator[tuple[Channel, Channel]]:
    one, other = map(Channel, socket.socketpair())
    yield one, other
    one.close()
    other.close()


def events(streams: list[str | None]) -> pl.DataFrame:
    """Return events with a column of each kind, some of them partly empty, most of them empty."""
    height = len(streams)
    some = {
        "@timestamp": [NOON + timedelta(microseconds=n) for n in range(height)],
        "log.stream": streams,
        "log.offset": list(range(height)),
        "log.file.path": ["access.log"] * height,
        "event.original": [f"line {n} " * 40 if n % 2 else None for n in range(height)],
        "subject.ids": [["7", "клиент"] if n % 3 else [] for n in range(height)],
        "labels": [[{"key": "pod", "value": "web"}] if n % 2 else None for n in range(height)],
    }
    return frames.complete(pl.DataFrame(some, schema={name: frames.EVENT_SCHEMA[name] for name in some}))


@pytest.mark.parametrize(
    "frame",
    [events(["a", "a", "a"]), events(["a", "b", None]), events([None] * 3), events(["a"] * 7)[2:5], events([])],
    ids=["one stream", "several streams", "no stream", "a part", "nothing"],
)
def test_a_turn_arrives_as_it_was(frame: pl.DataFrame, ends: tuple[Channel, Channel]) -> None:
    turn = Turn(
        events=frame,
        opened={"a": "crm"},
        idle={"b": NOON},
        closed=("c",),
        touches=(Packed(raw=b"PAR1\x00\xff", rows=2, first_at=NOON, last_at=NOON),),
        tally=ReadTally(lines=4, events=3, bytes=99, rejects={"unknown": 1}),
        last=True,
    )
    ends[0].send(WorkerMessage(turn=turn))
    got = ends[1].receive().turn
    assert got is not None
    assert got.events.equals(frame)
    assert got.events.schema == frame.schema
    for name in ("opened", "idle", "closed", "touches", "tally", "last"):
        assert getattr(got, name) == getattr(turn, name)


def test_columns_that_share_memory_arrive_as_they_were(ends: tuple[Channel, Channel]) -> None:
    """As decode makes them: pieces of one text's bytes, laid out in one table, and a part of that."""
    height = 40
    codes = StringViews(
        pl.Series([f"192.0.2.{n} and /a/rather/long/path/{n} with more behind it" for n in range(height)])
    )
    address, path = codes.starts + 14, codes.starts + 31
    pieces = [("source.ip", codes.starts, address), ("url.path", address, path), ("user.name", codes.starts, path)]
    valid = np.ones((3, height), np.bool_)
    valid[2, ::3] = False
    columns = {column.name: column for column in codes.columns(pieces, valid)}
    frame = frames.completed(columns | {"subject.ids": pl.Series([["7"], None] * (height // 2))}, height)
    for part in (frame, frame[3:17], pl.concat([frame[3:17], frame[:2]])):
        ends[0].send(WorkerMessage(turn=Turn(events=part)))
        got = ends[1].receive().turn
        assert got is not None
        assert got.events.equals(part)


def files_lent() -> int:
    """Return how many files of replays this process has open."""
    links = (os.readlink(each) for each in Path("/proc/self/fd").iterdir() if each.is_symlink())
    return sum("nabat-replay" in link for link in links)


def test_what_somebody_looks_at_is_not_written_over_and_what_nobody_does_is(ends: tuple[Channel, Channel]) -> None:
    sent = [events([f"a stream with the name {n}"] * 3 + [str(n)]) for n in range(9)]
    got: list[pl.DataFrame] = []
    for each in sent:
        ends[0].send(WorkerMessage(turn=Turn(events=each)))
        turn = ends[1].receive().turn
        assert turn is not None
        got.append(turn.events)
        ends[1].send(WorkerMessage(done=1))
        ends[0].receive()
    assert all(each.equals(frame) for each, frame in zip(got, sent, strict=True))
    before = files_lent()
    got.clear()
    del turn
    for number, each in enumerate(sent):
        ends[1].send(WorkerMessage(done=number))
        ends[0].receive()
        ends[0].send(WorkerMessage(turn=Turn(events=each)))
        again = ends[1].receive().turn
        assert again is not None
        assert again.events.equals(each)
    assert files_lent() <= before


def test_what_is_ripe_arrives_as_it_was(ends: tuple[Channel, Channel]) -> None:
    finding = Finding(
        id="f" * 32,
        detector=Detector.RULE,
        rule_id="r",
        title="Много клиентов",
        actor_id="user:\x00",
        at=NOON,
        first_event_at=NOON,
        last_event_at=NOON.astimezone(timezone(timedelta(hours=3))),
        severity=Severity.HIGH,
        score=0.1 + 0.2,
        risk=70,
        reasons=(Reason(message="m", args=(("count", 3), ("share", 3.0), ("name", "crm"))),),
        evidence=(Evidence(at=NOON, event_id="e", path="p", offset=2**40, line_hash="h"),),
    )
    ripe = Ripe(number=3, findings=(finding,))
    ends[0].send(WorkerMessage(ripe=ripe))
    ends[0].send(WorkerMessage(answered=Answered(findings=1, alerts=2, incidents=3), done=3))
    got = ends[1].receive().ripe
    assert got == ripe
    assert got is not None
    assert [type(value) for _, value in got.findings[0].reasons[0].args] == [int, float, str]
    assert ends[1].receive().answered == Answered(findings=1, alerts=2, incidents=3)


def test_what_was_sent_arrives_when_the_sender_is_gone_and_then_that_it_is(ends: tuple[Channel, Channel]) -> None:
    ends[0].send(WorkerMessage(done=1))
    ends[0].close()
    assert ends[1].receive().done == 1
    with pytest.raises(Gone):
        ends[1].receive()
    with pytest.raises(Gone):
        ends[1].send(WorkerMessage(done=2))


def test_an_error_is_raised_elsewhere_as_it_was() -> None:
    class OwnError(ConfigError):
        """A kind that the tree of errors does not name."""

    problems = (Problem(file="nabat.yml", line=3, what="is wrong", fix="correct it"), Problem(what="is missing"))
    for error, kind in ((ConfigError(problems), ConfigError), (OwnError(problems), ConfigError)):
        again = raised(failed(error))
        assert type(again) is kind
        assert isinstance(again, ConfigError)
        assert again.problems == problems
    full = raised(failed(StoreError("the disk is full")))
    assert (type(full), str(full)) == (StoreError, "the disk is full")
    mistake = raised(failed(KeyError("of ours")))
    assert not isinstance(mistake, NabatError)
    assert "KeyError: 'of ours'" in str(mistake)


def test_an_error_about_a_name_that_is_no_text_arrives_too(ends: tuple[Channel, Channel]) -> None:
    problem = Problem(file="access\udcff.log", what="is damaged")
    for error in (InputError(problem), StoreError("cannot use access\udcff.log"), KeyError("access\udcff.log")):
        ends[0].send(WorkerMessage(failed=failed(error)))
        told = ends[1].receive().failed
        assert told is not None
        assert r"access\udcff.log" in str(raised(told))
