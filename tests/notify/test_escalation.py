from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from detector.notify.delivery.apprise_target import DeliveryOutcome
from detector.notify.delivery.retry import after_try
from detector.notify.escalation import PageContent, plan
from detector.notify.ladder import Gap, GapReason, ladder_gaps
from detector.schema.case.incidents import BY_HAND, IncidentKind, IncidentStatus
from detector.schema.levels import Severity
from detector.schema.team.delivery import Message, MessageKind, MessageStatus
from detector.settings import Settings
from tests.notify.conftest import LINKS, NIGHT, STEPS, make_incident, make_settings, people

CONTENT = PageContent(steps=lambda: STEPS)
PAGE, INFO, FAILED_NOTE = MessageKind.PAGE, MessageKind.INFO, MessageKind.DELIVERY_FAILED
ALL = ["anna", "boris", "dina", "lev", "olga", "karl"]


class Paper:
    """The outbox as a list, for stories that only ask who is told: every page arrives unless told otherwise."""

    def __init__(self, settings: Settings | None = None, **incident: object) -> None:
        self.settings = settings or make_settings()
        self.incident = make_incident(**incident)
        self.sent: dict[str, Message] = {}
        self.gaps: tuple[Gap, ...] = ()

    def at(self, minutes: float, *, fails: tuple[str, ...] = (), waits: bool = False) -> list[Message]:
        now = NIGHT + timedelta(minutes=minutes)
        made = plan(self.incident, list(self.sent.values()), self.settings, now, LINKS, CONTENT)
        self.gaps = made.gaps
        for message in (*made.cancelled, *made.messages):
            if message.status is MessageStatus.PENDING and not waits:
                status = MessageStatus.FAILED if message.person in fails else MessageStatus.SENT
                self.sent[message.id] = replace(message, status=status, sent_at=now)
            else:
                self.sent[message.id] = message
        return list(made.messages)

    def again(self, minutes: float) -> datetime | None:
        now = NIGHT + timedelta(minutes=minutes)
        return plan(self.incident, list(self.sent.values()), self.settings, now, LINKS, CONTENT).again

    def deliver(self, minutes: float) -> None:
        now = NIGHT + timedelta(minutes=minutes)
        pending = [m for m in self.sent.values() if m.status is MessageStatus.PENDING]
        self.sent |= {m.id: replace(m, status=MessageStatus.SENT, sent_at=now) for m in pending}


def test_the_ladder_climbs_until_everybody_and_then_repeats() -> None:
    story = Paper()
    told = {minute: people(story.at(minute)) for minute in (0, 1, 5, 6, 15, 29, 30, 31, 59, 60, 61, 90)}
    assert told == {
        0: ["anna"], 1: [], 5: ["boris"], 6: [], 15: ["lev"], 29: [],
        30: ALL, 31: [], 59: [], 60: ALL, 61: [], 90: ALL,
    }  # fmt: skip


def test_planning_twice_adds_nothing() -> None:
    story = Paper()
    assert story.at(30)
    assert story.at(30) == []


@pytest.mark.parametrize(("actor", "told"), [("user:karl", ["boris", "dina", "lev", "olga"]), ("user:mallory", [])])
def test_who_opens_one_about_a_colleague_and_has_it_is_not_the_only_one_who_knows(actor: str, told: list[str]) -> None:
    story = Paper(matter=BY_HAND, actor_id=actor, related_actors=())
    assert people(story.at(0)) == ["anna"], "on call is who opened it"
    story.incident = replace(story.incident, acknowledged_at=NIGHT, acknowledged_by="anna")
    assert people(story.at(1)) == told
    assert story.at(2) == [], "once"


def test_an_incident_below_the_least_severity_pages_nobody() -> None:
    assert Paper(severity=Severity.LOW).at(60) == []
    assert people(Paper(make_settings(min_severity="low"), severity=Severity.LOW).at(0)) == ["anna"]


@pytest.mark.parametrize("status", [IncidentStatus.RESOLVED, IncidentStatus.CLOSED])
def test_an_incident_that_is_over_pages_nobody_and_withdraws_what_waits(status: IncidentStatus) -> None:
    story = Paper()
    story.at(0, waits=True)
    story.incident = replace(story.incident, status=status)
    assert story.at(5) == []
    assert [m.status for m in story.sent.values()] == [MessageStatus.CANCELLED]


