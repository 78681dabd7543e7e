"""Planned work: two people agree beforehand, nobody is paged, and a replay says the same."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from detector.detect.behaviour import FACETS
from detector.detect.rules import RuleSet
from detector.errors import ConflictError, InputError, NotFoundError
from detector.resources import shipped
from detector.runtime.expected.expected_kinds import acts, kinds_meant
from detector.runtime.expected.planned_work import PlannedWork, actor_of, exceptions_of
from detector.runtime.replay.log_sources import logs_of
from detector.runtime.replay.plan import ReplayPlan
from detector.runtime.replay.replay import Replay
from detector.schema.case.incidents import CloseReason
from detector.schema.detection.alerts import Alert, AlertStatus
from detector.schema.detection.work_exceptions import ExceptionState, ExpectedKinds, WorkException
from detector.settings import Settings
from detector.settings.loading.load_settings import load_settings
from tests.runtime.places import BULK_READ, CANARY, NIGHT
from tests.scenarios.story import Story

PLANTED = 104729


def work(night: Story) -> PlannedWork:
    return PlannedWork(night.app.store, night.app.settings, night.clock)


def asks(night: Story, *, until: datetime | None = None, reviewed_by: str = "lev", **changes: Any) -> WorkException:
    given = {"by": "boris", "reason": "yearly letter"} | changes
    meant = kinds_meant(BULK_READ, night.app.parts.ruleset)
    asked = work(night).ask("user:robot", BULK_READ, meant, until=until or NIGHT + timedelta(hours=3), **given)
    return work(night).review(asked.id, by=reviewed_by) if reviewed_by else asked


def muted(night: Story) -> list[Alert]:
    with night.app.store.read() as unit:
        return [each for each in unit.incidents.open_alerts("user:robot") if each.status is AlertStatus.MUTED]


def replayed(night: Story, folder: Path, *, expected: bool) -> list[dict[str, Any]]:
    settings = load_settings(night.config_path)
    exceptions = exceptions_of(settings) if expected else ()
    Replay(ReplayPlan(settings=settings, logs=logs_of(settings, ()), out=folder, exceptions=exceptions)).run()
    return [json.loads(line) for line in (folder / "incidents.jsonl").read_text().splitlines()]


def test_planned_work_pages_nobody_ends_by_itself_and_a_replay_with_it_says_the_same(
    story: Callable[..., Story], tmp_path: Path
) -> None:
    night = story()
    asked = asks(night)
    night.at("03:10").reads(150, by="robot").want([])
    assert night.cases == []
    (alert,) = muted(night)
    assert alert.exception_id == asked.id
    (seen,) = work(night).work()
    assert (seen.state, seen.findings, seen.clients) == (ExceptionState.RUNNING, 1, 150)

    night.restart()
    night.at("06:10").want([])
    (ended,) = work(night).work()
    assert (ended.state, ended.exception.told) == (ExceptionState.ENDED, True)
    night.reads(150, by="robot", first=30_000).want(["anna"])
    live = {each.id for each in night.cases}
    night.stop()
    assert {each["id"] for each in replayed(night, tmp_path / "with", expected=True)} == live
    (without,) = replayed(night, tmp_path / "without", expected=False)
    assert without["id"] not in live, "it begins at three"
    alerts = [json.loads(line) for line in (tmp_path / "with" / "alerts.jsonl").read_text().splitlines()]
    (told,) = [each["expected"] for each in alerts if each["expected"]]
    assert (told["by"], told["reviewed_by"], told["reason"]) == ("boris", "lev", "yearly letter")
    night.start()


def test_a_planted_client_is_never_expected(story: Callable[..., Story]) -> None:
    night = story()
    meant = ExpectedKinds(rules=(BULK_READ, CANARY))  # however it came there
    until = NIGHT + timedelta(hours=3)
    asked = work(night).ask("user:robot", "all", meant, until=until, by="boris", reason="r")
    work(night).review(asked.id, by="lev")
    night.at("04:10").touches(PLANTED, by="robot").want(["anna"])


def test_nothing_is_covered_before_another_person_agreed(story: Callable[..., Story]) -> None:
    night = story()
    asked = asks(night, reviewed_by="")
    night.at("03:10").reads(150, by="robot").want(["anna"])
    night.answers("anna")
    with pytest.raises(ConflictError, match="cannot review what boris asks for"):
        work(night).review(asked.id[:6], by="boris")
    night.closes("anna", CloseReason.AUTHORISED, "the letter")
    done = work(night).review(asked.id[:6], by="lev")
    assert done.span == (night.now, NIGHT + timedelta(hours=3))
    night.at("04:30").reads(150, by="robot", first=30_000).want([])
    work(night).end(asked.id, by="anna")
    night.at("05:45").reads(150, by="robot", first=50_000).want(["anna"])
    with pytest.raises(ConflictError, match="has ended"):
        work(night).end(asked.id, by="anna")
    with pytest.raises(NotFoundError, match="no exception begins"):
        work(night).end("ffff", by="anna")


def test_nobody_expects_or_reviews_what_an_account_of_theirs_does(story: Callable[..., Story]) -> None:
    night = story()
    meant, until = ExpectedKinds(rules=(BULK_READ,)), NIGHT + timedelta(hours=3)
    with pytest.raises(ConflictError, match="boris cannot decide what is expected of user:boris"):
        work(night).ask("user:boris", "x", meant, until=until, by="boris", reason="r")
    asked = work(night).ask("user:boris", "x", meant, until=until, by="lev", reason="r")
    with pytest.raises(ConflictError, match="boris cannot decide what is expected of user:boris"):
        work(night).review(asked.id, by="boris")
    work(night).end(asked.id, by="lev")
    # An account that turns out later to be the reviewer's: the exception is in force no more.
    asks(night)
    team = night.app.settings.team.model_dump()
    team["people"][2]["accounts"] = ["user:lev", "user:robot"]
    night.edit(team={"people": team["people"], "roles": team["roles"]})
    night.at("03:05").reads(150, by="robot").want(["anna"])


def test_a_suspect_of_an_open_incident_decides_nothing_about_who_stands_in_it(story: Callable[..., Story]) -> None:
    night = story()
    night.at("03:05").reads(150, by="boris", address="198.51.100.9").want(["anna"])
    assert night.incident.actor_id == "user:boris"
    meant, until = ExpectedKinds(rules=(BULK_READ,)), NIGHT + timedelta(hours=3)
    with pytest.raises(ConflictError, match="boris cannot decide"):
        work(night).ask("user:boris", "x", meant, until=until, by="boris", reason="r")


def test_what_a_suspect_expects_of_anybody_covers_nothing_while_the_incident_is_open(
    story: Callable[..., Story],
) -> None:
    night = story()
    asks(night)
    night.at("03:05").reads(150, by="boris", address="198.51.100.9").want(["anna"])
    night.answers("anna")
    night.at("03:15").reads(150, by="robot", first=30_000).want(["anna"], about=night.about("user:robot"))


def test_who_shares_an_account_is_no_second_person_and_decides_nothing_about_the_other(
    story: Callable[..., Story],
) -> None:
    night = story()
    team = night.app.settings.team.model_dump()
    for each in team["people"][1:3]:
        each["accounts"] = [*each["accounts"], "user:desk"]
    night.edit(team={"people": team["people"], "roles": team["roles"]}).later(minutes=1)
    meant, until = ExpectedKinds(rules=(BULK_READ,)), NIGHT + timedelta(hours=3)
    with pytest.raises(ConflictError, match="lev cannot decide what is expected of user:boris"):
        work(night).ask("user:boris", "x", meant, until=until, by="lev", reason="r")
    with pytest.raises(ConflictError, match="lev is no second person for what boris asks for"):
        asks(night)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"until": NIGHT - timedelta(hours=1)}, "is over"),
        ({"until": NIGHT + timedelta(days=32)}, "31 days at most"),
        ({"reason": " "}, "the reason is missing"),
    ],
)
def test_an_exception_has_an_end_that_is_near_and_a_reason(
    story: Callable[..., Story], changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(InputError, match=says):
        asks(story(), **changes)


def test_a_word_means_rules_and_facets_and_no_planted_client(story: Callable[..., Story]) -> None:
    rules = story().app.parts.ruleset
    assert kinds_meant("relation", rules) == ExpectedKinds(facets=("relation",))
    assert kinds_meant("behaviour:export", rules) == ExpectedKinds(facets=("export",))
    assert kinds_meant("export", rules).facets == ("export",)
    assert kinds_meant("One actor reads more than a hundred clients in an hour", rules) == ExpectedKinds(
        rules=(BULK_READ,)
    )
    with pytest.raises(InputError, match="planted clients"):
        kinds_meant(CANARY, rules)
    with pytest.raises(InputError, match="no rule, facet or kind of act"):
        kinds_meant("everything", rules)


def test_every_kind_of_act_means_shipped_rules_that_exist_and_none_about_planted_clients() -> None:
    rules = RuleSet.load([shipped("rules")])
    for name, act in acts().items():
        meant = kinds_meant(name, rules)
        assert meant.rules, name
        assert set(act.facets) <= set(FACETS)
        assert rules.reading("nabat.canary").isdisjoint(meant.rules)
        for pattern in act.rules:
            assert list(shipped("rules").glob(f"{pattern}.yml")), pattern
    assert rules.reading("nabat.canary")


def test_an_actor_is_one_account_address_or_machine() -> None:
    settings = Settings()
    assert actor_of(settings, "Anna") == actor_of(settings, "user:anna") == "user:anna"
    assert actor_of(settings, "ip:192.0.2.7") == actor_of(settings, "ip:192.0.2.7/32") == "ip:192.0.2.7"
    assert actor_of(settings, "ip:::ffff:192.0.2.7") == "ip:192.0.2.7"
    for spelt in ("ip:2001:DB8:77:1::5", "ip:[2001:db8:77:1::5]", "ip:2001:db8:77:1::/64", "ip:2001:db8:77:1::5/128"):
        assert actor_of(settings, spelt) == "ip:2001:db8:77:1::/64", "as events have it"
    assert actor_of(settings, "host:db1") == "host:db1"
    for nobody in ("user:*", "ip:elsewhere", "ip:192.0.2.0/24", "ip:2001:db8::/48", "session:4f", "", "host:"):
        with pytest.raises(InputError):
            actor_of(settings, nobody)
