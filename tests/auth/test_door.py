"""The one door: the table of acts is true for every role, and no way leads in for whom a case is about."""

import ast
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.auth import (
    ALLOWED,
    CALLED,
    COMMAND,
    HOLDER,
    INVITED,
    NOT_WHILE_SUSPECTED,
    CaseAccess,
    Suspected,
    authorize,
    may,
)
from detector.errors import DeniedError, NotFoundError
from detector.schema.case.incidents import STORM_MATTER, Incident
from detector.schema.levels import Severity
from detector.schema.team.grants import Identity, PersonAct, ProvenBy
from detector.settings import TeamSettings
from detector.settings.sections.response import ACCESS_ROLES, ROLES

NIGHT = datetime(2026, 3, 3, tzinfo=UTC)
EVERY_ROLE = (*ROLES, *ACCESS_ROLES, CALLED, INVITED, HOLDER)
MANY = Identity(name="nina")
OFFICE = ip_network("203.0.113.0/24")


def incident(actor: str = "user:mallory", *related: str, **changes: object) -> Incident:
    said: dict[str, object] = {
        "id": "f" * 32, "number": "20260303-ffffff", "code_name": "amber otter", "title": "t", "matter": "client-data",
        "severity": Severity.HIGH, "score": 0.9, "risk": 70, "playbook": "client-data-leak", "service": "crm",
        "actor_id": actor, "actor_type": "human", "related_actors": related, "opened_at": NIGHT,
        "first_event_at": NIGHT, "last_event_at": NIGHT, "source_ips": ("203.0.113.7",),
    }  # fmt: skip
    return Incident(**said | changes)  # type: ignore[arg-type]


def team(roles: dict[str, tuple[str, ...]], *, accounts: tuple[str, ...] = ("user:nina",)) -> TeamSettings:
    """Nina, whose roles matter, and somebody for every role who is not her."""
    people = [{"name": "nina", "accounts": accounts, "targets": ["desk"]}]
    people += [{"name": f"{role}2", "targets": ["desk"]} for role in (*ROLES, *ACCESS_ROLES)]
    held = {role: (*roles.get(role, ()), f"{role}2") for role in (*ROLES, *ACCESS_ROLES)}
    return TeamSettings.model_validate({"people": people, "roles": held})


def case(role: str, about: Incident | None, *, steps: frozenset[str] | None = None) -> CaseAccess:
    named = {role: ("nina",)} if role in (*ROLES, *ACCESS_ROLES) else {}
    return CaseAccess(
        team=team(named),
        incident=about,
        roles=frozenset(ROLES) if steps is None else steps,
        called=frozenset({"nina"} if role == CALLED else ()),
        invited=frozenset({"nina"} if role == INVITED else ()),
    )


@given(
    act=st.sampled_from(list(PersonAct)),
    role=st.sampled_from((*EVERY_ROLE, "")),
    suspected=st.booleans(),
    second=st.booleans(),
    address=st.sampled_from(("", "203.0.113.7", "198.51.100.2", "127.0.0.1")),
)
def test_every_act_by_every_role_suspected_or_not_is_as_the_table_says(
    act: PersonAct, role: str, suspected: bool, second: bool, address: str
) -> None:
    has_it = "nina" if role == HOLDER else ""
    about = incident("user:nina" if suspected else "user:mallory", acknowledged_by=has_it)
    who = Identity(name="nina", proven_by=ProvenBy.PASSWORD, second_factor=second, address=address)
    where = case(role, about)
    from_there = address == "203.0.113.7" and not second and act is not PersonAct.LOOK
    if suspected:
        with pytest.raises(NotFoundError, match="there is no incident"):
            authorize(who, act, where)
    elif role in ALLOWED[act] and not from_there:
        grant = authorize(who, act, where)
        assert (grant.act, grant.person, grant.incident_id, grant.typed_by) == (act, "nina", about.id, "")
        assert set(grant.roles) == {role}
    else:
        with pytest.raises(DeniedError):
            authorize(who, act, where)
        assert not may(who, act, where)


