"""Of what an account does, what a finding is about is suspicious, and its usual work is listed apart."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from detector.detect.behaviour.reasons import reason_facets
from detector.runtime.incidents.manner.card_order import CardOrder
from detector.runtime.incidents.manner.finding_manner import Manner, manners
from detector.runtime.incidents.manner.suspicious_touches import PartedTouches, part_touches
from detector.runtime.incidents.manner.touch_rows import described
from detector.runtime.incidents.manner.touch_runs import fast_part, walk
from detector.schema.detection.findings import Detector, Evidence, Finding, Reason
from detector.schema.levels import Severity
from tests.fakes.story import a_finding, clock

ANNA = "user:anna"
SCHEMA = {
    "line": pl.UInt64(), "log.offset": pl.Int64(), "@timestamp": pl.Datetime("us", "UTC"),
    "actor.id": pl.String(), "source.ip": pl.String(), "event.action": pl.String(), "clients": pl.List(pl.String()),
    "session.id": pl.String(), "object.type": pl.String(), "label": pl.String(),
}  # fmt: skip


class Day:
    """What accounts did, and what of it is suspicious."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def does(self, at: datetime, clients: Iterable[int | str], label: str, action: str = "read", **more: Any) -> int:
        """Let somebody act on clients at once; return the offset of the line."""
        offset = len(self.rows)
        given = {"log.offset": offset, "@timestamp": at, "clients": list(map(str, clients)), "event.action": action}
        whose = {"actor.id": ANNA, "source.ip": "192.0.2.7", "session.id": "s1", "object.type": "client"}
        self.rows.append({"line": offset, **whose, **given, "label": label, **more})
        return offset

    def reads(self, at: str, clients: Iterable[int], label: str, pace: float = 2, **more: Any) -> list[int]:
        """Let somebody open cards one after the other, so many seconds apart."""
        begin = clock(at)
        return [
            self.does(begin + timedelta(seconds=pace * n), [client], label, **more) for n, client in enumerate(clients)
        ]

    def parted(self, *findings: Finding, watched: Sequence[str] = ()) -> PartedTouches:
        frame = pl.DataFrame(self.rows, SCHEMA)
        clients = frame.filter(pl.col("label") != "").with_columns(
            client="clients", named=pl.col("clients").list.len()
        ).drop("clients").explode("client")  # fmt: skip
        span = min(each.first_event_at for each in findings), max(each.last_event_at for each in findings)
        end = span[1] + timedelta(microseconds=1)
        return part_touches(frame, described(clients), findings, (span[0], end), [ANNA], watched)

    def suspicious(self, *findings: Finding, watched: Sequence[str] = ()) -> set[int]:
        """Return the offsets of the lines that are suspicious; all others of the incident's hours are usual work."""
        found = self.parted(*findings, watched=watched)
        lines, usual = set(found.suspicious), set(found.usual)
        first, last = min(each.first_event_at for each in findings), max(each.last_event_at for each in findings)
        within = {n for n, row in enumerate(self.rows) if first <= row["@timestamp"] <= last}
        assert not lines & usual
        assert within <= lines | usual, "nobody is left out in silence"
        return lines


def says(since: str, until: str, *messages: str, detector: Detector = Detector.BEHAVIOUR, **changes: Any) -> Finding:
    reasons = tuple(Reason(message=each) for each in messages)
    span = {"first_event_at": clock(since), "last_event_at": clock(until)}
    return a_finding("r", clock(until), **{"detector": detector, "reasons": reasons, "events": 99, **span, **changes})


def evidence(day: Day, offsets: Iterable[int]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(at=day.rows[each]["@timestamp"], event_id="", path="", offset=each, line_hash="") for each in offsets
    )


def test_a_walk_through_numbers_is_told_from_the_work_around_it_with_its_beginning_and_whom_she_knew() -> None:
    day = Day()
    calls = day.reads("09:00", (900, 120, 4000, 77, 3500), "nobody", pace=200)
    walked = day.reads("10:00", (5000,), "nobody") + day.reads("10:01", range(5001, 5040), "neighbour")
    walked += day.reads("10:03", (5040,), "dealt_before")
    more = day.reads("10:30", (800, 20), "nobody", pace=300)
    assert day.suspicious(says("09:00", "10:59", "behaviour-neighbours")) == set(walked)
    assert set(calls) | set(more) == set(day.parted(says("09:00", "10:59", "behaviour-neighbours")).usual)


