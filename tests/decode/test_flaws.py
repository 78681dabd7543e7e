"""Lines that somebody made unreadable on purpose: what stands beside the bad part is read, in every format."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pytest

from detector.acquire.framing.mend import LONGEST
from detector.decode import Decoder
from detector.frames import EventBatch, LineBatch
from detector.schema.events.framing import LINES
from tests.acquire.framed import cuts_of
from tests.decode import golden
from tests.decode.batches import KEY, batch_of, settings_for

KEPT = ("@timestamp", "actor.id", "source.ip", "url.path", "http.response.status_code", "event.outcome", "subject.ids")
BAD = {
    "no utf-8": (b"\xff", "invalid_utf8"),
    "nul": (b"\0", "binary"),
    "long": (b"a" * 70_000, "too_long"),
    "very long": (b"a" * 300_000, "too_long"),
    "nothing but bytes": (b"\xff" * 8_000, "invalid_utf8"),
    "bytes and text": (b"a\xff" * 8_000, "invalid_utf8"),
    "escaped": (b"\\\\" * 50_000, "too_long"),
    "long and no utf-8": (b"a\xff" + b"a" * 300_000, "too_long"),
}


@dataclass(frozen=True)
class Sample:
    """A line of a format, and where in it a stranger's text stands."""

    fmt: str
    told: dict[str, Any]
    before: bytes
    after: bytes
    expected: dict[str, Any]


def samples() -> Iterator[Sample]:
    """Give for each format one line with a user agent, and one with an SQL statement."""
    for path in golden.files():
        found: set[str] = set()
        for block in golden.read(path):
            agent = block.expected.get("user_agent.original")
            spots = {"agent": agent, "sql": "SELECT "}
            for kind, spot in spots.items():
                if kind in found or not spot or block.record.count(spot) != 1 or "reject" in block.expected:
                    continue
                if any(key in block.told for key in ("beside", "written")):
                    continue
                before, _, after = block.record.partition(spot)
                if kind == "sql":
                    before, after = f"{before}SELECT /* ", f" */ {after}"
                else:
                    before += spot
                found.add(kind)
                yield Sample(path.stem, block.told, before.encode(), after.encode(), block.expected)


SAMPLES = {f"{each.fmt}-{number}": each for number, each in enumerate(samples())}


def batch(sample: Sample, raw: bytes, decoder: Decoder) -> LineBatch:
    """Return the record as the reader of the format cuts it."""
    source = decoder_settings(sample).sources[0]
    cuts = list(cuts_of(decoder.framing(source, raw[:4096]), raw + b"\n", size=1 << 20))
    told = {key: sample.told[key] for key in ("header", "path") if key in sample.told}
    parts = [batch_of(cut.lines.to_list(), rejects=cut.rejects, **told) for cut in cuts]
    (one,) = [each for each in parts if len(each.lines) + len(each.rejects)]
    return one


def decoder_settings(sample: Sample) -> Any:
    told = {key: value for key, value in sample.told.items() if key in ("timezone", "log_format")}
    return settings_for(format=sample.fmt, **told)


def decode(sample: Sample, filler: bytes, decoder: Decoder) -> tuple[EventBatch, bytes]:
    raw = sample.before + filler + sample.after
    return decoder.decode(batch(sample, raw, decoder)), raw


def test_who_did_what_is_read_beside_what_cannot_be_read(subtests: pytest.Subtests) -> None:
    for name in SAMPLES:
        with subtests.test(name=name):
            sample = SAMPLES[name]
            decoder = Decoder(decoder_settings(sample), session_key=KEY)
            clean, _ = decode(sample, b"x", decoder)
            wanted = clean.frame.select(KEPT).rows()
            for bad, (filler, reason) in BAD.items():
                got, raw = decode(sample, filler, decoder)
                assert got.rejects == (), bad
                assert got.frame.select(KEPT).rows() == wanted, bad
                flags = got.frame["log.flags"].to_list()
                if flags != [None] * len(flags):  # a record may have more room than a line
                    assert flags == [[reason]] * len(flags), bad
                    assert got.frame["event.hash"].to_list() == [sha256(raw).hexdigest()] * len(flags), bad
                else:
                    assert reason == "too_long", bad
                    assert len(raw) < 4 * LONGEST, bad
                assert all(len(text.encode()) <= 4 * LONGEST for text in got.frame["event.original"]), bad


def test_mended_lines_stand_where_they_stood() -> None:
    clean = '203.0.113.5 - anna [17/May/2026:10:05:0{} +0300] "GET /crm/clients/{} HTTP/1.1" 200 512 "-" "{}"'
    rows = [clean.format(n, n, "curl\udcff" if n % 2 else "curl").encode("utf-8", "surrogateescape") for n in range(6)]
    rows.insert(3, b"no line \xff of this log")
    (cut,) = cuts_of(LINES, b"\n".join(rows) + b"\n", size=1 << 20)
    lines = batch_of(cut.lines.to_list(), offsets=cut.offsets, numbers=cut.numbers, rejects=cut.rejects)
    got = Decoder(settings_for(format="combined"), session_key=KEY).decode(lines)
    assert got.frame["subject.ids"].to_list() == [[str(n)] for n in range(6)]
    assert got.numbers is not None
    assert got.numbers.to_list() == [1, 2, 3, 5, 6, 7]
    assert got.frame["log.offset"].is_sorted()
    assert [(one.reason.value, one.number) for one in got.rejects] == [("invalid_utf8", 4)]
    assert got.frame["log.flags"].to_list() == [["invalid_utf8"] if n % 2 else None for n in range(6)]


def test_a_file_that_is_no_text_stays_unread_and_says_why() -> None:
    data = bytes(range(256)) * 40 + b"\n"
    (cut,) = cuts_of(LINES, data, size=1 << 20)
    lines = batch_of(cut.lines.to_list(), offsets=cut.offsets, numbers=cut.numbers, rejects=cut.rejects)
    got = Decoder(settings_for(format="auto"), session_key=KEY).decode(lines)
    assert not got.frame.height
    assert {reject.reason.value for reject in got.rejects} <= {"invalid_utf8", "binary", "no_format"}


def test_the_samples_cover_the_formats_that_hold_a_strangers_text() -> None:
    assert len({each.fmt for each in SAMPLES.values()}) > 30
    assert {"combined", "nginx.json", "squid.combined", "postgresql.csv", "cloudtrail", "mysql.audit.xml"} <= {
        each.fmt for each in SAMPLES.values()
    }


def test_what_is_left_of_a_line_that_was_shortened_tells_how_many_there_are_at_least() -> None:
    route = {"service": "crm", "when": {"action": "export"}, "action": "export", "object": "client"}
    settings = settings_for(format="audit.json", records={"routes": [route | {"subject": "field:client_ids"}]})
    told = (
        '{{"ts":"2026-03-02T10:00:00Z","service":"crm","user":"anna","action":"export","status":"ok","client_ids":{}}}'
    )
    lines = [told.format(list(range(100_000, 100_000 + many))).encode() for many in (50, 20_000)]
    (cut,) = cuts_of(LINES, b"\n".join(lines) + b"\n", size=1 << 20)
    got = Decoder(settings, session_key=KEY).decode(batch_of(cut.lines.to_list(), rejects=cut.rejects)).frame
    assert got["log.flags"].to_list() == [None, ["too_long"]]
    assert got["record.count_basis"].to_list() == ["counted", "at_least"]
    assert got["record.count"].to_list() == got["subject.ids"].list.len().to_list()
    assert got["record.count"][0] == 50
    assert 500 < got["record.count"][1] < 20_000
