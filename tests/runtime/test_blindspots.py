"""Blind spots in the words of both languages."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from detector.errors import Problem
from detector.messages import messages
from detector.notify import GapReason
from detector.runtime.visibility.blind_spots import Blind, BlindSpot, StatedBlindSpots, morning, place_of, stated
from detector.schema.detection.findings import Reason
from detector.settings import GroupSettings

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


def in_russian(spot: BlindSpot) -> str:
    return messages("ru").reason(spot.reason)


@pytest.mark.parametrize(
    ("minutes", "english", "russian"),
    [
        (0, "less than a minute", "почти минуту"),
        (61, "61 minutes", "61 минуту"),
        (62, "62 minutes", "62 минуты"),
        (65, "65 minutes", "65 минут"),
    ],
)
def test_a_silent_source_says_for_how_long_in_the_readers_language(minutes: int, english: str, russian: str) -> None:
    spot = BlindSpot(kind=Blind.SOURCE, name="crm", why="no-line", count=minutes)
    assert str(spot) == f"source crm: no line for {english}"
    assert in_russian(spot) == f"Из источника crm ничего не читается: нет строк уже {russian}."


def test_a_rule_that_fails_says_with_what_and_where_in_both_languages() -> None:
    cause = (("error", "ValueError"), ("place", "statements.py:120 in sights"))
    spot = BlindSpot(kind=Blind.RULE, name="bulk-read", why="rule-broke", count=3, args=cause)
    assert "it failed 3 times since the start, last with ValueError at statements.py:120 in sights; " in str(spot)
    assert "that is a fault of Nabat" in str(spot)
    assert "ошибок с запуска: 3, последняя ValueError, место: statements.py:120 in sights" in in_russian(spot)


def test_rules_that_are_left_out_say_where_the_first_mistake_is_in_both_languages() -> None:
    place = place_of(Problem(file="/etc/nabat/rules/two.yml", line=7, what="x"))
    spot = BlindSpot(kind=Blind.RULE, name="skipped", why="left-out", count=2, args=(("place", place),))
    assert "2 cannot be used, the first for what stands at two.yml:7; " in str(spot)
    assert "не подходят: 2, первое из-за места two.yml:7; " in in_russian(spot)


# That only a suspect holds a role is no blind spot: it would be shown to her.
_GAPS = [each for each in GapReason if each is not GapReason.ONLY_SUSPECT]


@pytest.mark.parametrize("why", [*_GAPS, "no-line", "rule-failed", "unusable", "no-model", "model-old", "no-team"])
def test_no_cause_of_ours_is_told_in_english_to_a_russian(why: str) -> None:
    said = in_russian(BlindSpot(kind=Blind.STATE, name="x", why=why, count=3)).replace("x", "")
    assert not any("a" <= char <= "z" for char in said)


def test_what_former_versions_and_systems_have_said_is_told_as_it_stands() -> None:
    old = Reason(message="blind-spot-role", args=(("name", "dpo"), ("why", "no holder")))
    assert messages("ru").reason(old) == "Никто не отвечает за dpo: no holder."
    assert "disk full" in in_russian(BlindSpot(kind=Blind.STATE, name="access journal", why="disk full"))


def test_the_finding_of_a_blind_spot_carries_the_cause_and_names_what_is_ours_in_both_languages() -> None:
    spot = BlindSpot(kind=Blind.STATE, name="detection state", why="disk full")
    (finding,) = stated([spot], GroupSettings(), NOW, "2026-03-02")
    assert (finding.title, finding.title_ru) == (
        "Blind spot: state detection state", "Слепое пятно: состояние обнаружения",
    )  # fmt: skip
    assert finding.reasons == (spot.reason,)


def test_a_silence_says_since_when_so_that_it_is_true_whenever_it_is_read() -> None:
    since = (("since", "2026-11-27 08:03 UTC"),)
    spot = BlindSpot(kind=Blind.SOURCE, name="crm", why="no-line-since", count=1, args=since)
    assert str(spot) == "source crm: no line since 2026-11-27 08:03 UTC"
    assert in_russian(spot) == "Из источника crm ничего не читается: нет строк с 2026-11-27 08:03 UTC."


CRM = BlindSpot(kind=Blind.SOURCE, name="crm", why="no-line")


def test_the_day_begins_in_the_morning_where_the_people_are():
    zone = ZoneInfo("Asia/Almaty")  # five hours ahead
    assert morning(datetime(2026, 3, 2, 2, 59, tzinfo=UTC), zone) == "2026-03-01"
    assert morning(datetime(2026, 3, 2, 3, 0, tzinfo=UTC), zone) == "2026-03-02"


@pytest.mark.parametrize("restart", [False, True])
def test_a_blind_spot_is_stated_when_it_begins_when_it_begins_again_and_every_morning(restart: bool) -> None:
    said = StatedBlindSpots()
    turns = [([CRM], "1"), ([CRM], "1"), ([], "1"), ([CRM], "1"), ([CRM], "1"), ([CRM], "2"), ([CRM], "2"), ([], "3")]
    told = []
    for blind, day in turns:
        told.append(len(said.news(blind, blind, day)))
        if restart and blind:
            said = StatedBlindSpots(said.to_text())
            said.news(blind, blind, day)
    assert told == [1, 0, 0, 1, 0, 1, 0, 0]


def test_what_takes_time_to_show_after_a_restart_is_not_stated_again_before_the_morning() -> None:
    said = StatedBlindSpots()
    said.news([CRM], [CRM], "1")
    said = StatedBlindSpots(said.to_text())
    assert said.news([], [], "1") == []
    assert said.news([CRM], [], "1") == [] == said.news([CRM], [CRM], "1")
    assert said.news([CRM], [CRM], "2") == [CRM]


def test_what_may_pass_is_stated_once_it_has_lasted() -> None:
    said = StatedBlindSpots()
    assert [len(said.news([CRM], lasting, "1")) for lasting in ([], [CRM], [CRM])] == [0, 1, 0]


def test_what_ended_and_what_began_is_known_until_it_is_kept() -> None:
    said = StatedBlindSpots()
    said.news([CRM], [CRM], "1")
    assert (said.ended, said.begun) == (set(), [CRM])
    said.kept()
    said.news([CRM], [CRM], "2")
    assert (said.ended, said.begun) == (set(), []), "it lasts"
    said.news([], [], "2")
    said.news([], [], "2")
    assert (said.ended, said.begun) == ({CRM.key}, [])
    said.kept()
    said.news([CRM], [CRM], "2")
    assert (said.ended, said.begun) == (set(), [CRM])


def test_a_restart_ends_nothing_before_it_can_be_seen() -> None:
    said = StatedBlindSpots()
    said.news([CRM], [CRM], "1")
    said = StatedBlindSpots(said.to_text())
    said.news([], [], "1")
    assert said.ended == set()
    said.news([], [], "2")
    assert said.ended == {CRM.key}
