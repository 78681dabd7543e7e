"""Nights on which not everything may ring: silences, inhibitions, exceptions, storms, false alarms."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from detector.errors import ConflictError, DeniedError
from detector.group import LabelMatcher, Mute
from detector.runtime.incidents.console import PersonalConsole
from detector.schema.case.incidents import STORM_MATTER, CloseReason, IncidentKind, IncidentStatus
from detector.schema.detection.alerts import Alert, AlertStatus, MutedBy
from detector.schema.detection.mute_orders import OrderState
from tests.fakes.people import me
from tests.runtime.places import BULK_READ, CANARY, NIGHT, plan
from tests.scenarios.story import Story

PLANTED = 104729


def plan_records() -> dict[str, Any]:
    """Return the record map of the tests' company."""
    records: dict[str, Any] = plan(Path("unused"))["records"]
    return records


def order(by: MutedBy, reason: str, until: datetime | None = None, **labels: str) -> Mute:
    matchers = tuple(LabelMatcher(label, value) for label, value in labels.items())
    return Mute(id=reason, by=by, matchers=matchers, reason=reason, until=until)


def alerts(night: Story, actor: str) -> list[Alert]:
    """Return what is recorded of somebody, muted or not, the earliest first."""
    with night.app.store.read() as unit:
        return sorted(unit.incidents.open_alerts(actor), key=lambda alert: alert.opened_at)


def test_a_silence_keeps_what_it_names_quiet_until_its_end_and_nothing_else(story: Callable[..., Story]) -> None:
    night = story()
    reason, end = "lev: mallory copies the register for the audit until six", NIGHT + timedelta(hours=3)
    night.orders(order(MutedBy.SILENCE, reason, end, actor="user:mallory", rule=BULK_READ))
    night.reads(150, by="mallory").want([])
    assert night.cases == []
    (muted,) = alerts(night, "user:mallory")
    assert (muted.status, muted.muted_by) == (AlertStatus.MUTED, MutedBy.SILENCE)

    night.at("04:00").touches(PLANTED, by="mallory").want(["anna"])  # another rule
    night.answers("anna")
    night.at("05:00").reads(150, by="trent").want(["anna"])  # somebody else
    night.answers("anna", night.about("user:trent"))


def test_what_a_silence_hid_and_what_goes_on_after_its_end_pages(story: Callable[..., Story]) -> None:
    night = story()
    end = NIGHT + timedelta(minutes=30)
    night.orders(order(MutedBy.SILENCE, "lev: a copy for the audit", end, actor="user:mallory"))
    night.at("03:20").reads(150, by="mallory").want([])
    night.at("03:35").reads(150, by="mallory", first=20_000).want(["anna"])  # the same hour, the same finding
    assert night.console.scope(night.incident.number)[1].subjects == 300
    night.later(minutes=5).want(["boris"])


def test_an_inhibition_holds_back_the_lesser_while_the_greater_is_open(story: Callable[..., Story]) -> None:
    night = story()
    inhibition = order(MutedBy.INHIBITION, "a planted client says it all", actor="*", rule=BULK_READ)
    night.orders(replace(inhibition, source=(LabelMatcher("rule", CANARY),)))
    night.reads(150, by="trent").want(["anna"])  # nothing greater is open about trent
    night.answers("anna")
    night.touches(PLANTED, by="mallory").want(["anna"])
    night.reads(150, by="mallory").want([])


