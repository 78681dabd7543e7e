"""Sources too many of whose lines are not read, however the lines come."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from detector.decode import Decoder
from detector.messages import messages
from detector.runtime.sources.first_readings import FirstReadings
from detector.runtime.sources.rejected_lines import SPAN, RejectedLines
from detector.runtime.visibility.blind_spots import Blind, BlindSpot, stated
from detector.schema.levels import Severity
from detector.settings import GroupSettings, Settings
from tests.decode.batches import batch_of

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
SETTINGS = Settings.model_validate(
    {"sources": [{"name": "crm", "paths": ["/x"], "service": "crm", "format": "combined"}], "records": {"routes": []}}
)
GOOD = '192.0.2.7 - anna [02/Mar/2026:08:00:00 +0000] "GET /a HTTP/1.1" 200 512 "-" "curl/8"'
BAD = "no line of any log"


@dataclass
class Watched:
    """A source whose lines come in batches."""

    now: datetime = MONDAY
    rejected: RejectedLines = field(default_factory=RejectedLines)
    decoder: Decoder = field(default_factory=lambda: Decoder(SETTINGS, session_key=b"k"))

    def lines(self, *lines: str, stream: str = "/x", after: timedelta = SECOND, history: int = 0) -> "Watched":
        """Let a batch of lines come after a while."""
        self.now += after
        batch = batch_of(list(lines), source="crm", ingested=self.now, stream=stream, history=history)
        self.rejected.add(batch, self.decoder.decode(batch), self.now)
        return self

    def passes(self, span: timedelta) -> "Watched":
        self.now += span
        return self

    def spots(self) -> list[BlindSpot]:
        return self.rejected.spots({"crm"}, self.now)


def batches(lines: Sequence[str], size: int) -> list[Sequence[str]]:
    return [lines[at : at + size] for at in range(0, len(lines), size)]


def mixed(good: int, bad: int) -> list[str]:
    """Return good lines with bad ones spread evenly between them."""
    step = (good + bad) / bad
    places = {int(number * step) for number in range(bad)}
    return [BAD if at in places else GOOD for at in range(good + bad)]


WAYS = {
    "good-first": lambda good, bad: [GOOD] * good + [BAD] * bad,
    "bad-first": lambda good, bad: [BAD] * bad + [GOOD] * good,
    "between": mixed,
}


@pytest.mark.parametrize("size", [1, 7, 10_000], ids=["one-by-one", "small", "one-burst"])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("good", "bad", "blind"), [(500, 20, True), (20, 20, True), (500, 19, False)])
def test_over_one_in_a_hundred_is_a_blind_spot_however_the_lines_come(
    good: int, bad: int, way: str, size: int, *, blind: bool
) -> None:
    watched = Watched()
    for lines in batches(WAYS[way](good, bad), size):
        watched.lines(*lines, after=timedelta(milliseconds=100))
    found = watched.spots()
    assert [(spot.kind, spot.name, spot.why, spot.count) for spot in found] == (
        [(Blind.REJECTS, "crm", "rejects", bad)] if blind else []
    )
    for spot in found:
        assert spot.passing
        assert not spot.quiet
        for language in ("en", "ru"):
            said = messages(language).reason(spot.reason)
            assert f"malformed {bad}" in said
            assert "nabat decode FILE" in said


@pytest.mark.parametrize("size", [1, 10_000], ids=["one-by-one", "one-burst"])
def test_twenty_in_a_row_are_a_blind_spot_in_any_flood_for_as_long_as_a_glance(size: int) -> None:
    watched = Watched().lines(*[GOOD] * 5_000)
    for lines in batches([BAD] * 20 + [GOOD] * 50, size):
        watched.lines(*lines, after=timedelta(milliseconds=10))
    assert [(spot.why, spot.count) for spot in watched.spots()] == [("only-rejects", 20)]
    assert watched.passes(MINUTE).spots() == []


def test_a_row_goes_on_from_batch_to_batch_and_another_log_does_not_end_it() -> None:
    watched = Watched().lines(*[GOOD] * 5_000)
    for _ in range(4):
        watched.lines(*[BAD] * 5).lines(*[GOOD] * 5, stream="/y")
    assert [spot.why for spot in watched.spots()] == ["only-rejects"]
    assert [spot.why for spot in watched.passes(5 * MINUTE).spots()] == ["only-rejects"], "it is not over by waiting"
    assert watched.lines(GOOD, after=MINUTE).spots() == []


def test_few_in_an_honest_log_are_none() -> None:
    watched = Watched()
    for _ in range(60):
        watched.lines(*[GOOD] * 199, BAD, after=10 * SECOND)
        assert watched.spots() == []


@pytest.mark.parametrize("form", ["iis.w3c", "combined", "auto"])
@pytest.mark.parametrize("line", ["", "   ", "#Fields: date time", "# a comment"])
def test_comments_headers_and_blank_lines_do_not_count(line: str, form: str) -> None:
    settings = Settings.model_validate(
        {"sources": [{"name": "crm", "paths": ["/x"], "service": "crm", "format": form}], "records": {"routes": []}}
    )
    watched = Watched(decoder=Decoder(settings, session_key=b"k"))
    assert watched.lines(*[line] * 600).spots() == []


def test_silence_heals_nothing_and_lines_that_are_read_do() -> None:
    watched = Watched().lines(*[GOOD] * 100, *[BAD] * 15, GOOD, *[BAD] * 15)
    assert watched.spots()
    assert watched.passes(3 * SPAN).spots(), "the last that came was not read"
    assert watched.lines(GOOD).spots() == []


def test_it_heals_while_lines_go_on_once_enough_of_them_were_read() -> None:
    watched = Watched().lines(*mixed(40, 20))
    assert watched.spots()
    assert watched.lines(*[GOOD] * 2_000).spots() == []
    assert watched.lines(*mixed(400, 20)).spots(), "and it comes back"


def test_a_log_that_is_gone_keeps_no_source_blind_whose_other_logs_are_read() -> None:
    watched = Watched().lines(*[GOOD] * 5_000).lines(*[BAD] * 30, stream="/gone")
    assert watched.spots()
    assert watched.lines(GOOD, after=SPAN + 2 * MINUTE).spots() == []


def test_what_stood_there_before_does_not_count_and_what_came_behind_it_does() -> None:
    size = len(BAD) + 1
    watched = Watched().lines(*[BAD] * 300, history=300 * size)
    assert watched.spots() == []
    watched.lines(*[BAD] * 300, history=281 * size)
    assert watched.spots() == []
    assert Watched().lines(*[BAD] * 300, history=280 * size).spots() != []


def test_a_restart_heals_nothing() -> None:
    watched = Watched().lines(*[GOOD] * 5_000, *[BAD] * 19)
    watched.rejected = RejectedLines.from_text(watched.rejected.to_text(), watched.now)
    assert watched.spots() == []
    assert watched.lines(BAD).spots()
    for lines in ([], [*mixed(40, 20), BAD], [BAD]):
        watched.lines(*lines)
        watched.rejected = RejectedLines.from_text(watched.rejected.to_text(), watched.now)
        assert watched.passes(SPAN).spots()
    assert watched.lines(GOOD).spots() == []
    for text in ("", "{", '{"crm": 1}', "[]"):
        assert RejectedLines.from_text(text, MONDAY).spots({"crm"}, MONDAY) == []


def test_a_restart_does_not_heal_a_source_whose_last_line_was_read() -> None:
    watched = Watched().lines(*mixed(1_800, 60), *[GOOD] * 5)
    for _ in range(2):
        watched.rejected = RejectedLines.from_text(watched.rejected.to_text(), watched.passes(MINUTE).now)
        assert [(spot.why, spot.count) for spot in watched.spots()] == [("rejects", 60)]
    assert watched.lines(*[GOOD] * 10_000).spots() == []


def test_other_sources_are_not_spoken_of() -> None:
    assert Watched().lines(*[BAD] * 30).rejected.spots({"web"}, MONDAY) == []


@pytest.mark.parametrize(
    ("lines", "severity"), [([BAD] * 30, Severity.HIGH), (mixed(500, 30), Severity.MEDIUM)], ids=["all", "few"]
)
def test_a_source_as_good_as_unread_is_worse_than_one_with_gaps(lines: list[str], severity: Severity) -> None:
    watched = Watched().lines(*lines)
    (found,) = stated(watched.spots(), GroupSettings(), watched.now, "2026-03-02")
    assert found.severity is severity


def first_reading(lines: list[str]) -> FirstReadings:
    history, decoder = FirstReadings(), Decoder(SETTINGS, session_key=b"k")
    batch = batch_of(lines, source="crm", ingested=MONDAY, history=1 << 30)
    history.count([batch], [decoder.decode(batch)])
    return history


def test_rejects_of_a_first_reading_are_one_quiet_blind_spot_that_outlives_a_restart() -> None:
    again = FirstReadings.from_text(first_reading(mixed(100, 100)).to_text({}))
    (spot,) = again.spots({"crm"}, MONDAY)
    assert (spot.kind, spot.why, spot.count, spot.quiet) == (Blind.REJECTS, "rejects-first", 100, True)
    for language in ("en", "ru"):
        assert "malformed 100" in messages(language).reason(spot.reason)
    assert again.spots({"web"}, MONDAY) == []
    batch = batch_of([GOOD] * 20, source="crm", ingested=MONDAY)
    again.count([batch], [Decoder(SETTINGS, session_key=b"k").decode(batch)])
    assert again.spots({"crm"}, MONDAY) == []


def test_an_honest_first_reading_is_none() -> None:
    assert first_reading(mixed(5_000, 30)).spots({"crm"}, MONDAY) == []
    assert first_reading([""] * 50).spots({"crm"}, MONDAY) == []


def test_a_run_that_was_kept_before_it_was_judged_is_told_without_empty_brackets() -> None:
    one = Watched().lines(*[BAD] * 20)
    one.rejected = RejectedLines.from_text(one.rejected.to_text(), one.now)
    (spot,) = one.passes(2 * SPAN).spots()
    assert spot.why == "only-rejects"
    assert "20 lines in a row gave no event. " in messages("en").text(spot.reason.message, **dict(spot.reason.args))