def test_after_a_pause_everybody_due_is_told_once_and_not_five_times() -> None:
    story = Paper()
    assert people(story.at(200)) == ALL
    assert story.at(201) == []


def test_after_a_pause_before_the_last_rung_each_missed_rung_is_caught_up() -> None:
    story = Paper()
    assert people(story.at(16)) == ["anna", "boris", "lev"]
    assert [(m.rung, m.due_at) for m in story.sent.values()] == [
        (0, NIGHT), (1, NIGHT + timedelta(minutes=5)), (2, NIGHT + timedelta(minutes=15))
    ]  # fmt: skip


def test_a_page_still_being_tried_is_not_overtaken_by_the_next_one() -> None:
    story = Paper()
    story.at(0, waits=True)
    assert "anna" not in people(story.at(30, waits=True))
    story.deliver(31)
    assert story.at(32) == []
    assert people(story.at(60)) == ALL


def test_the_primary_is_not_paged_about_herself_and_the_next_in_line_takes_the_place() -> None:
    story = Paper(actor_id="user:anna")
    told = {minute: people(story.at(minute)) for minute in (0, 5, 15, 30)}
    assert told == {0: ["boris"], 5: ["dina"], 15: ["lev"], 30: [name for name in ALL if name != "anna"]}
    assert story.gaps == ()


def test_a_related_actor_is_not_paged_either_and_a_waiting_page_to_her_is_withdrawn() -> None:
    story = Paper()
    story.at(0, waits=True)
    story.incident = replace(story.incident, related_actors=("user:anna",))
    assert people(story.at(1)) == ["boris"]
    assert {m.person: m.status for m in story.sent.values()} == {
        "anna": MessageStatus.CANCELLED, "boris": MessageStatus.SENT
    }  # fmt: skip


def test_a_role_held_only_by_the_suspect_is_reported_and_somebody_else_is_paged() -> None:
    story = Paper(make_settings(ladder=[{"after": "0s", "to": ["dpo"]}]), actor_id="user:olga")
    assert people(story.at(0)) == ["dina"]
    assert story.gaps == (Gap(role="dpo", reason=GapReason.ONLY_SUSPECT),)


def test_a_role_without_a_holder_is_reported_and_somebody_else_is_paged() -> None:
    configured = make_settings(roles={"lead": ["lev"]})
    story = Paper(configured)
    assert people(story.at(0)) == ["lev"]
    assert story.gaps == (Gap(role="soc", reason=GapReason.NO_HOLDER),)
    assert ladder_gaps(configured, NIGHT) == (
        Gap(role="soc", reason=GapReason.NO_HOLDER), Gap(role="dep", reason=GapReason.NO_HOLDER)
    )  # fmt: skip


def test_a_team_of_one_who_is_the_suspect_reaches_nobody_and_says_so() -> None:
    accounts = ["user:mallory"]
    everyone = {name: {"accounts": accounts} for name in ALL}
    story = Paper(make_settings(people=everyone), actor_id="user:mallory")
    assert story.at(60) == []
    assert Gap(role="primary", reason=GapReason.NOBODY) in story.gaps


def test_when_no_target_of_the_primary_works_the_next_rung_comes_at_once() -> None:
    story = Paper()
    story.at(0, fails=("anna",))
    said = story.at(2)
    assert [(m.kind, m.person) for m in said] == [(PAGE, "boris"), (FAILED_NOTE, "dina")]
    assert "Anna" in said[1].body
    assert Gap(role="soc", reason=GapReason.UNDELIVERABLE, person="anna") in story.gaps
    assert [m.person for m in story.at(5) if m.kind is PAGE] == []


def test_a_failure_is_told_once_to_each_who_can_be_reached() -> None:
    story = Paper()
    for minute in (0, 2, 5, 15, 30, 60, 90):
        story.at(minute, fails=("anna",))
    notes = [m.person for m in story.sent.values() if m.kind is FAILED_NOTE and m.rung == 0]
    assert len(notes) == len(set(notes))
    assert "anna" not in notes