@given(act=st.sampled_from(list(PersonAct)), role=st.sampled_from(ROLES))
def test_a_role_that_no_step_names_is_not_concerned_unless_it_leads(act: PersonAct, role: str) -> None:
    where = case(role, incident(), steps=frozenset({"hr"}) - {role})
    assert may(MANY, act, where) is (role in COMMAND and role in ALLOWED[act])


def test_every_act_has_its_roles_and_no_role_is_invented() -> None:
    assert set(ALLOWED) == set(PersonAct)
    assert all(ALLOWED.values())
    assert frozenset[str]().union(*ALLOWED.values()) <= set(EVERY_ROLE)


def test_who_shares_an_account_with_the_suspect_is_kept_out_as_well() -> None:
    people = [
        {"name": "olga", "accounts": ["user:olga", "user:desk"], "targets": ["desk"]},
        {"name": "pavel", "accounts": ["user:pavel", "user:desk"], "targets": ["desk"]},
        {"name": "anna", "accounts": ["user:anna"], "targets": ["desk"]},
    ]
    crew = TeamSettings.model_validate({"people": people, "roles": {"lead": ["olga", "pavel", "anna"]}})
    where = CaseAccess(team=crew, incident=incident("user:olga"))
    assert where.excluded == {"olga", "pavel"}
    assert [name for name in ("olga", "pavel", "anna") if may(Identity(name=name), PersonAct.LOOK, where)] == ["anna"]
    shared = Identity(name="anna", accounts=("user:olga",))
    assert not may(shared, PersonAct.LOOK, where), "a login of the suspect's lets nobody in, whatever name goes with it"


def test_a_new_name_or_another_s_login_opens_no_case_of_whom_the_kept_team_knows() -> None:
    kept = crew(olga=["user:olga", "user:haproxy"], anna=["user:anna"])
    now = crew(helga=["user:haproxy"], anna=["user:anna"])
    where = CaseAccess(team=now, kept=kept, incident=incident("user:olga"))
    assert where.excluded == {"olga", "helga"}
    assert not may(Identity(name="helga"), PersonAct.LOOK, where)
    assert not may(Identity(name="anna", accounts=("user:haproxy",)), PersonAct.LOOK, where)
    assert may(Identity(name="anna", accounts=("user:anna",)), PersonAct.LOOK, where)
    suspected = Suspected.of({"user:olga"}, team=now, kept=kept)
    assert suspected.has_name("helga"), "and in acts about no case"


def test_a_person_without_accounts_is_the_login_of_that_name() -> None:
    where = CaseAccess(team=crew(olga=[], anna=[], oleg=["user:oleg.k"]), incident=incident("user:olga", "user:oleg"))
    assert where.excluded == {"olga"}
    assert not may(Identity(name="olga", proven_by=ProvenBy.PASSWORD), PersonAct.LOOK, where)
    assert may(Identity(name="anna", proven_by=ProvenBy.PASSWORD), PersonAct.LOOK, where)


def crew(**accounts: list[str]) -> TeamSettings:
    people = [{"name": name, "accounts": held, "targets": ["desk"]} for name, held in accounts.items()]
    return TeamSettings.model_validate({"people": people, "roles": {"lead": list(accounts)}})


def test_what_is_done_for_the_suspect_or_by_the_suspect_for_somebody_is_refused() -> None:
    where = case("lead", incident("user:nina"))
    for who in (Identity(name="lead2", acts_for="nina"), Identity(name="nina", acts_for="lead2")):
        with pytest.raises(NotFoundError):
            authorize(who, PersonAct.CLOSE, where)


