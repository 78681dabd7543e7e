"""Letters to clients on their page: planned, approved by two, sent by the service, settled; and by whom not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from detector.incident import IncidentChanges
from detector.runtime.incidents.console import PersonalConsole
from detector.runtime.incidents.letter_dispatcher import LetterDispatcher
from detector.schema.case.incidents import CloseReason, Incident, IncidentStatus
from detector.schema.letters.mailings import LetterState, MailingKind
from detector.schema.team.people import AccessKind
from detector.store import Journal
from tests.fakes.people import me
from tests.receivers import Mails, smtp_server, until
from tests.runtime.letters.test_letters import report
from tests.store.values import events
from tests.web.conftest import NIGHT, Browser, World, make_finding

__all__ = ["smtp_server"]

CLIENTS = ("1001", "1002", "1003")


@pytest.fixture
def world(make_world: Callable[..., World], tmp_path: Path, smtp_server: Mails) -> World:
    rows = "".join(f"{each},<script>alert(1)</script>,mail,c{each}@example.org,ru\n" for each in CLIENTS[:2])
    (tmp_path / "contacts.csv").write_text("id,name,channel,address,language\n" + rows)
    letters = {
        "smtp": f"smtp://127.0.0.1:{smtp_server.port}",
        "sender": "letters@example.org",
        "hotline": "8 800 000 00 00",
    }
    people = [{"name": name, "title": name.title(), "targets": ["desk"]} for name in ("anna", "dina", "lev", "olga")]
    people.append({"name": "sonya", "title": "Sonya", "targets": ["desk"], "accounts": ["user:o.petrova"]})
    roles = {"soc": ["anna"], "dpo": ["dina"], "lead": ["lev"], "com": ["olga"], "own": ["sonya"]}
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


def test_letters_are_planned_approved_sent_by_the_service_and_settled_on_the_page(
    world: World, smtp_server: Mails
) -> None:
    incident = leak(world)
    page, place = f"/incidents/{incident.number}/letters", f"/incidents/{incident.id}/letters"
    lead, browser, third = (world.browser(who) for who in ("lev", "anna", "dina"))

    def press(act: str, by: Browser = lead, **form: str) -> httpx.Response:
        return by.post(f"{place}/{act}", {"form_token": tokens[by], "kind": "first"} | form)

    tokens = {each: each.form_token("/signout") for each in (lead, browser, third)}
    assert "No letters were filed." in lead.get(page).text
    assert f'href="{page}"' in lead.get(f"/incidents/{incident.number}/clients").text
    counted = press("count")
    assert (counted.status_code, "No letters were filed." in counted.text) == (200, True)
    for line in ("Letters: 2", "Clients without a letter: 1", "no contact: 1", "By channel: mail 2"):
        assert line in counted.text, line
    assert not any(each in counted.text for each in (*CLIENTS, "example.org<", "alert(1)"))
    missing = press("missing")
    assert (missing.text, missing.headers["x-content-type-options"]) == ("client,why\n1003,no_contact\n", "nosniff")

    filed = press("file")
    assert filed.status_code == 303
    document = filed.headers["location"].removeprefix("/documents/")
    assert press("send").status_code == 409, "nobody has approved them"
    assert f'action="{place}/approve"' not in lead.get(page).text, "one's own word is no second one"
    assert "alert(1)" not in browser.get(page).text
    read = press("read", browser)
    assert ("&lt;script&gt;alert(1)" in read.text, "<script>alert(1)" in read.text) == (True, False)
    assert press("approve", browser, document="other").status_code == 404
    assert [press("approve", each, document=document).status_code for each in (browser, third)] == [303, 303]
    assert press("send").status_code == 303
    stand = lead.get(page + "?lang=ru").text
    for words in ("в плане: 2", "Anna", "Dina", "служба отправляет их с", f'action="{place}/stop"'):
        assert words in stand, words
    assert press("stop").status_code == 303
    assert press("send").status_code == 303
    sending = LetterDispatcher(world.console, look=0.01)
    sending.start()
    until(lambda: len(smtp_server.received) == 2)
    assert sending.stop(timedelta(seconds=20))
    assert "sent: 2" in lead.get(page + "?lang=en").text
    back = report(str(smtp_server.received[0]["Message-ID"])).decode()
    taken = press("returned", returned=back)
    assert "Came back: 1. Go another way: 0. Have none: 1." in taken.text
    assert "none of these letters came back" in press("returned", returned="hello").text
    posted = press("post")
    assert posted.headers["content-disposition"] == 'attachment; filename="post.csv"'
    assert ",ru,bounced," in posted.text.splitlines()[1]
    pages = press("pages")
    assert ("&lt;script&gt;" in pages.text, "<script>" in pages.text) == (True, False)
    with world.store.begin() as unit:
        (mailing,) = unit.letters.mailings(incident.id)
        (sent,) = unit.letters.in_state(mailing, LetterState.SENT)
        unit.letters.save([replace(sent, state=LetterState.UNKNOWN)])
    assert sent.message_id in lead.get(page).text
    assert press("settle", accepted=f"<{sent.message_id}>").status_code == 303
    with world.store.read() as unit:
        shown = {each.kind for each in unit.people.records(NIGHT)}
    assert {AccessKind.CLIENTS_SEEN, AccessKind.DOCUMENT_READ} <= shown
    again = press("count", kind="follow-7")
    assert (again.status_code, 'role="alert"' in again.text) == (200, False)
    assert "Can be sent from" not in again.text, "none is planned"
    # Clients are written to after the close as well, unless none of them is concerned.
    first, withdraws = '<option value="first"', '<option value="withdrawal"'
    for reason, offered in (
        (CloseReason.HANDLED, first),
        (CloseReason.DUPLICATE, ""),
        (CloseReason.FALSE_POSITIVE, withdraws),
    ):
        now = world.console.detail(incident.id).incident
        closed = replace(
            now, version=now.version + 1, status=IncidentStatus.CLOSED, closed_at=NIGHT, close_reason=reason
        )
        with world.store.begin() as unit:
            unit.incidents.save(IncidentChanges(incidents=(closed,)))
        stands = lead.get(page).text
        plans = stands.partition('id="letters-plan"')[2]
        assert (f'action="{place}/count"' in plans) is bool(offered)
        assert [each for each in (first, withdraws) if each in plans] == [offered] * bool(offered)
    # What turned out to be no breach is withdrawn.
    counted = press("count", kind="withdrawal").text
    assert "Letters: 1" in counted, "the other one came back"
    overview = lead.get(f"/incidents/{incident.number}").text
    assert "letters to clients (1 to be set right): not withdrawn yet" in overview
    russian = lead.get(f"/incidents/{incident.number}?lang=ru").text
    assert "письма клиентам (исправить нужно: 1): ещё не отозвано" in russian
    off = {"form_token": tokens[lead], "withdrawal": "withdrawal/clients", "reason": "the colleague told her"}
    assert lead.post(f"/incidents/{incident.id}/withdrawal-off", off).status_code == 303
    assert "решено не отзывать" in lead.get(f"/incidents/{incident.number}").text
    again = lead.post(f"/incidents/{incident.id}/withdrawal-off", off)
    assert (again.status_code, "уже отправлено или решено не отзывать" in again.text) == (409, True)


def test_letters_of_a_case_that_went_into_another_are_shown_on_its_page(world: World, smtp_server: Mails) -> None:
    incident, other = leak(world), world.found(make_finding(rule="other", by="user:trudy"))
    desk = PersonalConsole(world.console, me("lev")).letters
    desk.file(incident.id, desk.plan(incident.id, MailingKind.FIRST, samples=0))
    assert "No letters were filed." in world.browser("lev").get(f"/incidents/{other.number}/letters").text
    asked = PersonalConsole(world.console, me("lev")).merge(incident.id, other.id, reason="one matter")
    PersonalConsole(world.console, me("anna")).approve(asked.id, "merge")
    for language, words in (("en", "which went into this one"), ("ru", "присоединённого к этому")):
        shown = world.browser("lev").get(f"/incidents/{other.number}/letters?lang={language}").text
        assert words in shown
        assert incident.number in shown
    assert "No letters were filed." not in shown


def test_what_is_wrong_with_contacts_is_said_and_who_may_not_has_no_form_and_no_act(
    world: World, tmp_path: Path
) -> None:
    incident = leak(world)
    page, place = f"/incidents/{incident.number}/letters", f"/incidents/{incident.id}/letters"
    (tmp_path / "contacts.csv").write_text("id,channel,address\n1001,owl,x\n1002,pigeon,x\n")
    refused = world.browser("lev").fill(page, f"{place}/file", kind="first")
    assert refused.status_code == 400
    assert refused.text.count("contacts.csv") >= 2, "all problems at once"
    forged = {"form_token": "x", "kind": "first"}
    assert world.browser("lev").post(f"{place}/file", forged).status_code == 403
    press, suspect = world.browser("olga"), world.browser("sonya")
    assert "No letters were filed." in press.get(page).text
    assert "letters/count" not in press.get(page).text
    assert suspect.get(page).status_code == 404
    form = {"form_token": press.form_token(page), "kind": "first"}
    hers = {"form_token": suspect.form_token("/signout"), "kind": "first", "document": "d"}
    acts = ("count", "file", "read", "approve", "send", "stop", "settle", "returned", "post", "pages", "missing")
    assert {each: press.post(f"{place}/{each}", form).status_code for each in acts[:2]} == dict.fromkeys(acts[:2], 403)
    assert {suspect.post(f"{place}/{each}", hers).status_code for each in acts} == {404}
    assert press.post(f"{place}/elsewhere", form).status_code == 404


def test_clients_without_a_letter_are_settled_and_held_back_on_the_page(world: World, smtp_server: Mails) -> None:
    incident = leak(world)
    page, place = f"/incidents/{incident.number}/letters", f"/incidents/{incident.id}/letters"
    lead, browser, third = (world.browser(who) for who in ("lev", "anna", "dina"))

    def press(act: str, by: Browser = lead, **form: str) -> httpx.Response:
        return by.post(f"{place}/{act}", {"form_token": tokens[by], "kind": "first"} | form)

    tokens = {each: each.form_token("/signout") for each in (lead, browser, third)}
    document = press("file").headers["location"].removeprefix("/documents/")
    for each in (browser, third):
        press("approve", each, document=document)
    held = press("hold", client="1001", reason="objects, no. 88")
    assert ("Held back: 1. Had gone, or perhaps: 0." in held.text, held.status_code) == (True, 200)
    again = press("hold", client="1001", reason="again")
    assert (again.status_code, "Letters to this client are held back since" in again.text) == (409, True)
    smtp_server.unknown.add("c1002@example.org")
    assert press("send").status_code == 303
    sending = LetterDispatcher(world.console, look=0.01)
    sending.start()
    until(lambda: "failed: 1" in lead.get(page + "?lang=en").text)
    assert sending.stop(timedelta(seconds=20))
    assert smtp_server.received == []
    stood = lead.get(page + "?lang=en").text
    for words in ("3 clients have no letter", "no contact: 1", "held back: 1", 'name="state-failed"', "Held back now"):
        assert words in stood, words
    assert "Без письма 3 клиента" in lead.get(page + "?lang=ru").text
    assert "3 clients have no letter: say how" in lead.get(f"/incidents/{incident.number}?lang=en").text
    close = {"form_token": tokens[lead], "why": "handled", "note": "done"}
    said = lead.post(f"/incidents/{incident.id}/close", close).text
    assert all(f"1 client has no letter ({why} 1)" in said for why in ("failed", "no contact", "held back"))
    listed = press("without").text.splitlines()
    assert (listed[0], len(listed)) == ("client,name,state,why,document,number", 4)
    assert press("told", how="posted", words="list 12").status_code == 400, "whom it is about is not said"
    wrong = press("told", **{"how": "", "words": "list 12", "state-failed": "yes"})
    assert (wrong.status_code, "Choose how they were told" in wrong.text) == (400, True)
    assert "list 12" in wrong.text, "what was typed stays"
    assert press("told", **{"how": "posted", "words": "list 12", "state-failed": "yes", "at": "x"}).status_code == 400
    assert press("told", **{"how": "posted", "words": "list 12", "state-failed": "yes"}).status_code == 303
    assert press("told", how="given-up", words="deceased", client="1003").status_code == 303
    assert press("release", client="1001", reason="withdrawn").status_code == 303
    after = lead.get(page + "?lang=en").text
    for words in ("posted on paper: 1", "given up: 1", "planned: 1", "1 client has no letter"):
        assert words in after, words
    assert press("told", **{"how": "public", "words": "on the site", "state-planned": "yes"}).status_code == 303
    asked = browser.get(page + "?lang=en").text
    assert "says of 1 client whose letter can still go: told by a public communication." in asked
    assert "о 1 клиенте, письмо которому ещё может уйти: публичное сообщение" in browser.get(page + "?lang=ru").text
    assert "planned: 1" in asked
    answer = {"subject": "letters", "reason": "they can be sent"}
    own = lead.post(f"/incidents/{incident.id}/agree?lang=en", answer | {"form_token": tokens[lead]})
    assert (own.status_code, "Another person has to agree that letters" in own.text) == (409, True)
    told_no = browser.post(f"/incidents/{incident.id}/disagree", answer | {"form_token": tokens[browser]})
    assert (told_no.status_code, told_no.headers["location"]) == (303, f"{page}#asked-letters")
    assert 'id="letters-stand"' in own.text, "what was refused stands where it is decided"
    assert "planned: 1" in lead.get(page + "?lang=en").text
    assert 'name="correction"' in lead.get(f"/incidents/{incident.number}").text
    none = {"form_token": tokens[lead], "why": "false_positive", "note": "an audit"}
    refused = lead.post(f"/incidents/{incident.id}/close", none)
    assert (refused.status_code, "1 client got a letter or was told: a correction is owed" in refused.text) == (
        409,
        True,
    )
    in_russian = lead.post(f"/incidents/{incident.id}/close?lang=ru", none).text
    assert "1 клиент получил письмо или иное сообщение: об ошибке им надо сказать" in in_russian
    closed = lead.post(f"/incidents/{incident.id}/close", none | {"correction": "a second letter"})
    assert closed.status_code == 303
    assert "and nobody has said how they were told" in lead.get(page + "?lang=en").text
    agreed = browser.post(f"/incidents/{incident.id}/agree", {"form_token": tokens[browser], "subject": "close"})
    assert agreed.status_code == 303
    assert "and nobody has said how they were told" not in lead.get(page + "?lang=en").text, "it was no breach"
    timeline = lead.get(f"/incidents/{incident.number}/timeline?lang=ru").text
    assert "a second letter" in timeline
    for words in ("отправлено на бумаге", "list 12", "не сообщаем", "Письма одному клиенту задержаны"):
        assert words in timeline, words
    assert not any(client in timeline for client in CLIENTS)
    stranger = world.browser("sonya")
    assert stranger.post(f"{place}/told", {"form_token": "x"}).status_code in (403, 404)