def test_when_nobody_can_be_reached_everybody_is_tried_and_tried_again() -> None:
    story = Paper()
    tried = [people([m for m in story.at(minute, fails=tuple(ALL)) if m.kind is PAGE]) for minute in range(6)]
    assert tried == [["anna"], ["boris"], ["lev"], ALL, [], []]
    assert [m.person for m in story.at(60, fails=tuple(ALL)) if m.kind is PAGE] == ALL


def test_an_acknowledgement_stops_the_pages_and_the_others_learn_who_has_it() -> None:
    story = Paper()
    story.at(0)
    story.at(5)
    story.incident = replace(
        story.incident, acknowledged_at=NIGHT + timedelta(minutes=6), acknowledged_by="boris",
        status=IncidentStatus.IN_PROGRESS,
    )  # fmt: skip
    said = story.at(6)
    assert [(m.kind, m.person) for m in said] == [(INFO, "anna")]
    assert "Boris has it" in said[0].title
    assert story.at(600) == []


def test_the_next_moment_to_plan_is_the_next_rung_and_then_each_repeat() -> None:
    story = Paper()
    at = [story.again(m) for m in (0, 5, 29, 30, 59, 60)]
    assert [(moment - NIGHT).total_seconds() / 60 for moment in at if moment] == [5, 15, 30, 60, 60, 90]
    story.incident = replace(story.incident, acknowledged_at=NIGHT)
    assert story.again(61) is None


def test_what_arrived_at_this_very_moment_is_looked_at_again_in_the_next() -> None:
    story = Paper()
    story.at(0, fails=("anna",))
    assert "boris" in people(story.at(0.1, waits=True))
    story.deliver(0.1)
    assert story.again(0.1) == NIGHT + timedelta(minutes=0.1)


@effort(max_examples=60)
@given(
    moments=st.lists(st.floats(min_value=-10, max_value=200), min_size=1, max_size=6),
    later=st.lists(st.floats(min_value=0, max_value=1, exclude_max=True), min_size=1, max_size=4),
    failing=st.lists(st.sampled_from(ALL), max_size=6, unique=True),
    waits=st.booleans(),
)
def test_until_the_next_moment_planning_asks_for_nothing(
    moments: list[float], later: list[float], failing: list[str], waits: bool
) -> None:
    story = Paper()
    for minutes in moments:
        story.at(minutes, fails=tuple(failing), waits=waits)
        story.at(minutes, fails=tuple(failing), waits=waits)
        now = NIGHT + timedelta(minutes=minutes)
        again = story.again(minutes) or now + timedelta(days=2)
        for part in later:
            between = min(now + (again - now) * part, again - timedelta.resolution)
            made = plan(story.incident, list(story.sent.values()), story.settings, between, LINKS, CONTENT)
            assert not (made.messages or made.cancelled) or again == now
            assert made.gaps == story.gaps or again == now


def test_each_message_to_the_same_person_and_place_has_the_same_id_whenever_it_is_planned() -> None:
    early, late = Paper(), Paper()
    assert early.at(0)[0].id == late.at(4)[0].id


_minutes = st.lists(st.floats(min_value=0, max_value=400), min_size=1, max_size=12).map(sorted)


@effort(max_examples=60)
@given(
    moments=_minutes,
    suspects=st.lists(st.sampled_from(ALL), max_size=3, unique=True),
    dead=st.lists(st.sampled_from(ALL), max_size=6, unique=True),
    acknowledged=st.integers(min_value=0, max_value=12),
    slow=st.lists(st.booleans(), min_size=12, max_size=12),
)
def test_whatever_the_times_of_planning(
    moments: list[float], suspects: list[str], dead: list[str], acknowledged: int, slow: list[bool]
) -> None:
    story = Paper(related_actors=tuple(f"user:{name}" for name in suspects))
    ids: list[str] = []
    for number, minute in enumerate(moments):
        if number == acknowledged:
            story.incident = replace(story.incident, acknowledged_at=NIGHT, acknowledged_by="karl")
        said = story.at(minute, fails=tuple(dead), waits=slow[number])
        ids += [m.id for m in said]
        pages = people([m for m in said if m.kind is PAGE])
        assert len(pages) == len(set(pages)), "nobody gets two pages at once"
        assert not pages or number < acknowledged, "nobody is paged after an acknowledgement"
        assert not set(people(said)) & set(suspects), "the suspect is never told"
        between = NIGHT + timedelta(minutes=minute)
        again = plan(story.incident, list(story.sent.values()), story.settings, between, LINKS, CONTENT)
        assert not again.messages or set(dead) & set(people(list(story.sent.values()))), "a plan kept is complete"
    assert len(ids) == len(set(ids)), "no message is decided twice"


