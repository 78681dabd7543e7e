"""Lines within lines: what the envelope says, what the line says, and whose word counts."""

import json
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.decode import Decoder
from detector.decode.formats.apps import cri, docker
from detector.decode.line_context import LineContext
from detector.decode.parse_result import Parsed
from detector.decode.registry import Formats, candidates, is_format, load_formats
from detector.errors import ConfigError
from detector.frames import TIME
from detector.schema.events.lines import RejectReason
from tests.decode.batches import KEY, batch_of, decode, decoder_for, settings_for

COMBINED = '203.0.113.5 - - [17/May/2026:10:05:03 +0300] "GET / HTTP/1.1" 200 5 "-" "-"'
AUDIT = '{"ts":"2026-05-17T07:05:03Z","user":"vera","action":"view"}'
TEXT = st.text(max_size=40).filter(lambda text: "\n" not in text)


def docked(text: str, **more: object) -> str:
    entry = {"log": text + "\n", "stream": "stdout", **more, "time": "2026-05-17T07:05:03.5Z"}
    return json.dumps(entry, separators=(",", ":"))


def test_a_stream_remembers_what_was_inside():
    decoder = decoder_for()
    decoder.decode(batch_of([docked("listening"), docked(AUDIT), docked(COMBINED)]))
    assert decoder.format_of("stream") == "docker:audit.json"


def test_a_named_wrapper_remembers_too_and_still_reads_the_others():
    decoder = decoder_for(format="docker")
    lines = [docked("listening"), docked(AUDIT), docked(COMBINED), COMBINED]
    first, second = decoder.decode(batch_of(lines)), decoder.decode(batch_of(lines))
    assert decoder.format_of("stream") == "docker:audit.json"
    assert first.frame.equals(second.frame)
    assert [one.reason for one in first.rejects] == [RejectReason.NO_FORMAT, RejectReason.MALFORMED]
    assert [one.reason for one in decode([COMBINED], format="docker").rejects] == [RejectReason.MALFORMED]


def test_lines_of_several_formats_may_be_in_one_container():
    frame = decode([docked(COMBINED), docked(AUDIT)], format="docker").frame
    assert frame["event.dataset"].to_list() == ["web.access", "app.audit"]


@pytest.mark.parametrize("format_", ["auto", "cri", "cri:mysql.general"])
@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_line_whose_time_hangs_on_others_has_that_of_its_envelope_in_every_cut(size, format_):
    timed = "260517 10:05:03\t    42 Query\tSELECT name FROM clients WHERE id = 6"
    bare = "\t\t    42 Query\tSELECT name FROM clients WHERE id = 7"
    written = ((timed, 3), (bare, 3), (bare, 4), (bare, 5))
    lines = [f"2026-05-17T10:05:0{second}.5Z stdout F {text}" for text, second in written]
    decoder = decoder_for(format=format_)
    read = [decoder.decode(batch_of(lines[at : at + size])).frame for at in range(0, len(lines), size)]
    frame = pl.concat(read)
    assert frame["event.dataset"].to_list() == ["mysql.general"] * 4
    seconds = [moment.second + moment.microsecond / 1e6 for moment in frame["@timestamp"].to_list()]
    assert seconds == [3, 3.5, 4.5, 5.5]


def test_a_named_format_inside_is_the_only_one_read():
    result = decode([docked(COMBINED), docked(AUDIT)], format="docker:audit.json")
    assert result.frame["event.dataset"].to_list() == ["app.audit"]
    assert [one.reason for one in result.rejects] == [RejectReason.NOT_JSON]


def test_what_is_asked_for_in_an_envelope_is_no_name_of_its_own():
    formats = load_formats(settings_for())
    names, tried = set(formats), [one.name for one in candidates(formats)]
    assert formats["docker:combined"].name == "docker:combined"
    assert (set(formats), [one.name for one in candidates(formats)]) == (names, tried)
    assert not formats.has("docker:docker:combined")