def test_what_of_a_walk_was_just_read_is_no_usual_work_though_it_is_not_known_yet_what_explains_it() -> None:
    day = Day()
    day.reads("09:00", (7000, 5400, 9100), "dealt_before", pace=60)
    walked = day.reads("10:00", (5000,), "nobody") + day.reads("10:01", range(5001, 5005), "neighbour")
    walked += day.reads("10:02", [each for each in range(5005, 5120) if each % 3], "untold", pace=0.5)
    day.reads("10:02", (8000, 5300), "untold", pace=20)
    assert day.suspicious(says("09:00", "10:05", "behaviour-neighbours")) == set(walked)
    assert day.suspicious(says("09:00", "10:01", "behaviour-neighbours")) == set(walked), "it is followed as well"


def test_what_was_done_likewise_before_the_first_finding_and_after_the_last_belongs_to_it() -> None:
    day = Day()
    early = day.reads("06:00", range(7000, 7010), "neighbour")
    found = day.reads("10:00", range(5000, 5030), "neighbour")
    late = day.reads("14:00", range(9000, 9006), "neighbour")
    day.reads("15:00", (50, 4000, 8), "nobody", pace=300)
    assert day.suspicious(says("10:00", "10:59", "behaviour-neighbours_day")) == set(early + found + late)


def test_a_run_of_another_session_with_a_touch_of_the_first_in_it_counts_whole() -> None:
    day = Day()
    found = day.reads("10:00", range(100, 700, 20), "nobody", pace=20)
    later = day.reads("20:00", range(2000, 2500, 20), "nobody", pace=20, **{"session.id": "s2"})
    day.does(clock("20:01") + timedelta(seconds=5), [7], "nobody")
    assert day.suspicious(says("10:00", "10:59", "behaviour-strangers")) >= set(found + later)


def test_watched_clients_whom_she_knew_count_where_they_stand_among_those_she_did_not() -> None:
    day = Day()
    names = [str(each) for each in (9001, 40, 88, 700, 3, 5100)]
    for minute, name in enumerate(names):
        known = {3, 88} & {int(name)}
        day.does(clock(f"10:{minute:02}"), [name], "dealt_before" if known else "nobody")
    day.does(clock("15:00"), ["61"], "dealt_before")
    finding = says("10:00", "15:59", "rule-targets", detector=Detector.CORRELATION)
    assert day.suspicious(finding, watched=[*names, "61"]) == set(range(6))


def the_clockwork_of_a_service(day: Day, hours: Iterable[int]) -> list[int]:
    return [each for hour in hours for each in day.reads(f"{hour:02}:05", range(hour * 50, hour * 50 + 18), "nobody")]


def test_what_a_service_reads_again_and_again_is_usual_beside_what_its_stolen_key_reads_as_fast() -> None:
    day = Day()
    the_clockwork_of_a_service(day, range(6))
    found = the_clockwork_of_a_service(day, range(6, 7)) + day.reads("06:20", range(5000, 5300), "nobody")
    usual = found[:18] + the_clockwork_of_a_service(day, range(7, 10))
    reads = says("06:00", "09:59", "behaviour-clients", actor_type="service")
    in_a_day = says("06:00", "09:59", "rule-count", detector=Detector.CORRELATION, evidence=evidence(day, found[:20]))
    in_a_day = replace(in_a_day, actor_type="service", reasons=(Reason(message="rule-count", args=(("days", 1),)),))
    for findings in ((reads,), (in_a_day,), (reads, in_a_day)):
        assert day.suspicious(*findings) == set(found[18:])
        assert set(day.parted(*findings).usual) >= set(usual)
    people = replace(reads, actor_type="user")
    assert day.suspicious(people) > set(found), "people work in no such clockwork"


def test_the_nightly_run_of_a_service_is_no_part_of_what_its_stolen_key_read() -> None:
    day = Day()
    for night in range(4):
        day.reads(f"{night}d 01:00", range(night * 400, night * 400 + 300), "nobody", pace=0.5)
    found = day.reads("4d 04:00", range(5000, 5700), "nobody", pace=1)
    for night in range(5, 8):
        day.reads(f"{night}d 01:00", range(night * 900, night * 900 + 280), "nobody", pace=0.5)
    reads = says("4d 04:00", "4d 04:59", "behaviour-strangers", actor_type="service")
    assert day.suspicious(reads) == set(found)