def test_the_story_over_the_real_store_is_the_same(story: Callable[..., object]) -> None:
    told = story()
    pages = {minute: people(list(told.at(minute).messages)) for minute in (0, 1, 5)}  # type: ignore[attr-defined]
    assert pages == {0: ["anna"], 1: [], 5: ["boris"]}


def test_when_it_gets_worse_everybody_is_paged_anew_though_somebody_had_it() -> None:
    story = Paper(kind=IncidentKind.ACCOUNT_TAKEOVER)
    first = story.at(0)
    story.incident = replace(story.incident, acknowledged_at=NIGHT + timedelta(minutes=2), acknowledged_by="anna")
    assert story.at(3) == []
    became = NIGHT + timedelta(minutes=10)
    story.incident = replace(
        story.incident, kind=IncidentKind.LEAK, became_at=became, acknowledged_at=None, acknowledged_by=""
    )
    (again,) = story.at(10)
    assert (again.person, again.round, again.rung) == ("anna", 0, 0)
    assert again.id != first[0].id
    assert "IT GOT WORSE: client data" in again.body
    assert "IT GOT WORSE" not in first[0].body
    assert people(story.at(15)) == ["boris"]
    assert story.at(15) == []


def test_when_more_becomes_known_than_who_answered_could_know_everybody_is_paged_anew() -> None:
    story = Paper()
    first = story.at(0)
    story.incident = replace(story.incident, acknowledged_at=NIGHT + timedelta(minutes=2), acknowledged_by="anna")
    assert story.at(3) == []
    called = NIGHT + timedelta(minutes=10)
    story.incident = replace(story.incident, called_at=called, acknowledged_at=None, acknowledged_by="")
    (again,) = story.at(10)
    assert (again.person, again.round, again.rung) == ("anna", 0, 0)
    assert again.id != first[0].id
    assert "PAGED AGAIN" in again.body
    assert story.incident.t0 == NIGHT
    assert people(story.at(15)) == ["boris"]


def test_a_page_about_the_lesser_thing_that_still_waits_is_withdrawn() -> None:
    story = Paper(kind=IncidentKind.WEB_ATTACK)
    story.at(0, waits=True)
    story.incident = replace(story.incident, kind=IncidentKind.LEAK, became_at=NIGHT + timedelta(minutes=1))
    story.at(1)
    assert sorted(m.status for m in story.sent.values()) == [MessageStatus.CANCELLED, MessageStatus.SENT]


@pytest.mark.parametrize("kind", [MessageKind.ROLE_ASKED, MessageKind.ROLE_ENDED, MessageKind.REMINDER])
def test_what_somebody_is_asked_or_reminded_of_after_quiet_hours_outlives_a_new_call(kind: MessageKind) -> None:
    story = Paper()
    (page,) = story.at(0)
    story.sent["asked"] = replace(page, id="asked", kind=kind, person="dina", target="dina")
    assert story.sent["asked"].status is MessageStatus.PENDING
    called = NIGHT + timedelta(minutes=10)
    story.incident = replace(story.incident, called_at=called, acknowledged_at=None, acknowledged_by="")
    assert people(story.at(10)) == ["anna"]
    assert story.sent["asked"].status is MessageStatus.PENDING


ROTA = {"people": ["boris", "anna"], "starts": "2026-02-23", "handover": "09:00"}  # in Moscow; it is Sunday, 3:00 UTC


def test_whoever_is_on_call_is_the_primary_and_the_next_in_turn_the_deputy() -> None:
    story = Paper(make_settings(rota=ROTA))
    assert {minute: people(story.at(minute)) for minute in (0, 5, 15)} == {0: ["boris"], 5: ["anna"], 15: ["lev"]}


