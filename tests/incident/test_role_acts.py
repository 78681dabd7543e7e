"""Roles of one case: asked for, accepted, declined; and who holds them by that."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from detector import incident as incident_acts
from detector.errors import ConflictError, DeniedError, InputError, NotFoundError
from detector.incident import settings_of, standing_roles
from detector.incident.role_acts import MOST_AN_HOUR
from detector.notify import Roster
from detector.schema.team.grants import PersonAct
from detector.settings import Rung, Settings, TeamSettings
from detector.settings.sections.response import Person
from tests.fakes.acts import accept_role, acknowledge, assign_role, decline_role, merge, withdraw_role
from tests.fakes.people import grant
from tests.fakes.story import Story, clock

EVERYBODY = ("anna", "boris", "dina")
ROLES = {"lead": ("anna",), "soc": ("boris",), "dpo": ("boris", "dina")}


def team(*names: str) -> TeamSettings:
    people = tuple(Person(name=name, accounts=(f"user:{name}",), targets=("phone",)) for name in names)
    return TeamSettings(people=people, roles=ROLES)


def opened(about: str = "user:mallory") -> Story:
    """Return a story with an incident that nobody has."""
    story = Story()
    story.settings = story.settings.model_copy(update={"team": team(*EVERYBODY)})
    story.at("09:00").found("bulk-read", by=about, subject_count=500)
    return story


def ask(story: Story, role: str, to: str, at: str = "09:10", by: str = "anna", reason: str = "knows the law") -> None:
    changes = assign_role(story.dossier(), role, to, by=by, able=EVERYBODY, reason=reason, now=clock(at))
    story.write(changes)


def roster(story: Story, settings: Settings | None = None, at: str = "10:00") -> Roster:
    incident = story.incident()
    return Roster(settings_of(incident, story.past, settings or story.settings), incident.suspects, clock(at))


def test_who_accepts_holds_the_role_first_and_who_declines_gives_it_back_to_the_teams_order() -> None:
    story = opened()
    ask(story, "DPO", "anna")
    assert roster(story).holders("dpo") == ["boris", "dina"], "asked is not accepted"
    story.write(accept_role(story.dossier(), "dpo", by="anna", now=clock("09:20")))
    assert roster(story).holders("dpo") == ["anna", "boris", "dina"]
    assert not accept_role(story.dossier(), "dpo", by="anna", now=clock("09:21")), "she holds it already"
    story.write(decline_role(story.dossier(), "dpo", by="anna", reason="on leave", now=clock("09:30")))
    assert roster(story).holders("dpo") == ["boris", "dina"]
    (row,) = story.past.assignments(story.incident().id)
    assert (row.by, row.at, row.accepted_at) == ("anna", clock("09:10"), clock("09:20"))
    assert (row.declined_at, row.declined_why, row.stands) == (clock("09:30"), "on leave", False)
    last = story.past.entries(story.incident().id)[-3:]
    assert [(each.kind, each.by) for each in last] == [
        ("role_asked", "anna"),
        ("role_accepted", "anna"),
        ("role_declined", "anna"),
    ]
    assert last[0].text == "anna asked anna to be data protection officer in this case: knows the law"


def test_a_newer_one_ends_the_one_before_and_each_stays_as_a_row() -> None:
    story = opened()
    ask(story, "own", "boris")
    story.write(accept_role(story.dossier(), "own", by="boris", now=clock("09:15")))
    ask(story, "own", "dina", at="09:20")
    ask(story, "own", "dina", at="09:25")
    first, second = story.past.assignments(story.incident().id)
    assert (first.person, first.ended_at, first.ended_by) == ("boris", clock("09:20"), "anna")
    assert (second.number, second.person, second.waits) == (2, "dina", True)
    assert roster(story).holders("own") == []
    with pytest.raises(NotFoundError, match="boris was not asked"):
        accept_role(story.dossier(), "own", by="boris", now=clock("09:30"))


def test_an_acknowledgement_accepts_what_one_was_asked_for_also_where_somebody_has_the_case() -> None:
    story = opened()
    ask(story, "own", "boris")
    ask(story, "com", "dina")
    story.write(acknowledge(story.dossier(), by="boris", via="cli", now=clock("09:15")))
    story.write(acknowledge(story.dossier(), by="dina", via="cli", now=clock("09:16")))
    assert story.incident().acknowledged_by == "boris"
    assert {each.role: each.holds for each in story.dossier().assignments} == {"own": True, "com": True}
    kinds = [each.kind for each in story.past.entries(story.incident().id)]
    assert kinds[-3:] == ["acknowledged", "role_accepted", "role_accepted"]
    assert not acknowledge(story.dossier(), by="dina", via="cli", now=clock("09:17"))


def test_what_is_typed_for_somebody_gives_the_typist_no_role_and_accepts_none() -> None:
    story = opened()
    ask(story, "own", "boris")
    found = story.dossier()
    by_anna = grant(found, "anna", PersonAct.ACKNOWLEDGE, "boris")
    story.write(incident_acts.acknowledge(found, by_anna, via="cli", now=clock("09:15")))
    assert story.incident().acknowledged_by == "boris"
    assert [each.waits for each in story.dossier().assignments] == [True]
    found = story.dossier()
    by_anna = grant(found, "anna", PersonAct.ASSIGN_ROLE, "boris")
    said = {"able": EVERYBODY, "trusted": (), "reason": "r", "now": clock("09:20")}
    with pytest.raises(InputError, match="nobody gives a role to themselves"):
        incident_acts.assign_role(found, by_anna, "dpo", "anna", **said)
    with pytest.raises(DeniedError, match="nobody does this for boris"):
        grant(found, "anna", PersonAct.ANSWER_ROLE, "boris")


def test_what_cannot_be_is_refused_with_all_that_is_wrong() -> None:
    story = opened()
    with pytest.raises(InputError) as told:
        ask(story, "boss", "eve", reason=" ")
    assert [each.what for each in told.value.problems] == [
        "'boss' is no role of a case",
        "'eve' cannot be asked to hold a role here",
        "why they are asked is missing",
    ]
    with pytest.raises(DeniedError, match="may not do this"):
        ask(story, "dpo", "dina", by="boris")  # neither leads nor has the case
    story.write(acknowledge(story.dossier(), by="boris", via="cli", now=clock("09:15")))
    with pytest.raises(InputError, match="nobody gives a role to themselves"):
        ask(story, "lead", "boris", by="boris")
    ask(story, "lead", "dina", by="boris")
    with pytest.raises(InputError, match="why the role is declined"):
        decline_role(story.dossier(), "lead", by="dina", reason="", now=clock("09:30"))
    story.close()
    with pytest.raises(ConflictError, match="was closed"):
        accept_role(story.dossier(), "lead", by="dina", now=clock("09:40"))


def test_whom_the_case_is_about_gives_and_answers_none_and_holds_none_by_what_came_before() -> None:
    story = opened()
    ask(story, "own", "boris")
    story.write(accept_role(story.dossier(), "own", by="boris", now=clock("09:15")))
    story.past.known_incidents = {
        key: replace(each, actor_id="user:boris") for key, each in story.past.known_incidents.items()
    }
    assert roster(story).holders("own") == []
    for act in (
        lambda: ask(story, "own", "dina", by="boris"),
        lambda: decline_role(story.dossier(), "own", by="boris", reason="no", now=clock("09:30")),
    ):
        with pytest.raises(NotFoundError, match="there is no incident"):
            act()


def test_whom_it_turned_out_to_be_about_gave_nobody_a_role() -> None:
    story = opened()
    ask(story, "own", "dina")
    story.write(accept_role(story.dossier(), "own", by="dina", now=clock("09:15")))
    assert roster(story).holders("own") == ["dina"]
    story.past.known_incidents = {
        key: replace(each, actor_id="user:anna") for key, each in story.past.known_incidents.items()
    }
    assert roster(story).holders("own") == []


def test_who_does_not_lead_neither_ends_a_role_nor_lets_others_lead_or_see_clients() -> None:
    story = opened()
    ask(story, "own", "dina")
    story.write(accept_role(story.dossier(), "own", by="dina", now=clock("09:15")))
    story.write(acknowledge(story.dossier(), by="boris", via="cli", now=clock("09:20")))
    said = {"able": EVERYBODY, "reason": "r", "now": clock("09:25")}
    with pytest.raises(InputError, match="only who leads asks another than dina"):
        assign_role(story.dossier(), "own", "anna", by="boris", **said)
    with pytest.raises(InputError, match="only who leads asks dina for this role"):
        assign_role(story.dossier(), "lead", "dina", by="boris", trusted=("anna",), **said)
    assert assign_role(story.dossier(), "lead", "dina", by="anna", trusted=(), **said).assignments


def test_what_was_asked_is_taken_back_by_whoever_asked_and_what_was_accepted_by_who_leads() -> None:
    story = opened()
    story.write(acknowledge(story.dossier(), by="boris", via="cli", now=clock("09:05")))
    ask(story, "own", "dina", by="boris")
    ask(story, "com", "dina")
    with pytest.raises(InputError, match="anna asked for this role: only they or who leads"):
        withdraw_role(story.dossier(), "com", by="boris", reason="r", now=clock("09:15"))
    with pytest.raises(InputError, match="why the role is taken back is missing"):
        withdraw_role(story.dossier(), "own", by="boris", reason=" ", now=clock("09:15"))
    story.write(withdraw_role(story.dossier(), "OWN", by="boris", reason="the wrong Dina", now=clock("09:15")))
    with pytest.raises(NotFoundError, match="dina was not asked to be 'own'"):
        accept_role(story.dossier(), "own", by="dina", now=clock("09:16"))
    with pytest.raises(NotFoundError, match="nobody was asked to be 'own'"):
        withdraw_role(story.dossier(), "own", by="boris", reason="r", now=clock("09:16"))
    (row,) = [each for each in story.past.assignments(story.incident().id) if each.role == "own"]
    assert (row.stands, row.ended_at, row.ended_by) == (False, clock("09:15"), "boris")
    last = story.past.entries(story.incident().id)[-1]
    assert (last.kind, last.by, "the wrong Dina" in last.text) == ("role_withdrawn", "boris", True)

    ask(story, "hr", "dina", at="09:20", by="boris")
    story.write(accept_role(story.dossier(), "hr", by="dina", now=clock("09:21")))
    with pytest.raises(InputError, match="only who leads takes a role from dina, who accepted it"):
        withdraw_role(story.dossier(), "hr", by="boris", reason="r", now=clock("09:22"))
    story.write(withdraw_role(story.dossier(), "hr", by="anna", reason="r", now=clock("09:22")))
    assert roster(story).holders("hr") == []


def test_asking_in_turns_writes_no_message_each_time() -> None:
    story = opened()
    ask(story, "own", "boris")
    ask(story, "own", "dina", at="09:11")
    with pytest.raises(InputError, match="boris was asked for this role within 10 minutes"):
        ask(story, "own", "boris", at="09:19")
    ask(story, "com", "boris", at="09:19")
    ask(story, "own", "boris", at="09:20")
    for number in range(MOST_AN_HOUR - 4):
        role, who = ("hr", "exe", "fin", "ext")[number % 4], EVERYBODY[1 + number // 4 % 2]
        ask(story, role, who, at=f"09:{21 + number + number // 4}")
    with pytest.raises(InputError, match="anna has asked for roles here 20 times within an hour"):
        ask(story, "care", "dina", at="09:45")
    with pytest.raises(InputError, match="why they are asked is missing"):
        ask(story, "care", "dina", at="09:45", reason="")
    ask(story, "care", "dina", at="10:11")


def test_roles_stay_with_their_case_when_it_goes_on_as_another_one() -> None:
    story = opened("user:eve")
    story.at("09:05").found("export", by="user:mallory", risk=100)
    gone, kept = story.incidents()
    for incident, who in ((gone, "boris"), (kept, "dina")):
        found = story.dossier(incident.id)
        said = {"by": "anna", "able": EVERYBODY, "reason": "r", "now": clock("09:10")}
        story.write(assign_role(found, "own", who, **said))
        story.write(accept_role(story.dossier(incident.id), "own", by=who, now=clock("09:15")))
    story.at("10:00")
    merge(story, gone.id, kept.id, by="anna")
    held = settings_of(story.past.known_incidents[kept.id], story.past, story.settings).team.roles["own"]
    assert held == ("dina",)
    assert [each.person for each in story.dossier(gone.id).assignments] == ["boris"]
    with pytest.raises(ConflictError, match="was closed"):
        decline_role(story.dossier(gone.id), "own", by="boris", reason="r", now=clock("10:05"))


def test_who_leaves_the_team_holds_nothing_and_who_joined_it_can_hold_a_role() -> None:
    story = opened()
    ask(story, "own", "boris")
    story.write(accept_role(story.dossier(), "own", by="boris", now=clock("09:15")))
    left = story.settings.model_copy(update={"team": team("anna", "dina", "eve")})
    assert roster(story, left).holders("own") == []
    assert standing_roles(story.dossier().assignments, left.team, ()) == ()
    changes = assign_role(story.dossier(), "own", "eve", by="anna", able=("eve",), reason="new", now=clock("10:00"))
    story.write(changes)
    (*_, row) = story.past.assignments(story.incident().id)
    story.past.known_assignments[row.incident_id, "own", 2] = replace(row, accepted_at=clock("10:05"))
    assert roster(story, left).holders("own") == ["eve"]


def test_who_accepted_the_role_that_is_on_call_is_called_before_the_rotas_turn() -> None:
    story = opened()
    rota = {"people": ("boris",), "starts": date(2026, 3, 2)}
    notify = story.settings.notify
    turns = notify.rota.model_copy(update={**rota, "deputies": ("anna",)})
    update = {"notify": notify.model_copy(update={"rota": turns, "oncall_role": "soc"})}
    story.settings = story.settings.model_copy(update=update)
    primary = Rung(after=timedelta(0), to=("primary",))
    assert [call.person for call in roster(story).calls(primary)] == ["boris"]
    ask(story, "soc", "dina")
    story.write(accept_role(story.dossier(), "soc", by="dina", now=clock("09:20")))
    assert [call.person for call in roster(story).calls(primary)] == ["dina"]
    story.past.known_incidents = {
        key: replace(each, actor_id="user:dina") for key, each in story.past.known_incidents.items()
    }
    assert [call.person for call in roster(story).calls(primary)] == ["boris"], "whose turn it is, not a deputy"