def test_what_a_stolen_key_read_before_its_first_finding_is_none_of_the_clockwork() -> None:
    day = Day()
    the_clockwork_of_a_service(day, range(6))
    early = day.reads("06:20", range(3000, 3060), "nobody", pace=2)
    found = day.reads("06:50", range(5000, 5090), "nobody", pace=2)
    reads = says("06:50", "06:59", "behaviour-strangers", actor_type="service")
    assert day.suspicious(reads) == {*early, *found}


def test_a_key_that_is_used_like_the_clockwork_it_hides_in_leaves_nothing_usual() -> None:
    day = Day()
    early = the_clockwork_of_a_service(day, range(4))
    found = the_clockwork_of_a_service(day, range(4, 10))
    assert day.suspicious(says("04:00", "09:59", "behaviour-clients", actor_type="service")) >= set(found)
    assert early


def test_the_call_list_of_another_session_worked_through_at_leisure_does_not() -> None:
    day = Day()
    day.reads("06:00", range(7000, 7010), "neighbour", pace=20, **{"session.id": "s0"})
    found = day.reads("10:00", range(5000, 5030), "neighbour")
    assert day.suspicious(says("10:00", "10:59", "behaviour-neighbours")) == set(found)


def test_strangers_read_likewise_in_the_next_stretches_of_work_belong_to_it_days_later() -> None:
    day = Day()
    found = day.reads("10:00", range(100, 400, 20), "nobody", pace=60)
    later = day.reads("2d 09:00", range(1000, 1200, 20), "nobody", pace=50, **{"session.id": "s2"})
    last = day.reads("6d 14:00", range(2000, 2200, 20), "nobody", pace=70, **{"session.id": "s3"})
    day.reads("6d 15:30", (5, 700), "nobody", pace=600, **{"session.id": "s3"})
    assert day.suspicious(says("10:00", "10:59", "behaviour-strangers")) == set(found + later + last)


def test_a_round_of_the_next_day_for_other_reasons_or_with_cards_that_are_worked_on_does_not() -> None:
    day = Day()
    found = day.reads("10:00", range(100, 400, 20), "nobody", pace=60)
    day.reads("1d 09:00", range(1000, 1200, 20), "colleagues", pace=60, **{"session.id": "s2"})
    for client in day.reads("1d 14:00", range(2000, 2200, 20), "nobody", pace=60, **{"session.id": "s2"}):
        row = day.rows[client]
        day.does(row["@timestamp"] + timedelta(seconds=20), row["clients"], "same_card", "update")
    assert day.suspicious(says("10:00", "10:59", "behaviour-strangers")) == set(found)


def test_few_cards_beside_a_run_belong_to_it_and_work_of_another_session_meanwhile_does_not() -> None:
    day = Day()
    found = day.reads("10:00", range(100, 800, 20), "nobody", pace=10)
    aside = day.reads("10:06", (4000, 5000), "nobody", pace=55)
    more = day.reads("10:09", range(6000, 6400, 20), "nobody", pace=10)
    finding = says("10:00", "10:05", "behaviour-strangers", events=30)
    own = day.suspicious(finding)
    assert set(found + aside + more) <= own
    late = day.reads("10:12", range(8000, 8400, 20), "nobody", pace=10)
    day.does(clock("10:13") + timedelta(seconds=5), [9], "nobody", **{"session.id": "s2"})
    assert day.suspicious(finding) - own == set(late)


def test_strangers_are_told_from_clients_she_looks_after_or_had_searched_for() -> None:
    day = Day()
    strangers = day.reads("10:00", range(100, 900, 20), "nobody") + day.reads("10:03", (11, 71), "colleagues")
    day.reads("10:05", (3000, 3500), "dealt_before")
    day.does(clock("10:06"), range(40, 60), "listed", "search")
    day.reads("10:07", (44,), "from_list")
    again = day.does(clock("10:08"), [100], "same_card", "update")
    assert day.suspicious(says("10:00", "10:59", "behaviour-strangers")) == {*strangers, again}


def test_an_export_of_her_own_clients_is_suspicious_though_they_are_hers_and_the_cards_she_opens_are_not() -> None:
    day = Day()
    export = day.does(clock("03:00"), range(100, 400), "dealt_before", "export")
    day.reads("03:05", (100, 150, 777), "dealt_before", pace=100)
    rule = says("03:00", "03:00", "rule-requests", detector=Detector.RULE, events=1, evidence=evidence(day, [export]))
    later = says("03:00", "03:20", "behaviour-exports")
    assert day.suspicious(rule, later) == {export}


