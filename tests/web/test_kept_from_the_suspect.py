"""What a case tells of one that must not exist for her, and what nobody makes of cases alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from detector.errors import ConflictError, DeniedError, InputError
from detector.incident import CaseByHand
from detector.runtime.delivery.target_trials import TargetTrial, target_check
from detector.runtime.incidents.terms_in_force import TERMS_KEPT_AS, terms_digest
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.incidents import CloseReason, Incident
from detector.schema.levels import Severity
from detector.schema.team.delivery import Delivery
from detector.schema.team.grants import PersonAct
from detector.store.db import tables
from detector.store.repos.incidents.incident_reads import incident_row
from tests.fakes.people import me
from tests.web.conftest import PLAYBOOKS, REGULATIONS, World, make_finding


def told_of(*actors: str) -> CaseByHand:
    return CaseByHand(
        title=f"Offered to a partner by {actors[:1]}",
        severity=Severity.HIGH,
        playbook="client-data-leak",
        reason="r",
        actors=actors,
    )


@pytest.mark.parametrize("times", [1, 2])
def test_what_goes_on_in_a_case_about_her_is_no_case_of_hers_either(world: World, times: int) -> None:
    cases = [world.found(make_finding(by=f"ip:192.0.2.{n}", risk=100, source_ips=())) for n in range(times)]
    hers = world.found(make_finding("export"))
    olga = world.browser("olga")
    assert [olga.get(f"/incidents/{each.number}").status_code for each in cases] == [200] * times
    for one, other in zip(cases, (*cases[1:], hers), strict=True):
        world.merges(one.number, other.number, by="lev", reason="one laptop")
    for each in cases:
        shown = olga.get(f"/incidents/{each.number}")
        assert (shown.status_code, hers.number in shown.text) == (404, False)
    assert hers.number not in olga.get("/incidents").text
    assert hers.number in world.browser("anna").get(f"/incidents/{cases[-1].number}").text


def test_what_was_parted_from_a_case_about_her_tells_her_nothing_of_it(world: World) -> None:
    one = world.found(make_finding(by="ip:192.0.2.1", risk=100, source_ips=()))
    hers = world.found(make_finding("export"))
    world.console.record_fact(hers.number, CaseFactKind.CAUSE, "insider", by=me("lev"), reason="she was seen")
    for gone, into in ((one, hers), (hers, one)):
        world.merges(gone.number, into.number, by="lev", reason="o.petrova had it")
        world.console.unmerge(gone.number, by=me("lev"), reason="o.petrova had it not")
    shown = world.browser("olga").get(f"/incidents/{one.number}")
    assert shown.status_code == 200
    assert not [each for each in (hers.number, "o.petrova", "she was seen") if each in shown.text]
    assert all(
        each in world.browser("anna").get(f"/incidents/{one.number}").text for each in (hers.number, "had it not")
    )


def test_nobody_makes_a_case_of_which_everybody_else_must_not_know(world: World) -> None:
    others = ("user:anna", "user:boris", "user:dina", "user:o.petrova")
    with pytest.raises(ConflictError, match="nobody but lev could decide"):
        world.console.open_case(told_of(*others), by=me("lev"))
    assert world.console.incidents() == []
    assert world.console.open_case(told_of(*others[:2]), by=me("lev")).related_actors, "dina sees it"


def test_nor_one_after_the_other(world: World) -> None:
    lev = me("lev")
    one = world.console.open_case(told_of("user:anna", "user:boris"), by=lev)
    other = world.console.open_case(told_of("user:dina", "user:o.petrova"), by=lev)
    with pytest.raises(ConflictError, match="nobody but lev could decide"):
        world.console.merge(one.number, other.number, by=lev, reason="one matter")
    assert not world.detail(one.number).incident.merged_into


def test_one_person_keeps_nobody_out_of_a_grave_case_by_merging_it(world: World) -> None:
    leak = world.found(make_finding(by="user:mallory"))
    about = replace(told_of("user:lev", "user:dina"), playbook="suspicious-activity", severity=Severity.MEDIUM)
    made = world.console.open_case(about, by=me("anna"))
    browser, page = world.browser("anna"), f"/incidents/{made.number}"
    there, said = f"/incidents/{leak.number}", {"into": made.number, "reason": "one pair"}
    asked = browser.fill(there, f"/incidents/{leak.id}/merge", **said)
    assert asked.headers["location"] == f"/incidents/{made.number}", "where those who would be kept out do not read"
    assert not world.detail(leak.id).incident.merged_into, "lead and data protection officer would see it no more"
    assert world.browser("lev").get(f"/incidents/{leak.number}").status_code == 200
    for name in ("lev", "dina"):
        assert made.number not in world.browser(name).get(f"/incidents/{leak.number}/timeline").text
    assert f"wants incident {leak.number} to go on as {made.number}" in browser.get(page).text
    with pytest.raises(ConflictError, match="needs two persons"):
        world.console.approve(made.id, "merge", by=me("anna"))
    assert browser.fill(page, f"/incidents/{made.id}/agree", by="boris", subject="merge").status_code == 303
    assert world.detail(leak.id).incident.merged_into == made.id
    assert "boris" in world.detail(leak.id).entries[-1].text
    assert (world.sound(leak.id), world.sound(made.id)) == (True, True)


def test_cases_stay_apart_where_each_is_about_somebody_who_sees_the_other(world: World) -> None:
    leak = world.found(make_finding("export"))
    made = world.console.open_case(told_of("user:lev"), by=me("anna"))
    with pytest.raises(ConflictError, match="each of the two is about somebody who sees the other"):
        world.console.merge(leak.number, made.number, by=me("anna"), reason="one pair")
    slight = replace(told_of("user:lev"), title="A word", playbook="suspicious-activity", severity=Severity.MEDIUM)
    other = world.console.open_case(slight, by=me("anna"))
    assert world.console.merge(other.number, made.number, by=me("anna"), reason="one").id == made.id, "both about him"


def test_a_case_about_somebody_of_the_team_pages_somebody(world: World) -> None:
    quiet = replace(told_of("user:lev"), playbook="suspicious-activity", severity=Severity.LOW)
    with pytest.raises(InputError, match="would page nobody: it is low"):
        world.console.open_case(quiet, by=me("anna"))
    typed = {"title": "A word", "severity": "low", "playbook": "suspicious-activity", "reason": "r", "actors": "lev"}
    refused = world.browser("anna").fill("/open", "/open", **typed)
    assert (refused.status_code, "it would page nobody" in refused.text) == (400, True)
    assert world.console.open_case(replace(quiet, severity=Severity.MEDIUM), by=me("anna")).number
    assert world.console.open_case(replace(quiet, title="A call", actors=("user:mallory",)), by=me("anna")).number


ACTS: dict[str, Callable[[World, Incident], object]] = {
    "open": lambda world, _: world.console.open_case(told_of(), by=me("lev")),
    "adopt": lambda world, it: world.console.adopt(it.number, by=me("lev"), reason="r"),
    "merge": lambda world, it: world.console.merge(
        it.number, world.console.open_case(told_of(), by=me("lev")).number, by=me("lev"), reason="r"
    ),
    "client data": lambda world, it: world.console.client_data(it.number, by=me("lev"), reason="r"),
    "aware": lambda world, it: world.console.record_fact(it.number, CaseFactKind.T1, "now", by=me("lev"), reason="r"),
    "cause": lambda world, it: world.console.record_fact(
        it.number, CaseFactKind.CAUSE, "attack", by=me("lev"), reason="r"
    ),
    "close": lambda world, it: world.console.close(
        it.number, CloseReason.AUTHORISED, by=me("lev"), note="their yearly test, contract 88"
    ),
    "put off": lambda world, it: world.console.snooze(
        it.number, by=me("lev"), until=world.clock.now() + timedelta(hours=1), reason="r"
    ),
    "scope": lambda world, it: world.console.scope(it.number),
}


@pytest.mark.parametrize("act", ACTS)
def test_no_configuration_of_ones_own_decides_about_a_case(world: World, act: str) -> None:
    it = world.found(make_finding(by="ip:192.0.2.7", playbook="web-attack", subject_count=0))
    with world.store.begin() as unit:
        unit.kv.set(TERMS_KEPT_AS, terms_digest(world.settings, PLAYBOOKS, {}))
    with pytest.raises(ConflictError, match="not those of the running service"):
        ACTS[act](world, it)
    with world.store.begin() as unit:
        unit.kv.set(TERMS_KEPT_AS, terms_digest(world.settings, PLAYBOOKS, REGULATIONS))
    assert ACTS[act](world, it)


def test_a_playbook_or_ladder_of_ones_own_is_told_from_the_services(world: World) -> None:
    there = terms_digest(world.settings, PLAYBOOKS, REGULATIONS)
    calls_nobody = world.settings.notify.model_copy(update={"ladder": ()})
    other = world.settings.model_copy(update={"notify": calls_nobody})
    lax = PLAYBOOKS["client-data-leak"].model_copy(update={"steps": ()})
    found = {terms_digest(other, PLAYBOOKS, REGULATIONS), terms_digest(world.settings, PLAYBOOKS, {})}
    found.add(terms_digest(world.settings, {**PLAYBOOKS, "client-data-leak": lax}, REGULATIONS))
    assert len(found | {there}) == 4


def test_spans_and_kinds_of_data_of_ones_own_are_told_from_the_services(world: World) -> None:
    """By these one could put a case off for weeks, or find a leak slight, without a second person."""
    notify, records = world.settings.notify, world.settings.records
    longer = notify.lapse.model_copy(update={"high": timedelta(days=30)})
    slight = {name: each.model_copy(update={"identifies": "negligible"}) for name, each in records.data_classes.items()}
    others = (
        {"notify": notify.model_copy(update={"lapse": longer})},
        {"records": records.model_copy(update={"data_classes": slight})},
        {"records": records.model_copy(update={"residence": "/elsewhere.csv"})},
    )
    made = [world.settings.model_copy(update=each) for each in others]
    assert len({terms_digest(each, PLAYBOOKS, REGULATIONS) for each in (world.settings, *made)}) == 4


def many_newer(world: World, than: Incident, count: int) -> None:
    others = (
        replace(than, id=f"{n:032x}", number=f"20260101-{n:06x}", actor_id="ip:192.0.2.9", opened_at=world.clock.now())
        for n in range(count)
    )
    with world.store.begin() as unit:
        unit.session.upsert(tables.incidents, [incident_row(each) for each in others])


@pytest.mark.parametrize("readable", [True, False])
def test_an_old_case_about_her_keeps_her_out_however_many_are_newer(world: World, readable: bool) -> None:
    hers = world.found(make_finding("export"))
    many_newer(world, hers, 1_001)
    if not readable:
        with world.store.begin() as unit:
            bad = f"UPDATE incidents SET related_actors = '{{' WHERE id = '{hers.id}'"
            unit.session.connection.exec_driver_sql(bad)
    assert world.console.suspected().has_name("olga")
    with world.store.read() as unit, pytest.raises(DeniedError):
        world.console.door.general(unit, me("olga"), PersonAct.SILENCE)


def test_the_first_page_tells_her_of_no_page_that_went_out_about_her(world: World) -> None:
    def shown(who: str) -> str:
        return world.browser(who).get("/").text

    world.view = replace(world.service(), checks=(target_check("desk", None),))
    hers = world.found(make_finding())
    many_newer(world, hers, 200)
    before = shown("olga")
    with world.store.begin() as unit:
        (page, *_) = unit.outbox.messages(hers.id)
        unit.outbox.add_delivery(
            Delivery(message_id=page.id, attempt=1, target="desk", at=world.clock.now(), ok=True, seconds=0.1)
        )
    there = TargetTrial(ok_at=world.clock.now())
    world.view = replace(world.service(), checks=(target_check("desk", there),))
    assert shown("olga") == before != shown("anna")
