"""Who may be in an incident beside its actor, on its page."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from detector.schema.case.incidents import Decisions, Incident
from detector.schema.events.touches import TouchReason
from detector.store import Journal
from tests.runtime.companions.work import COLLEAGUES, MEIER, THIEF, opened, usual_days, write
from tests.store.values import NOON
from tests.web.conftest import HOSTILE, World, make_finding

STOLEN = [300_000 + 41 * number for number in range(120)]
LAST = NOON + timedelta(seconds=119 * 20)


def filled(world: World, other: str = MEIER) -> World:
    """A week of an office; one of it opens 120 clients in 40 minutes, another one 40 of them the next day."""
    rows = [*usual_days(THIEF, MEIER, *COLLEAGUES), *opened(THIEF, NOON, STOLEN)]
    rows += opened(other, NOON + timedelta(days=1), STOLEN[:40], every=90)
    rows += opened(other, NOON + timedelta(minutes=5), ["1"], TouchReason.DEALT_BEFORE, **{"session.id": f"s-{THIEF}"})
    write(world.store, Journal(world.settings.state / "journal", world.store), rows)
    return world


def about(world: World, actor: str = THIEF) -> Incident:
    return world.found(make_finding("theft", actor, at=LAST, first_event_at=NOON))


def section(world: World, incident: Incident, language: str = "en", person: str = "lev") -> str:
    page = world.browser(person).get(f"/incidents/{incident.number}/actor?lang={language}").text
    found = re.search(r'<h3 id="together">.*?</section>', page, re.DOTALL)
    assert found, page
    return found[0].replace("\xa0", " ")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Possibly together with", "<code>user:b.meier</code>", "was in the same session, 1 Mar, 15:05: one",
                "opened 40 of the same 120 clients, 2 Mar, 15:00 to 2 Mar, 15:58; for 40 of them nothing explains it; "
                "of the 8 others it is compared with, nobody has more than 0", "They accuse nobody",
                "Compared with 9 other accounts of people", "to 3 Mar, 03:12")),
        ("ru", ("Возможно, вместе с", "<code>user:b.meier</code>", "тот же сеанс, 1 мар., 15:05: 1 обращение",
                "открыто 40 из тех же 120 клиентов, 2 мар., 15:00 – 2 мар., 15:58; у 40 из них это ничем "
                "не объясняется; среди других учётных записей, с которыми она сравнивается (8), больше 0 нет",
                "Они никого не обвиняют", "всего 9", "по 3 мар., 03:12")),
    ],
)  # fmt: skip
def test_who_may_be_in_it_is_said_with_its_reasons_in_both_languages(
    world: World, language: str, said: tuple[str, ...]
) -> None:
    text = section(world, about(filled(world)), language)
    for each in said:
        assert each in text


def test_an_open_incident_about_the_other_is_led_to_from_each_of_them(world: World) -> None:
    first, second = about(filled(world)), world.found(
        make_finding("theft", MEIER, at=NOON + timedelta(days=1, hours=1), first_event_at=NOON + timedelta(days=1))
    )  # fmt: skip
    assert f'also incident <a href="/incidents/{second.number}">{second.code_name}</a>' in section(world, first)
    assert f'also incident <a href="/incidents/{first.number}">{first.code_name}</a>' in section(world, second)


def test_nobody_reads_that_her_own_account_stands_beside_a_case(make_world: Callable[..., World]) -> None:
    team = {
        "people": [
            {"name": "lev", "targets": ["desk"]},
            {"name": "meier", "accounts": [MEIER], "targets": ["desk"]},
        ],
        "roles": {"lead": ["lev", "meier"]},
    }
    world = filled(make_world(team=team))
    first, second = about(world), world.found(
        make_finding("theft", MEIER, at=NOON + timedelta(days=1, hours=1), first_event_at=NOON + timedelta(days=1))
    )  # fmt: skip
    assert second.number in section(world, first)
    own = section(world, first, person="meier")
    assert "b.meier" not in own
    assert second.number not in own
    assert second.code_name not in own


def test_an_incident_that_somebody_may_not_look_at_is_not_named_beside_an_account(
    make_world: Callable[..., World],
) -> None:
    team = {
        "people": [
            {"name": "lev", "targets": ["desk"]},
            {"name": "o", "accounts": [COLLEAGUES[0]], "targets": ["desk"]},
        ],
        "roles": {"lead": ["lev", "o"]},
    }
    world = filled(make_world(team=team))
    first, second = about(world), world.found(
        make_finding("theft", MEIER, at=NOON + timedelta(days=1, hours=1), first_event_at=NOON + timedelta(days=1))
    )  # fmt: skip
    with world.store.begin() as unit:
        changed = replace(second, related_actors=(COLLEAGUES[0],), version=second.version + 1)
        unit.incidents.save(Decisions(incidents=(changed,)))
    assert second.number in section(world, first)
    hers = section(world, first, person="o")
    assert "b.meier" in hers
    assert second.number not in hers


def test_no_client_is_named_and_hostile_names_do_nothing(world: World) -> None:
    text = section(world, about(filled(world, f"user:{HOSTILE}{'x' * 500}")))
    assert "nothing explains it" in text
    assert "<script" not in text
    assert "\u202e" not in text
    assert "x" * 100 not in text
    assert "300000" not in text


def test_that_nobody_is_and_who_was_looked_at_is_said(world: World) -> None:
    text = section(world, about(filled(world), COLLEAGUES[0]))
    assert "Nobody else: 9 other accounts of people that opened clients from 26 Feb, 15:00" in text


def test_no_message_names_who_may_be_in_it(world: World) -> None:
    incident = about(filled(world))
    with world.store.read() as unit:
        messages = unit.outbox.messages(incident.id)
    assert messages
    assert not any("b.meier" in str(each) for each in messages)