def test_what_a_finding_names_in_full_is_what_it_is_about() -> None:
    day = Day()
    day.reads("09:00", range(20), "nobody", pace=60)
    two = day.reads("09:30", (5, 6), "dealt_before")
    rule = says("09:00", "09:40", "rule-requests", detector=Detector.RULE, events=2, evidence=evidence(day, two))
    assert day.suspicious(rule) == set(two)


def test_a_count_is_also_about_what_led_up_to_its_limit_and_is_not_named() -> None:
    day = Day()
    exports = [day.does(clock(f"{9 + n}:00"), range(400 * n, 400 * n + 400), "nobody", "export") for n in range(6)]
    past = evidence(day, exports[3:])
    count = says("09:00", "14:00", "rule-clients", detector=Detector.CORRELATION, events=3, evidence=past)
    assert day.suspicious(count) == set(exports)


@pytest.mark.parametrize("named", [True, False])
def test_what_a_rule_adds_up_over_a_week_is_about_the_days_before_its_first_event(named: bool) -> None:
    day = Day()
    weeks = [timedelta(days=n) for n in (9, 7, 4, 2, 0)]
    parts = [range(400 * n, 400 * n + 400) if named else () for n in range(5)]
    label = "nobody" if named else ""
    taken = [day.does(clock("10:00") - ago, part, label, "export") for ago, part in zip(weeks, parts, strict=True)]
    day.does(clock("09:00") - timedelta(days=2), [77], "nobody", "read")
    reasons = (Reason(message="rule-requests", args=(("days", 7),)),)
    proof = {"events": 1, "evidence": evidence(day, taken[-1:]), "reasons": reasons}
    rule = replace(says("10:00", "10:00", "rule-requests", detector=Detector.RULE), **proof)
    assert day.suspicious(rule) == set(taken[2:])


def test_no_pace_is_usual_of_exports() -> None:
    day = Day()
    fast = [day.does(clock(f"09:{n:02}"), [n], "nobody", "export") for n in range(20)]
    slow = [day.does(clock(f"{10 + n}:00"), [100 + n], "nobody", "export") for n in range(8)]
    count = says("09:00", "17:00", "rule-times", detector=Detector.CORRELATION, evidence=evidence(day, fast))
    assert day.suspicious(count) == {*fast, *slow}


def test_cards_opened_in_a_burst_are_told_from_cards_opened_as_usual_whosever_they_are() -> None:
    day = Day()
    before = day.reads("09:00", range(0, 300, 10), "dealt_before", pace=100)
    burst = day.reads("09:55", range(1000, 1600, 2), "dealt_before")
    first = evidence(day, before[:20])
    count = says("09:00", "10:30", "rule-clients", detector=Detector.CORRELATION, events=300, evidence=first)
    assert day.suspicious(count) == set(burst)


def test_watched_clients_are_those_of_the_list_and_without_a_list_whomever_she_did_not_know() -> None:
    day = Day()
    watched = day.reads("10:00", (11, 12, 13), "nobody", pace=60)
    others = day.reads("10:10", (500, 600), "nobody", pace=60)
    searched = day.reads("10:20", (14,), "from_list") + day.reads("10:25", (15,), "listed")
    day.reads("10:30", (16,), "dealt_before")
    finding = says("10:00", "10:59", "rule-targets", detector=Detector.CORRELATION)
    assert day.suspicious(finding, watched=[str(n) for n in range(11, 17)]) == {*watched, *searched}
    assert day.suspicious(finding) == {*watched, *others}


def counts(day: Day, since: str, until: str, offsets: Sequence[int]) -> Finding:
    """Say what a rule says that counts neither clients nor their ids: its reason names no field."""
    return says(since, until, "rule-targets", detector=Detector.CORRELATION, evidence=evidence(day, offsets[:20]))


DOCUMENT = {"action": "download", "object.type": "document"}


def test_what_a_rule_counts_that_is_no_watched_client_is_told_by_its_evidence() -> None:
    day = Day()
    day.reads("10:00", (7, 80, 900), "nobody", pace=100)
    taken = day.reads("10:20", range(1000, 1600, 10), "nobody", pace=20, **DOCUMENT)
    known = day.reads("11:00", range(30, 40), "dealt_before", pace=20, **DOCUMENT)
    shown = [day.does(clock("11:10"), range(n, n + 20), "listed", "search") for n in range(3000, 3400, 20)]
    for watched in ((), ("7", "80")):
        assert day.suspicious(counts(day, "10:00", "11:30", taken), watched=watched) == set(taken)
    assert day.suspicious(counts(day, "10:00", "11:30", known), watched=("7",)) == {*taken, *known}
    assert day.suspicious(counts(day, "10:00", "11:30", shown), watched=("7",)) == set(shown)