def test_whoever_is_away_is_passed_over_on_each_rung_and_the_page_says_so_until_nobody_has_answered() -> None:
    away = [{"person": name, "starts": "2026-03-01", "until": "2026-03-01"} for name in ("boris", "lev")]
    story = Paper(make_settings(rota=ROTA | {"absences": away}))
    (page,) = story.at(0)
    assert page.person == "anna"
    assert "You are called because somebody is away: Boris" in page.body
    assert people(story.at(5)) == ["dina"]
    assert people(story.at(15)) == ["dina"], "in the place of the lead now"
    assert people(story.at(30)) == ["anna", "dina", "olga", "karl"]
    assert people(story.at(60)) == ALL, "then those who are away, too"


def test_where_all_are_away_the_first_is_called_all_the_same() -> None:
    away = [{"person": name, "starts": "2026-03-01", "until": "2026-03-01"} for name in ALL]
    story = Paper(make_settings(rota=ROTA | {"absences": away}))
    assert people(story.at(0)) == ["boris"]


def test_a_suspect_on_call_is_passed_over_and_not_named() -> None:
    (page,) = Paper(make_settings(rota=ROTA), actor_id="user:boris").at(0)
    assert page.person == "anna"
    assert "Boris" not in page.body


def test_what_nobody_has_answered_pages_the_new_one_when_the_rota_turns_and_a_plan_knows_when() -> None:
    story = Paper(make_settings(rota=ROTA | {"people": ["boris", "anna", "dina"], "starts": "2026-02-16"}, roles={
        "soc": ["boris", "anna", "dina", "karl"], "lead": ["lev"]
    }, ladder=[{"after": "0s", "to": ["primary"]}], repeat="100d"))  # fmt: skip
    assert people(story.at(0)) == ["anna"]
    handover = NIGHT + timedelta(days=1, hours=3)
    assert story.again(1) == handover
    minutes = (handover - NIGHT).total_seconds() / 60
    assert story.at(minutes - 1) == []
    assert people(story.at(minutes)) == ["dina"]
    assert story.at(minutes + 1) == []


def test_nobody_is_called_where_the_suspect_reads_along() -> None:
    targets = {"anna": ["anna", "room"], "boris": ["room", "boris"], "lev": ["hall"]}
    shared = {name: {"targets": those} for name, those in targets.items()}
    urls = {name: f"json://127.0.0.1:9/{name}" for name in ALL}
    urls |= dict.fromkeys(("room", "hall"), "json://127.0.0.1:9/everybody")
    story = Paper(make_settings(people=shared, targets=urls), actor_id="user:anna")
    assert [(m.person, m.target) for m in story.at(0)] == [("boris", "boris")], "not in the room, where anna is"
    # The hall is the same place by another name: lev has no other, and is called last.
    assert people(story.at(15)) == ["dina"]
    assert "lev" not in people(story.at(30))
    assert [m.target for m in story.at(60) if m.person == "lev"] == ["hall"], "being overheard beats silence"


def test_a_page_that_failed_goes_on_where_nobody_reads_along() -> None:
    shared = {"anna": {"targets": ["room"]}, "boris": {"targets": ["boris", "room", "mail"]}}
    urls = {name: f"json://127.0.0.1:9/{name}" for name in (*ALL, "room", "mail")}
    settings = make_settings(people=shared, targets=urls)
    (page,) = Paper(settings, actor_id="user:anna").at(0)
    refused = DeliveryOutcome(ok=False, seconds=0.1, error="refused")
    _, following = after_try(page, refused, settings, NIGHT, ["user:anna"])
    assert following is not None
    assert (page.target, following.target) == ("boris", "mail")


@pytest.mark.parametrize("taken", [True, False])
def test_nothing_goes_out_to_whom_it_turns_out_to_be_about(taken: bool) -> None:
    story = Paper()
    story.at(0)
    story.at(5, waits=True)
    story.incident = replace(story.incident, acknowledged_at=NIGHT + timedelta(minutes=6), acknowledged_by="boris")
    story.at(6, waits=True)
    waiting = {m.kind for m in story.sent.values() if m.person == "anna" and m.status is MessageStatus.PENDING}
    assert waiting == {INFO}, "anna is about to hear who has it"
    about_anna = replace(story.incident, related_actors=("user:anna",))
    story.incident = about_anna if taken else replace(about_anna, status=IncidentStatus.CLOSED)
    story.at(7, waits=True)
    assert not [m for m in story.sent.values() if m.person == "anna" and m.status is MessageStatus.PENDING]