def test_a_storm_is_one_case_that_counts_on_and_hides_no_theft(story: Callable[..., Story]) -> None:
    night = story(group={"storm_count": 5})
    for n in range(5):
        night.touches(PLANTED, by=f"clerk{n}", address=f"198.51.100.{n}")
    night.want(["anna"])
    assert len(night.cases) == 5
    for n in range(5, 9):
        night.touches(PLANTED, by=f"clerk{n}", address=f"198.51.100.{n}")
    storm = night.cases[0]
    assert (len(night.cases), storm.matter) == (6, STORM_MATTER)
    assert set(storm.related_actors) == {f"user:clerk{n}" for n in range(5, 9)}
    assert night.console.scope(storm.number)[1].events == 4
    night.want(["anna"], about=storm)

    night.answers("boris", storm)
    night.touches(PLANTED, by="clerk9", address="198.51.100.9").want(["anna"], about=storm)
    night.answers("boris", storm)
    night.touches(PLANTED, by="clerk10", address="198.51.100.10").want([], about=storm)  # ten minutes are not over
    night.reads(150, by="mallory").want(["anna"], about=night.about("user:mallory"))
    night.at("03:21").want(["anna"], about=storm)


def test_after_a_false_alarm_an_exception_covers_what_was_found_to_be_right_until_it_is_reviewed(
    story: Callable[..., Story],
) -> None:
    night = story()
    night.reads(150, by="robot").want(["anna"])
    night.answers("anna")
    night.closes("anna", CloseReason.FALSE_POSITIVE, "the yearly letter to every client")
    review = NIGHT + timedelta(days=7)
    night.orders(order(MutedBy.EXCEPTION, "the yearly letter", review, actor="user:robot", rule=BULK_READ))

    night.at("Wed 03:00").reads(600, by="robot").want([])
    night.at("Fri 03:00").touches(PLANTED, by="robot").want(["anna"])  # a letter has no business with a planted client
    night.closes("anna", CloseReason.AUTHORISED, "it stood on the list", night.about("user:robot"))
    assert {each.status for each in night.cases} == {IncidentStatus.CLOSED}

    night.at("Tue 03:00").reads(600, by="robot").want(["anna"])
    assert night.about("user:robot").kind is IncidentKind.LEAK


# Of a hundred people with such data a finding is critical.
SPECIAL = {"data_classes": {"contact": {"confidentiality": "special", "title": "health"}}}


def of(night: Story, person: str) -> PersonalConsole:
    return PersonalConsole(night.console, me(person))


def noticed(night: Story) -> list[tuple[str, str]]:
    """Return whom was told what of silences."""
    with night.app.store.read() as unit:
        found = [each for each in unit.outbox.messages("") if "silence" in each.title]
    return [(each.person, each.title) for each in sorted(found, key=lambda each: each.created_at)]


def test_a_persons_silence_counts_at_once_ends_by_itself_and_its_owner_is_told(story: Callable[..., Story]) -> None:
    night = story()
    end = NIGHT + timedelta(hours=3)
    made = of(night, "lev").add_silence([f"rule={BULK_READ}", "service=crm"], until=end, reason="move, change 88")
    night.reads(150, by="mallory").want([])
    (muted,) = alerts(night, "user:mallory")
    assert (muted.muted_by, muted.exception_id) == (MutedBy.SILENCE, made.id)
    (listed,) = of(night, "anna").silences()
    assert (listed.state, listed.findings) == (OrderState.RUNNING, 1)
    (owed,) = of(night, "anna").agenda()
    assert (owed.incident, owed.owner, owed.item.due_at) == (None, "lev", end)

    night.at("05:01")
    assert noticed(night) == [("lev", f"Your silence {made.id[:8]} ends soon")]
    night.restart()  # what lies in the database is in force after a start, and nobody is told twice
    night.at("05:30").reads(150, by="trent").want([])
    night.at("06:01").reads(150, by="mallory", first=20_000).want(["anna"])
    assert noticed(night)[1:] == [("lev", f"Your silence {made.id[:8]} has ended")]
    assert of(night, "anna").silences()[0].state is OrderState.ENDED