def test_whom_she_knew_and_passed_between_strangers_counts_where_nothing_else_was_done_in_the_session() -> None:
    alone, beside = Day(), Day()
    for day in (alone, beside):
        for n in range(60):
            day.does(clock("10:00") + timedelta(seconds=20 * n), [7 * n], "dealt_before" if n % 5 == 2 else "nobody")
    beside.reads("11:00", range(5000, 5100, 2), "dealt_before", pace=40)
    finding = says("10:00", "10:59", "behaviour-strangers")
    assert alone.suspicious(finding) == set(range(60))
    assert beside.suspicious(finding) == {n for n in range(60) if n % 5 != 2}


def test_a_finding_that_begins_in_the_middle_of_a_run_is_about_all_of_it() -> None:
    day = Day()
    day.reads("09:00", (900, 4000), "nobody", pace=200, **DOCUMENT)
    taken = day.reads("10:00", range(100, 700, 10), "nobody", pace=20, **DOCUMENT)
    finding = says("10:07", "10:21", "behaviour-documents", evidence=evidence(day, taken[21:24]))
    assert day.suspicious(finding) == set(taken)


def test_a_stranger_far_from_all_runs_of_them_is_met_by_accident() -> None:
    day = Day()
    found = day.reads("10:00", range(100, 700, 10), "nobody", pace=20)
    day.reads("11:00", (5000,), "nobody")
    alone = day.reads("10:30", (6000, 6700), "nobody", pace=60, **{"session.id": "s2"})
    beside = day.reads("10:25", (7000,), "nobody")
    assert day.suspicious(says("10:00", "11:30", "behaviour-strangers")) == {*found, *beside}
    assert alone


@pytest.mark.parametrize("usual", [False, True])
def test_runs_of_strangers_that_were_never_made_before_belong_to_it_days_later(usual: bool) -> None:
    day = Day()
    for ago in range(5):
        day.reads(f"{ago}d 09:00", range(10), "dealt_before", pace=300)
    if usual:
        day.reads("2d 15:00", range(8000, 8200, 10), "nobody", pace=20)
    found = day.reads("5d 10:00", range(100, 700, 10), "nobody", pace=20)
    for ago in (6, 7, 8):
        day.reads(f"{ago}d 09:00", range(10), "dealt_before", pace=300)
    later = day.reads("8d 16:00", range(2000, 2600, 10), "nobody", pace=20)
    own = day.suspicious(says("5d 10:00", "5d 10:30", "behaviour-strangers"))
    assert own == {*found, *(() if usual else later)}


def test_errands_with_several_documents_of_each_are_no_part_of_a_harvest_of_one_of_each() -> None:
    day = Day()
    begin = clock("09:00")
    for n in range(8):
        for again in range(2):
            at = begin + timedelta(seconds=40 * n + 12 * again)
            day.does(at, [50 * n], "same_card" if again else "nobody", **DOCUMENT)
    taken = day.reads("10:00", range(1000, 1600, 10), "nobody", pace=20, **DOCUMENT)
    assert day.suspicious(says("10:00", "10:30", "behaviour-strangers")) == set(taken)


def test_where_findings_tell_nothing_apart_all_of_it_is_suspicious() -> None:
    day = Day()
    day.reads("10:00", (1, 2, 3), "dealt_before", pace=60)
    assert day.suspicious(says("10:00", "10:59", "behaviour-neighbours")) == {0, 1, 2}
    assert day.suspicious(says("10:00", "10:59", "behaviour-combination")) == {0, 1, 2}


def test_evidence_that_the_journal_does_not_have_tells_no_kinds_apart() -> None:
    day = Day()
    day.reads("10:00", (1, 2), "nobody", pace=60)
    day.does(clock("10:05"), [3], "listed", "list")
    assert day.suspicious(says("10:00", "10:59", "rule-clients", detector=Detector.CORRELATION)) == {0, 1, 2}


def test_a_client_of_whom_nothing_is_known_yet_is_not_explained() -> None:
    day = Day()
    unknown = day.reads("10:00", range(0, 400, 10), "untold") + day.reads("10:02", (999, 1999), "too_early")
    day.reads("10:05", (5,), "dealt_before")
    assert day.suspicious(says("10:00", "10:59", "behaviour-strangers")) == set(unknown)