def test_a_name_is_made_of_a_wrapper_and_a_format_that_is_none():
    names = {"auto", *load_formats(settings_for())}
    good = ("docker", "docker:combined", "cri:auto", "docker:nginx.common")
    assert all(is_format(name, names) for name in good)
    bad = ("docker:", "docker:nosuch", "combined:docker", "docker:cri", "docker:docker", "docker:combined:x", ":")
    assert not any(is_format(name, names) for name in bad)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("docker:nosuch", ""),
        ("docker:docker", "docker is an envelope itself"),
        ("docker:cri", "cri is an envelope itself"),
        ("combined:audit.json", ""),
    ],
)
def test_a_source_with_a_name_nobody_knows_is_told_and_what_to_write(name, hint):
    with pytest.raises(ConfigError, match=f"there is no format .*{hint}"):
        Decoder(settings_for(format=name), session_key=KEY)


def test_the_time_of_the_envelope_counts_for_a_line_without_one():
    def words(lines: pl.Series, place: LineContext) -> Parsed:
        assert place.timed
        stamps = [datetime(2026, 1, 1, tzinfo=UTC), *[None] * (len(lines) - 1)]
        return Parsed(pl.DataFrame([pl.Series("@timestamp", stamps, dtype=TIME), lines.alias("user.name")]))

    formats = load_formats(settings_for())
    own = Formats([*formats.values(), type(formats["combined"])("words", "w", "api", words, None)])
    lines = pl.Series("line", [docked("a"), docked("b"), docked("c").replace("2026-", "0026-")])
    parsed = own["docker:words"].parse(lines, LineContext(zone=ZoneInfo("UTC")))
    assert parsed.frame["@timestamp"].to_list() == [
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 5, 17, 7, 5, 3, 500_000, tzinfo=UTC),
    ]
    assert parsed.failures == {2: RejectReason.BAD_TIME}


def test_labels_of_line_and_envelope_are_both_kept():
    frame = decode([docked(AUDIT[:-1] + ',"x":1}', attrs={"tag": "t"}), docked(AUDIT)]).frame
    pairs = [{pair["key"]: pair["value"] for pair in row} for row in frame["labels"].to_list()]
    assert pairs == [
        {"action": "view", "x": "1", "stream": "stdout", "tag": "t"},
        {"action": "view", "stream": "stdout"},
    ]


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=60), st.booleans())
def test_the_reader_is_told_exactly_which_pieces_of_docker_go_on(text, ended):
    text = text.rstrip("\n") + ("\n" if ended else "x")
    line = json.dumps({"log": text, "stream": "stdout", "time": "2026-05-17T07:05:03Z"}, separators=(",", ":"))
    assert bool(re.search(docker.WRAPPER.framing.start, line)) is not ended


@pytest.mark.parametrize(("tag", "goes_on"), [("P", True), ("F", False), ("P:x", True), ("F:P", False)])
def test_the_reader_is_told_which_pieces_of_cri_go_on(tag, goes_on):
    line = f"2026-05-17T07:05:03.1Z stdout {tag} P text"
    assert bool(re.search(cri.WRAPPER.framing.start, line)) is goes_on


@settings(deadline=None, max_examples=50)
@given(st.lists(TEXT | TEXT.map(docked) | st.sampled_from([docked(COMBINED), docked(AUDIT)]), max_size=20))
@pytest.mark.parametrize("form", ["docker", "docker:combined", "cri", "auto"])
def test_any_text_in_an_envelope_gives_one_event_or_one_reject(form, lines):
    result = decode(lines, format=form)
    assert result.frame.height + len(result.rejects) == len(lines)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.binary(max_size=60).map(lambda raw: raw.decode("utf-8", "replace")), max_size=5))
def test_pieces_put_together_by_the_reader_never_raise(pieces):
    record = "\n".join(pieces)
    for form in ("docker", "cri"):
        result = decode([record, docked(COMBINED)], format=form)
        assert result.frame.height + len(result.rejects) == 2