def test_acting_for_somebody_takes_the_right_to_do_so_and_the_act_must_be_theirs() -> None:
    where = case("scr", incident())
    grant = authorize(Identity(name="nina", acts_for="soc2"), PersonAct.CLOSE, where)
    assert (grant.person, grant.typed_by, grant.roles) == ("soc2", "nina", ("soc",))
    with pytest.raises(DeniedError, match="may not do this"):
        authorize(Identity(name="nina", acts_for="com2"), PersonAct.CLOSE, where)
    with pytest.raises(DeniedError, match="nobody does this for"):
        authorize(Identity(name="nina", acts_for="soc2"), PersonAct.APPROVE, where)
    with pytest.raises(DeniedError, match="may not act for"):
        authorize(Identity(name="nina", acts_for="soc2"), PersonAct.CLOSE, case("soc", incident()))


def test_strangers_are_refused_and_without_a_team_the_login_decides() -> None:
    with pytest.raises(DeniedError, match="'root' is not on the team"):
        authorize(Identity(name="root"), PersonAct.NOTE, case("lead", incident()))
    nobody = CaseAccess(team=TeamSettings(), incident=incident("user:root"))
    assert may(Identity(name="anna", accounts=("user:anna",)), PersonAct.CLOSE, nobody)
    assert not may(Identity(name="root", accounts=("user:root",)), PersonAct.CLOSE, nobody)


def test_a_role_of_the_suspect_is_filled_by_the_deputy_then_the_lead_then_whoever_is_left() -> None:
    people = [{"name": name, "accounts": [f"user:{name}"], "targets": ["desk"]} for name in ("olga", "dina", "lev")]
    roles = {"own": ["olga"], "dep": ["dina"], "lead": ["lev"]}
    crew = TeamSettings.model_validate({"people": people, "roles": roles})
    assert crew.holders("own") == ("olga",)
    assert crew.holders("own", {"olga"}) == ("dina",)
    assert crew.holders("own", {"olga", "dina"}) == ("lev",)
    assert crew.holders("hr", {"olga"}) == (), "nobody held it before"
    where = CaseAccess(team=crew, incident=incident("user:olga"), roles=frozenset({"own"}))
    assert where.roles_of("dina") == {"own", "dep"}


def test_where_nobody_holds_what_an_act_asks_for_those_who_are_there_may() -> None:
    people = [{"name": name, "accounts": [f"user:{name}"], "targets": ["desk"]} for name in ("olga", "pavel")]
    crew = TeamSettings.model_validate({"people": people, "roles": {"own": ["olga", "pavel"]}})
    where = CaseAccess(team=crew, incident=incident(), roles=frozenset({"own"}))
    assert where.able(PersonAct.CLOSE) == ["olga", "pavel"]
    without = TeamSettings.model_validate({"people": people})
    assert CaseAccess(team=without, incident=incident()).able(PersonAct.CLOSE) == ["olga", "pavel"], (
        "a team without roles"
    )


@given(act=st.sampled_from(sorted(NOT_WHILE_SUSPECTED)))
def test_whom_any_open_case_is_about_manages_neither_people_nor_planned_work(act: PersonAct) -> None:
    crew = team({"admin": ("nina",), "lead": ("nina",), "auditor": ("nina",)})
    assert may(MANY, act, CaseAccess(team=crew))
    with pytest.raises(DeniedError, match=r"may not do this \(\w+\)"):
        authorize(MANY, act, CaseAccess(team=crew, suspected=Suspected(people=frozenset({"nina"}))))


def test_nobody_is_the_suspect_of_a_storm() -> None:
    assert may(MANY, PersonAct.ACKNOWLEDGE, case("soc", incident("user:nina", matter=STORM_MATTER)))


def test_an_office_behind_one_address_is_no_suspect() -> None:
    who = Identity(name="nina", address="203.0.113.7")
    where = CaseAccess(team=team({"soc": ("nina",)}), incident=incident(), roles=frozenset(ROLES))
    assert not may(who, PersonAct.CLOSE, where)
    shared = CaseAccess(team=where.team, incident=where.incident, roles=where.roles, shared=(OFFICE,))
    assert may(who, PersonAct.CLOSE, shared)


def test_only_the_door_makes_grants() -> None:
    root = Path(__file__).parents[2] / "detector"
    makers = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Grant"
    }
    assert makers == {"auth/door.py"}