def test_a_second_log_goes_with_the_first_and_what_names_nobody_is_suspicious() -> None:
    day = Day()
    strangers = day.reads("10:00", range(100, 900, 20), "nobody")
    day.reads("10:05", (5,), "dealt_before")
    copy_of_usual = day.does(clock("10:05"), [5], "", "read")
    copy_of_suspicious = day.does(clock("10:00"), [100], "", "read")
    unnamed = day.does(clock("10:06"), [], "", "export")
    by_others = day.does(clock("10:07"), [5], "dealt_before", **{"actor.id": "user:boris"})
    found = day.suspicious(says("10:00", "10:59", "behaviour-strangers"))
    assert found == {*strangers, copy_of_suspicious, unnamed, by_others}
    assert copy_of_usual not in found


def test_what_only_adds_points_does_not_widen_what_an_incident_by_itself_is_about() -> None:
    day = Day()
    walked = day.reads("10:00", range(5000, 5030), "neighbour")
    day.reads("09:00", (1, 900, 44), "nobody", pace=60)
    hint = says("09:00", "10:59", "behaviour-combination", risk=35, severity=Severity.MEDIUM)
    assert day.suspicious(says("09:00", "10:59", "behaviour-neighbours"), hint) == set(walked)


@pytest.mark.parametrize(("severity", "widens"), [(Severity.MEDIUM, True), (Severity.LOW, False)])
def test_one_planted_client_does_not_hide_the_hundreds_a_count_beside_it_is_about(
    severity: Severity, widens: bool
) -> None:
    day = Day()
    planted = day.reads("09:00", (104729,), "nobody")
    others = day.reads("09:01", range(0, 900, 3), "nobody")
    canary = says("09:00", "09:00", "rule-requests", detector=Detector.RULE, events=1, evidence=evidence(day, planted))
    count = says("09:00", "10:00", "rule-opened", detector=Detector.CORRELATION, severity=severity)
    assert day.suspicious(canary, count) == {*planted, *(others if widens else ())}


@pytest.mark.parametrize(("severity", "widens"), [(Severity.CRITICAL, True), (Severity.HIGH, False)])
def test_strangers_among_whom_a_planted_client_was_touched_belong_to_it(severity: Severity, widens: bool) -> None:
    day = Day()
    before = day.reads("09:00", range(0, 180, 3), "nobody")
    planted = day.reads("09:40", (104729,), "nobody")
    after = day.reads("09:41", range(300, 480, 3), "nobody")
    day.reads("13:00", range(600, 660), "dealt_before")
    canary = says("09:40", "09:40", "rule-requests", detector=Detector.RULE, events=1, severity=severity)
    canary = replace(canary, evidence=evidence(day, planted))
    assert day.suspicious(canary) == {*planted, *((*before, *after) if widens else ())}


@pytest.mark.parametrize("message", sorted(reason_facets()))
def test_each_thing_behaviour_can_say_has_a_manner(message: str) -> None:
    (manner,) = manners(says("10:00", "10:01", message))
    facet = reason_facets()[message]
    assert (manner is Manner.ALL) == (facet in ("network", "combination"))


def test_one_pace_is_not_parted_and_a_few_acts_are_not_either() -> None:
    steady = np.arange(0, 100, dtype=np.int64) * 60_000_000
    assert fast_part(steady)[0].all()
    assert fast_part(steady[:3])[0].all()
    assert fast_part(steady[:0])[0].size == 0


def test_clients_without_numbers_are_no_walk() -> None:
    nothing = np.full(3, np.nan)
    every = np.ones(3, dtype=np.bool_)
    assert not walk(np.arange(3, dtype=np.int64), nothing, every, every).any()


def test_what_is_done_with_a_card_before_and_after_is_told_as_by_looking_at_each_touch() -> None:
    dice = np.random.default_rng(5)
    for size in (0, 1, 2, 60):
        cards, times = dice.integers(0, 4, size).astype(np.uint64), np.sort(dice.integers(0, 40, size))
        marked = dice.random(size) < 0.3
        order, rows = CardOrder(cards, times), list(zip(cards, times, strict=True))
        acts = [row for row, mark in zip(rows, marked, strict=True) if mark]
        for later in (False, True):
            comes = [any(c == card and later <= t - at <= 5 + later for c, t in acts) for card, at in rows]
            assert order.followed(marked, 5, later=later).tolist() == comes
        since = [any(c == card and t <= at for c, t in acts) for card, at in rows]
        assert order.since(marked).tolist() == since