def test_what_is_critical_and_about_clients_pages_until_a_second_person_agrees_and_again_when_it_is_ended(
    story: Callable[..., Story],
) -> None:
    night = story(records=plan_records() | SPECIAL)
    end = NIGHT + timedelta(days=1)
    made = of(night, "lev").add_silence(["service=crm"], until=end, reason="load test")
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    with pytest.raises(ConflictError, match="lev is no second person"):
        of(night, "lev").confirm_silence(made.id[:8])
    of(night, "anna").confirm_silence(made.id[:8])
    night.at("04:00").reads(150, by="trent").want([])
    night.touches(PLANTED, by="oscar").want(["anna"])
    of(night, "boris").end_silence(made.id[:8])
    night.at("05:30").reads(150, by="walter").want(["anna"], about=night.about("user:walter"))


def test_one_persons_word_covers_five_actors_by_all_her_silences_also_when_a_second_word_turns_out_to_be_none(
    story: Callable[..., Story],
) -> None:
    night = story()
    end = NIGHT + timedelta(days=1)
    made, _ = (of(night, "lev").add_silence(["service=crm"], until=end, reason="load test") for _ in range(2))
    of(night, "boris").confirm_silence(made.id)
    for number in range(5):
        first, address = 20_000 * number + 1_000, f"203.0.113.{20 + number}"
        night.later(minutes=5).reads(150, by=f"clerk{number}", first=first, address=address).want([])
    night.touches(PLANTED, by="boris").want(["anna"])
    night.answers("anna")
    night.later(minutes=5).reads(150, by="walter", first=200_000).want(["anna"], about=night.about("user:walter"))
    for each in of(night, "lev").silences():
        of(night, "lev").end_silence(each.order.id)
    of(night, "lev").add_silence(["service=crm"], until=end, reason="load test, second part")
    night.later(minutes=5).reads(150, by="trent", first=300_000).want(["anna"], about=night.about("user:trent"))


def test_a_person_silences_nothing_about_an_account_of_hers_and_a_suspect_nothing_at_all(
    story: Callable[..., Story],
) -> None:
    night = story()
    end = NIGHT + timedelta(days=1)
    with pytest.raises(ConflictError, match="an account of theirs"):
        of(night, "boris").add_silence(["actor=user:boris"], until=end, reason="nothing to see")
    night.console.mutes.add([f"rule={BULK_READ}"], until=end, by=me("boris"), reason="noise")
    night.reads(150, by="mallory").want([])
    night.at("03:20").reads(150, by="boris").want(["anna"])
    for act in (
        lambda: of(night, "boris").add_silence([f"rule={CANARY}"], until=end, reason="noise"),
        lambda: of(night, "boris").confirm_silence("0"),
        lambda: of(night, "boris").end_silence("0"),
    ):
        with pytest.raises(DeniedError, match="boris may not do this"):
            act()
    night.at("04:30").reads(150, by="trent").want(["anna"], about=night.about("user:trent"))


def test_the_silence_of_somebody_who_left_the_team_covers_nothing_any_more(story: Callable[..., Story]) -> None:
    night = story()
    team = night.app.settings.team.model_dump(mode="json")
    end = NIGHT + timedelta(days=20)
    for reason in ("load test", "move"):
        of(night, "dina").add_silence(["service=crm"], until=end, reason=reason)
    of(night, "boris").confirm_silence(of(night, "boris").silences()[0].order.id)
    of(night, "boris").add_silence([f"rule={BULK_READ}"], until=end, reason="noise")
    night.reads(150, by="mallory").want([])
    people = [each for each in team["people"] if each["name"] != "dina"]
    night.edit(team={"people": people, "roles": {"soc": ["anna", "boris"], "lead": ["lev"], "dpo": ["lev"]}})
    night.later(minutes=5)
    assert sorted(each.state for each in of(night, "lev").silences()) == ["ended", "ended", "running"]
    of(night, "lev").end_silence(next(e.order.id for e in of(night, "lev").silences() if e.order.made_by == "boris"))
    night.later(minutes=5).reads(150, by="dina", first=50_000).want(["anna"], about=night.about("user:dina"))
