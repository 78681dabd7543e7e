"""The page of silences: made, agreed to and ended there, with every mistake told at once in the reader's language."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from detector.auth import Suspected
from detector.errors import ConflictError
from detector.group import LabelMatcher
from detector.runtime.decide import Decider
from detector.runtime.silences.order_standing import order_standing
from detector.runtime.silences.orders_in_force import OrdersInForce
from detector.schema.detection.alerts import MutedBy
from detector.schema.detection.findings import Detector
from detector.schema.detection.mute_orders import CoveredOrder, NotInForce, OrderState
from detector.schema.levels import Severity
from tests.fakes.people import me
from tests.web.conftest import HOSTILE, PLAYBOOKS, Browser, World, make_finding

END = "2026-03-04T06:00"


def made(browser: Browser, **form: str) -> httpx.Response:
    filled = {"matchers": "service=crm", "until": END, "reason": "move of the CRM", **form}
    return browser.fill("/silences", "/silences", **filled)


def listed(world: World) -> Sequence[CoveredOrder]:
    return world.console.mutes.orders(me("lev"))


def test_it_is_made_agreed_to_by_another_person_and_ended(world: World) -> None:
    browser = world.browser("lev")
    assert made(browser, reason=HOSTILE).status_code == 303
    (one,) = listed(world)
    page = browser.get("/silences").text
    assert "by Lev (lead) alone" in page
    assert "<script>" not in page
    key = one.order.id
    refused = browser.fill("/silences", f"/silences/{key}/confirm")
    assert refused.status_code == 409
    assert "lev is no second person for what lev has made" in refused.text
    with pytest.raises(ConflictError, match="anna signs in on the word of lev"):
        world.console.mutes.confirm(key, by=replace(me("anna"), rests_on=("lev",)))
    assert browser.fill("/silences", f"/silences/{key}/confirm", by="anna").status_code == 303
    assert "agreed to by Anna (security)" in browser.get("/silences").text
    assert "кончается тишина" in browser.get("/?lang=ru").text, "the agenda lists its end"
    assert browser.fill("/silences", f"/silences/{key}/end", by="boris").status_code == 303
    assert listed(world)[0].state is OrderState.ENDED
    assert browser.fill("/silences?lang=ru", f"/silences/{key}/end").status_code == 409
    bare = browser.post(f"/silences/{key}/end", {"form_token": "x"})
    assert bare.status_code == 403, "without the form's token nothing is done"


@pytest.mark.parametrize(("language", "wide"), [("en", "about nearly everything"), ("ru", "почти всего")])
def test_all_that_is_wrong_is_told_at_once_and_what_was_typed_stays(world: World, language: str, wide: str) -> None:
    browser = world.browser("lev")
    browser.get(f"/silences?lang={language}")
    answer = made(browser, matchers="severity=high colour=red nothing", until="2026-03-01T00:00", reason=" ")
    assert answer.status_code == 400
    told = answer.text.partition("<table")[0]
    for words in (wide, "colour", "nothing"):
        assert words in told
    told = told.partition('role="alert"')[2].partition("</div>")[0]
    assert told.count("<li>") == 5
    assert 'value="severity=high colour=red nothing"' in answer.text
    assert listed(world) == []


def test_a_suspect_makes_none_and_sees_none_that_is_about_her(world: World) -> None:
    end = world.clock.now() + timedelta(days=1)
    world.console.mutes.add(["actor=user:o.petrova"], until=end, by=me("lev"), reason="looked at by hand")
    assert "o.petrova" not in world.browser("olga").get("/silences").text
    assert "o.petrova" in world.browser("anna").get("/silences").text
    incident = world.found(make_finding())
    refused = made(world.browser("olga"))
    assert refused.status_code == 403
    assert incident.number not in refused.text


def test_what_is_not_in_force_says_so_and_why_and_grouping_obeys_the_same(world: World) -> None:
    end = world.clock.now() + timedelta(days=1)
    olgas = world.console.mutes.add(["service=crm"], until=end, by=me("olga"), reason="load test")
    agreed = world.console.mutes.add(["service=shop"], until=end, by=me("lev"), reason="load test")
    wide = world.console.mutes.add(["service=crm", "severity=low"], until=end, by=me("lev"), reason="noise")
    force = OrdersInForce(settings=world.settings, never=frozenset(), suspected=world.console.door.suspected)
    with world.store.begin() as unit:
        unit.mute_orders.save(replace(agreed, confirmed_by="olga", confirmed_at=world.clock.now()))

    def standing(person: str) -> dict[str, tuple[OrderState, NotInForce | None, bool]]:
        return {
            each.order.id: (each.state, each.why, each.confirmed) for each in world.console.mutes.orders(me(person))
        }

    def obeyed() -> set[str]:
        with world.store.read() as unit:
            return {each.id for each in force.mutes(unit, world.clock.now())}

    before, running = standing("olga"), (OrderState.RUNNING, None, False)
    assert before == {
        olgas.id: running,
        agreed.id: (OrderState.RUNNING, None, True),
        wide.id: (OrderState.NOT_IN_FORCE, NotInForce.UNCONFIRMED, False),
    }
    assert obeyed() == {olgas.id, agreed.id}
    world.found()  # it is about olga
    assert standing("lev") == before | {
        olgas.id: (OrderState.NOT_IN_FORCE, NotInForce.MAKER_IN_CASE, False),
        agreed.id: running,
    }
    assert obeyed() == {agreed.id}
    assert standing("olga") == before, "from the list she learns nothing of the case"
    assert "not in force<br>" in world.browser("lev").get("/silences").text
    assert "открытое дело касается" in world.browser("lev").get("/silences?lang=ru").text
    assert "an open case" not in world.browser("olga").get("/silences?lang=en").text


def test_a_silence_about_an_account_that_turns_out_to_be_its_makers_is_not_in_force(world: World) -> None:
    end = world.clock.now() + timedelta(days=1)
    order = world.console.mutes.add(["actor=user:backup"], until=end, by=me("lev"), reason="restore test")
    team = world.settings.team
    people = [
        each.model_copy(update={"accounts": ("user:backup",)}) if each.name == "lev" else each for each in team.people
    ]
    settings = world.settings.model_copy(update={"team": team.model_copy(update={"people": tuple(people)})})
    stands = order_standing(order, settings, Suspected(), world.clock.now())
    assert (stands.state, stands.why) == (OrderState.NOT_IN_FORCE, NotInForce.OWN_ACCOUNT)


def test_an_inhibition_counts_only_while_its_source_is_open(world: World) -> None:
    assert made(world.browser("lev"), **{"while": "rule=canary*"}).status_code == 303
    force = OrdersInForce(settings=world.settings, never=frozenset(), suspected=world.console.door.suspected)
    with world.store.read() as unit:
        (mute,) = force.mutes(unit, world.clock.now())
    assert (mute.by, mute.source) == (MutedBy.INHIBITION, (LabelMatcher("rule", "canary*"),))


SPECIAL = {"data_classes": ("identity_document",)}


@pytest.mark.parametrize(
    ("changes", "by_one", "by_two"),
    [
        ({}, True, True),
        (SPECIAL, False, True),
        ({"severity": Severity.CRITICAL}, False, True),
        (SPECIAL | {"subject_count": 0}, True, True),
        ({"detector": Detector.BLIND_SPOT}, False, True),
        ({"by": "user:lev"}, False, False),
        ({"by": "user:anna"}, True, False),
        ({"rule": "planted"}, False, False),
    ],
)
def test_what_one_persons_word_mutes_and_what_takes_two(
    world: World, changes: dict[str, Any], by_one: bool, by_two: bool
) -> None:
    """Lev makes it, anna agrees; the finding tells of 1,240 clients where nothing else is said."""
    end = world.clock.now() + timedelta(days=1)
    one = world.console.mutes.add(["service=crm"], until=end, by=me("lev"), reason="load test")
    suspected = world.console.door.suspected
    force = OrdersInForce(settings=world.settings, never=frozenset({"planted"}), suspected=suspected)
    finding = make_finding(**{"severity": Severity.HIGH, **changes})

    def is_muted() -> bool:
        with world.store.read() as unit:
            (mute,) = force.mutes(unit, world.clock.now())
        return mute.means(finding)

    assert is_muted() is by_one
    world.console.mutes.confirm(one.id, by=me("anna"))
    assert is_muted() is by_two


def test_one_persons_word_covers_five_actors_and_no_whole_severity(world: World) -> None:
    end, lev, anna = world.clock.now() + timedelta(days=1), me("lev"), me("anna")
    crm = world.console.mutes.add(["service=crm"], until=end, by=lev, reason="load test")
    wide = world.console.mutes.add(["service=crm", "severity!=critical"], until=end, by=lev, reason="noise")
    force = OrdersInForce(settings=world.settings, never=frozenset(), suspected=world.console.door.suspected)

    def muted(order: str, *whom: str) -> list[str]:
        with world.store.read() as unit:
            mute = next((each for each in force.mutes(unit, world.clock.now()) if each.id == order), None)
            if mute is None:
                return []
            said = {"severity": Severity.MEDIUM, "subject_count": 10}
            findings = [make_finding(by=f"user:{each}", **said) for each in whom]
            return [each for each, finding in zip(whom, findings, strict=True) if mute.means(finding)]

    assert muted(crm.id, *"abcdefga") == [*"abcdea"]
    assert muted(wide.id, "a") == []
    mute_orders = OrdersInForce(settings=world.settings, never=frozenset(), suspected=world.console.door.suspected)
    decider = Decider(settings=world.settings, playbooks=PLAYBOOKS, regulations={}, mute_orders=mute_orders)
    with world.store.begin() as unit:
        for each in "abcde":
            finding = make_finding(by=f"user:{each}", severity=Severity.MEDIUM, subject_count=10)
            assert not decider.decide(unit, [finding], world.clock.now()).opened
    assert muted(crm.id, "f", "e") == ["e"], "those of whom it has muted something are known over a restart"
    for each in (crm, wide):
        world.console.mutes.confirm(each.id, by=anna)
    assert muted(crm.id, "f") == ["f"] == muted(wide.id, "f")


def test_only_what_somebodys_roles_allow_is_shown_and_a_case_about_them_takes_nothing_from_the_page(
    make_world: Callable[..., World],
) -> None:
    world = with_reader(make_world)
    made(world.browser("lev"))
    key = listed(world)[0].order.id
    shown = {
        person: [f'formaction="/silences/{key}/{act}"' in page for act in ("confirm", "end")]
        + ['action="/silences"' in page]
        for person in ("rita", "lev", "anna", "olga")
        if (page := world.browser(person).get("/silences").text)
    }
    assert shown == {
        "rita": [False, False, False],
        "lev": [False, True, True],
        "anna": [True, True, True],
        "olga": [False, True, True],
    }
    # What may not be pressed stays, with who could; that olga is one of them tells nothing of a case.
    rita, lev, olga = (world.browser(each).get("/silences").text for each in ("rita", "lev", "olga"))
    assert rita.count('aria-disabled="true"') == 3
    for why in ("Agree</b>: Not yours to press here; who may: ", "End now</b>: Not yours", "Silence it</b>: Not yours"):
        assert why in rita
    assert (lev.count('aria-disabled="true"'), "It is your own: a second person has to agree." in lev) == (1, True)
    assert "Agree</b>: Not yours" in olga
    world.found()
    again = world.browser("olga").get("/silences").text
    assert re.sub(TOKEN, "", again) == re.sub(TOKEN, "", olga), "nor does its coming"
    assert f'formaction="/silences/{key}/end"' in again
    assert 'action="/silences"' in again, "that she may do nothing now must not be seen"
    assert made(world.browser("olga")).status_code == 403


TOKEN = r'(name="form_\w+" value="[^"]*"|form_token=[^"]*)'


def with_reader(make_world: Callable[..., World]) -> World:
    """Return a service in which rita may read and do nothing."""
    team = make_world().settings.team.model_dump()
    team["people"] = (*team["people"], {"name": "rita"})
    return make_world(team={**team, "roles": {**team["roles"], "reader": ("rita",)}})


@pytest.mark.parametrize("act", ["", "/{}/confirm", "/{}/end", "/{}/explode", "/ff/end", "/%00/confirm"])
@pytest.mark.parametrize("who", ["olga", "", "rita", "foreign"])
def test_whoever_may_not_changes_no_silence_whatever_is_sent(
    make_world: Callable[..., World], act: str, who: str
) -> None:
    world = with_reader(make_world)
    made(world.browser("lev"))
    (one,) = listed(world)
    world.found(make_finding())  # about an account of olga's
    browser = world.browser("rita" if who == "foreign" else who or "anna")
    token = browser.form_token("/silences") if who != "foreign" else "x"
    if not who:
        browser.sign_in("")
    place = "/silences" + act.format(one.order.id)
    for form in (
        {},
        {"matchers": HOSTILE, "until": "never", "reason": ""},
        {"matchers": "service=crm", "until": END, "reason": "x"},
    ):
        answer = browser.post(place, {"form_token": token, **form})
        assert answer.status_code in ({401} if not who else {400, 403, 404}), answer.text
        assert "Traceback" not in answer.text
        assert "<script>" not in answer.text.partition("<main")[2]
        assert list(listed(world)) == [one]
