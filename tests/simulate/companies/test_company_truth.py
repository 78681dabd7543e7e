"""The truth of a company: its lines are lines of the logs, about those clients, by those actors."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import combinations, pairwise

import pytest

from detector.simulate.companies import LEAK_KINDS, ODDITY_KINDS, SHAPES, WORLDS
from detector.simulate.companies.business import Business
from detector.simulate.companies.scenes import plan_scenes
from tests.simulate.companies.reading import Run

pytestmark = pytest.mark.share(3)

STRENGTHS = {"loud", "medium", "quiet"}
CLOCK = timedelta(seconds=2)  # The log's clock goes a little wrong, and the web log has whole seconds.


def test_the_clients_of_a_scene_are_those_its_lines_name(runs: list[Run]) -> None:
    for run in runs:
        for scene in run.scenes:
            taking = list(run.of(scene, "taking_lines"))
            named = {client for line in taking for client in line.ids}
            assert named == set(scene["named_ids"]), scene["id"]
            assert named <= set(scene["subject_ids"])
            assert scene["subjects"] == len(set(scene["subject_ids"]))
            assert all(line.ok for line in taking)


def test_the_lines_of_a_scene_are_its_actors_and_of_its_time(runs: list[Run]) -> None:
    for run in runs:
        for scene in run.scenes:
            lines = list(run.of(scene))
            named = {actor.removeprefix("user:") for actor in scene["actors"] if actor.startswith("user:")}
            assert {line.account for line in lines} <= named | {""}
            assert {line.ip for line in lines if line.log == "web"} <= set(scene["source_ips"])
            first, last = (datetime.fromisoformat(scene[key]) for key in ("first_event_at", "last_event_at"))
            assert all(first - CLOCK <= line.when <= last + CLOCK for line in lines)


def test_the_first_theft_is_that_of_the_first_line_that_took_something(runs: list[Run]) -> None:
    for run in runs:
        for leak in run.truth["leaks"]:
            taking = [line.when for line in run.of(leak, "taking_lines")]
            assert abs(min(taking) - datetime.fromisoformat(leak["first_taken_at"])) <= CLOCK
            assert leak["subjects"] > 0


def test_every_kind_of_leak_has_every_strength_over_the_seeds(runs: list[Run]) -> None:
    seen = {(leak["kind"], leak["strength"]) for run in runs for leak in run.truth["leaks"]}
    assert {kind for kind, _ in seen} == set(LEAK_KINDS)
    missing = {(kind, strength) for kind in LEAK_KINDS for strength in STRENGTHS} - seen
    assert len(missing) <= 6, missing
    each = Counter(leak["strength"] for run in runs for leak in run.truth["leaks"])
    assert max(each.values()) - min(each.values()) <= 6


def test_honest_oddities_are_twice_the_leaks_and_of_every_kind(runs: list[Run]) -> None:
    for run in runs:
        assert len(run.truth["leaks"]) >= 16
        assert len(run.truth["oddities"]) >= 1.8 * len(run.truth["leaks"])
    assert {odd["kind"] for run in runs for odd in run.truth["oddities"]} == set(ODDITY_KINDS)


def test_leaks_from_the_own_book_and_from_strangers_both_happen(runs: list[Run]) -> None:
    able = {kind for kind, what in LEAK_KINDS.items() if what.own} - {"own_book_leaver", "stolen_session"}
    shares = [leak["own_share"] for run in runs for leak in run.truth["leaks"] if leak["kind"] in able]
    own, strange = sum(share > 0.9 for share in shares), sum(share < 0.2 for share in shares)
    assert own + strange == len(shares)
    assert abs(own - strange) <= 0.4 * len(shares)
    assert all(
        leak["own_share"] > 0.9 for run in runs for leak in run.truth["leaks"] if leak["kind"] == "own_book_leaver"
    )


def test_a_loud_leak_is_larger_or_faster_than_a_quiet_one(runs: list[Run]) -> None:
    def pace(run: Run, leak: dict[str, str]) -> float:
        times = sorted(line.when for line in run.of(leak, "taking_lines") if line.log == "web")
        gaps = sorted((b - a).total_seconds() for a, b in pairwise(times))
        return gaps[len(gaps) // 2] if gaps else 0.0

    found = {
        strength: sorted(
            pace(run, leak)
            for run in runs
            for leak in run.truth["leaks"]
            if leak["strength"] == strength and leak["kind"] in ("bulk_reader", "sequential_ids", "document_harvest")
        )
        for strength in STRENGTHS
    }
    assert found["loud"][-1] < found["quiet"][0]


def test_who_leaks_is_in_no_other_scene_but_a_second_leak_and_an_errand(runs: list[Run]) -> None:
    for run in runs:
        for one, two in combinations(run.truth["leaks"], 2):
            if set(one["actors"]) & set(two["actors"]):
                assert two is run.truth["leaks"][-1] or "user:abs_web" in one["actors"]
        leaking = {actor for leak in run.truth["leaks"] for actor in leak["actors"]}
        assert {odd["kind"] for odd in run.truth["oddities"] if leaking & set(odd["actors"]) - {"user:abs_web"}} <= {
            "busy_errand"
        }


def test_the_hard_world_has_a_leak_in_the_training_days_and_entangled_actors(fortnight: Run) -> None:
    leaks = fortnight.truth["leaks"]
    start = datetime.fromisoformat(fortnight.truth["parameters"]["start"])
    early = [
        leak for leak in leaks if datetime.fromisoformat(leak["first_event_at"][:10]) < start + timedelta(days=3.5)
    ]
    assert early
    actors = Counter(leak["actor"] for leak in leaks)
    assert max(actors.values()) == 2
    errands = [odd for odd in fortnight.truth["oddities"] if odd["kind"] == "busy_errand"]
    days = {(leak["actor"], leak["first_event_at"][:10]) for leak in leaks}
    assert any((odd["actor"], odd["first_event_at"][:10]) in days for odd in errands)


def test_watched_clients_are_among_the_stolen_of_a_snooper(runs: list[Run]) -> None:
    for run in runs:
        watched = {row["client_id"] for row in run.table("watched.csv")}
        assert {row["reason"] for row in run.table("watched.csv")} == {"staff", "vip", "litigant"}
        for leak in run.truth["leaks"]:
            if leak["kind"] == "watched_snooping":
                assert set(leak["subject_ids"]) <= watched


def test_the_lines_written_by_each_midnight_are_of_the_days_before(runs: list[Run]) -> None:
    held = timedelta(minutes=10)  # A server's lines come minutes late at times.
    for run in runs:
        asked = run.truth["parameters"]
        start = datetime.fromisoformat(asked["start"] + "T00:00:00+00:00")
        for file, written in asked["lines_by_midnight"].items():
            assert written[-1] == asked["lines"][file]
            for day, count in enumerate(written, 1):
                midnight = start + timedelta(days=day)
                assert all(line.when < midnight + CLOCK for line in run.lines[file][:count])
                assert all(line.when >= midnight - held for line in run.lines[file][count:])


def test_a_shift_too_short_for_a_leak_and_an_errand_has_no_errand() -> None:
    begins = 1_772_409_600  # 2 March 2026
    business = Business(SHAPES["bank"], WORLDS["hard"], 730_112, begins, 28, 40, ("audit",))

    scenes = plan_scenes(business, 16)

    assert sum(scene.leak for scene in scenes) == 16
