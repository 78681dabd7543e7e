"""Letters to clients on the page of whose data it was: counted, filed, approved, shown as far as they are."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from detector.schema.case.incidents import Incident
from detector.schema.letters.mailings import MailingKind
from detector.store import Journal
from tests.fakes.people import me
from tests.store.values import events
from tests.web.conftest import NIGHT, World

CLIENTS = ("1001", "1002", "1003")


@pytest.fixture
def world(make_world: Callable[..., World], tmp_path: Path) -> World:
    rows = "".join(f"{each},<script>alert(1)</script>,mail,c{each}@example.org,ru\n" for each in CLIENTS[:2])
    (tmp_path / "contacts.csv").write_text("id,name,channel,address,language\n" + rows)
    letters = {"smtp": "smtp://127.0.0.1:9", "sender": "letters@example.org", "hotline": "8 800 000 00 00"}
    people = [{"name": name, "title": name.title(), "targets": ["desk"]} for name in ("anna", "dina", "lev", "olga")]
    roles = {"soc": ["anna"], "dpo": ["dina"], "lead": ["lev"], "com": ["olga"]}
    return make_world(
        contacts={"csv": str(tmp_path / "contacts.csv")}, letters=letters, team={"people": people, "roles": roles}
    )


def leak(world: World) -> Incident:
    """Let somebody read the cards of three clients."""
    journal = Journal(world.settings.state / "journal", world.store)
    common = {"actor.id": "user:o.petrova", "record.count": 1, "object.classes": ["contact"], "event.action": "read"}
    journal.append(
        events(
            *(
                {"@timestamp": NIGHT - timedelta(minutes=9 - n), "log.offset": n, "subject.ids": [each]}
                | {"record.ids": [each]}
                | common
                for n, each in enumerate(CLIENTS)
            )
        )
    )
    with world.store.begin() as unit:
        journal.flush(unit)
    return world.found()


def test_letters_are_counted_filed_approved_and_followed_on_the_page(world: World) -> None:
    incident = leak(world)
    page, browser = f"/incidents/{incident.number}/clients", world.browser("lev")
    assert "No letters were filed." in browser.get(page).text
    counted = browser.fill(page, f"/incidents/{incident.id}/letters/count", kind="first")
    assert (counted.status_code, "No letters were filed." in counted.text) == (200, True)
    for line in ("Letters: 2", "Clients without a letter: 1", "no contact: 1", "By channel: mail 2"):
        assert line in counted.text, line
    assert not any(each in counted.text for each in (*CLIENTS, "example.org<", "alert(1)"))

    filed = browser.fill(page, f"/incidents/{incident.id}/letters/file", kind="first")
    assert filed.status_code == 303
    document = filed.headers["location"].removeprefix("/documents/")
    shown = browser.get(f"/documents/{document}").text
    assert "<script>alert" not in shown
    for who in ("anna", "dina"):
        world.consoles.of(me(who)).letters.approve(incident.id, MailingKind.FIRST)
    stand = browser.get(page).text
    assert f'href="/documents/{document}"' in stand
    for words in ("planned: 2", "Clients without a letter: 1", "Anna", "Dina"):
        assert words in stand, words
    again = browser.fill(page, f"/incidents/{incident.id}/letters/count", kind="follow-7")
    assert (again.status_code, 'role="alert"' in again.text) == (409, True), "there is no first letter to follow"


def test_what_is_wrong_with_contacts_is_said_and_who_may_not_see_clients_has_no_form(
    world: World, tmp_path: Path
) -> None:
    incident = leak(world)
    page = f"/incidents/{incident.number}/clients"
    (tmp_path / "contacts.csv").write_text("id,channel,address\n1001,owl,x\n1002,pigeon,x\n")
    refused = world.browser("lev").fill(page, f"/incidents/{incident.id}/letters/file", kind="first")
    assert refused.status_code == 400
    assert refused.text.count("contacts.csv") >= 2, "all problems at once"
    forged = {"form_token": "x", "kind": "first"}
    assert world.browser("lev").post(f"/incidents/{incident.id}/letters/file", forged).status_code == 403
    press = world.browser("olga")
    assert "No letters were filed." in press.get(page).text
    assert "letters/count" not in press.get(page).text
    form = {"form_token": press.form_token(page), "kind": "first"}
    assert press.post(f"/incidents/{incident.id}/letters/count", form).status_code == 403
