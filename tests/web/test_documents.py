"""Documents: filed in versions, approved by somebody else, sent, with the receipt that ends a duty; kept from some."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from detector.errors import ConflictError, DeniedError, InputError, NotFoundError, StoreError
from detector.incident.learning.action_acts import WantedAction
from detector.runtime.evidence.verify_all import verify_everything
from detector.runtime.incidents.documents.document_desk import DocumentDesk
from detector.schema.case.chain import ChainFlaw
from detector.schema.case.documents import MAX_BODY, DocumentKind, FiledDocument, NewDocument
from detector.schema.case.duties import DutyState
from detector.schema.team.people import AccessKind
from detector.store.db import tables
from tests.fakes.people import me
from tests.web.conftest import HOSTILE, NIGHT, SCOPE, World, make_finding

NOTICE = NewDocument(
    kind=DocumentKind.NOTICE,
    language="ru",
    title="First notice",
    media_type="text/markdown",
    body=b"1,240 clients\nsince 03:00\n",
    duty="ru-24h",
)
REPORT = replace(NOTICE, kind=DocumentKind.REPORT, title="Report", duty="")


def desk(world: World, person: str) -> DocumentDesk:
    return world.console.documents(me(person))


def of_case(world: World, new: NewDocument = NOTICE, by: str = "lev", actor: str = "user:o.petrova") -> FiledDocument:
    incident = world.found(make_finding(by=actor), scope=SCOPE)
    return desk(world, by).add(incident.number, new)


def test_a_notice_waits_for_another_person_and_its_receipt_ends_its_duty_and_no_other(world: World) -> None:
    filed = of_case(world)
    mine, other, name = desk(world, "lev"), desk(world, "dina"), filed.id
    number = filed.document.id.removesuffix("-d1")
    with pytest.raises(ConflictError, match="whose approval is no second word"):
        mine.approve(name)
    with pytest.raises(ConflictError, match="needs the approval of a second person"):
        mine.sent(name, to="the regulator")
    with pytest.raises(ConflictError, match="dina signs in on the word of lev"):
        world.console.documents(replace(me("dina"), rests_on=("lev",))).approve(name)
    assert not other.approve(name).waits
    text = b"1,600 clients\nsince 03:00\n"
    assert mine.revise(name, media_type="text/markdown", body=text, note="360 more").waits
    with pytest.raises(ConflictError, match="is not the newest"):
        other.approve(name, version=1)
    with pytest.raises(ConflictError, match="says the same"):
        mine.revise(name, media_type="text/markdown", body=text, note="again")
    other.approve(name)
    with pytest.raises(ConflictError, match="nothing says that"):
        mine.receipt(name, number="88412")
    with pytest.raises(ConflictError, match="was approved at"):
        mine.sent(name, to="the regulator", at=NIGHT - timedelta(hours=1))
    mine.sent(name, to="the regulator, portal")
    sent_at = world.clock.now()
    world.clock.advance(timedelta(hours=2))
    last = mine.receipt(name, number="88412")
    assert [each.act.value for each in last.records] == ["approved", "approved", "sent", "receipt"]
    detail = world.detail(number)
    done = {duty.ref: duty for duty in detail.duties if duty.state is DutyState.DONE}
    assert list(done) == ["ru-152fz/ru-24h"]
    duty = done["ru-152fz/ru-24h"]
    assert (duty.receipt_number, duty.receipt_at, duty.notice_version) == ("88412", sent_at, f"{name} v2")
    kinds = [entry.kind for entry in detail.entries if entry.kind.startswith(("document", "duty"))]
    steps = ["added", "approved", "revised", "approved", "sent", "receipt"]
    assert kinds == [*(f"document_{each}" for each in steps), "duty_receipt"]
    assert all(filed.newest.sha256 in entry.text for entry in detail.entries if entry.kind == "document_added")
    assert detail.chain_sound
    with pytest.raises(ConflictError, match="has the receipt '88412'"):
        mine.receipt(name, number="1")
    assert mine.differences(name)[2:] == ["@@ -1,2 +1,2 @@", "-1,240 clients", "+1,600 clients", " since 03:00"]
    with pytest.raises(NotFoundError, match="has no version 7"):
        mine.body(name, 7)


def test_a_receipt_names_a_version_that_was_filed(world: World) -> None:
    filed, mine = of_case(world), desk(world, "lev")
    number = filed.document.id.removesuffix("-d1")
    said: dict[str, Any] = {"number": "1", "at": None, "by": me("lev")}
    for wrong in ("2", "v2", "d2", "d1 v2", "the second draft", f"{number}-d9 v1"):
        with pytest.raises(InputError, match="is no version of a document that was filed"):
            world.console.file_receipt(number, "ru-24h", version=wrong, **said)
    mine.revise(filed.id, media_type="text/markdown", body=b"1 client", note="fewer")
    mine.add(number, replace(NOTICE, duty="", title="To the bank"))
    with pytest.raises(InputError, match="may be a version of several documents"):
        world.console.file_receipt(number, "gdpr-72h", version="1", **said)
    for given, kept in (("1", "d1 v1"), ("V2", "d1 v2"), ("d1", "d1 v2"), ("D2 v1", "d2 v1"), ("", "")):
        world.console.file_receipt(number, "ru-24h", version=given, reason="corrected", **said)
        duty = next(each for each in world.detail(number).duties if each.stage == "ru-24h")
        assert duty.notice_version == (f"{number}-{kept}" if kept else "")
    page, at = f"/incidents/{number}?lang=ru", f"/incidents/{filed.document.incident_id}/duties/ru-152fz/ru-24h/receipt"
    refused = world.browser().fill(page, f"{at}?lang=ru", number="1", version="7", reason="corrected")
    assert (refused.status_code, "Версии «7» нет ни у одного документа" in refused.text) == (400, True)


def test_documents_of_a_merged_case_are_worked_on_where_it_goes_on_and_go_back_with_it(world: World) -> None:
    filed = of_case(world)
    one, other = filed.document.incident_id, world.found(make_finding(by="user:eve"), scope=SCOPE).id
    world.merges(one, other, by="lev", reason="one laptop")
    assert (
        [each.id for each in world.detail(other).documents]
        == [filed.id]
        == [each.id for each in desk(world, "lev").of(other)]
    )
    desk(world, "dina").approve(filed.id)
    mine = desk(world, "lev")
    mine.sent(filed.id, to="the regulator")
    mine.receipt(filed.id, number="88")
    there = next(duty for duty in world.detail(other).duties if duty.ref == "ru-152fz/ru-24h")
    assert (there.state, there.receipt_number) == (DutyState.DONE, "88")
    assert "document_receipt" in [entry.kind for entry in world.detail(other).entries]
    world.console.unmerge(one, by=me("dina"), reason="two people after all")
    assert world.detail(other).documents == ()
    states = {
        each: next(duty for duty in world.detail(each).duties if duty.ref == "ru-152fz/ru-24h") for each in (one, other)
    }
    assert (states[one].state, states[one].receipt_number) == (DutyState.DONE, "88")
    assert (states[other].open, states[other].receipt_number) == (True, "")
    assert all(world.detail(each).chain_sound for each in (one, other))
    mine.revise(filed.id, media_type="text/markdown", body=b"1 client", note="of this case alone")
    assert "document_revised" in [entry.kind for entry in world.detail(one).entries]


def action_of(world: World, text: str = "a second factor") -> WantedAction:
    return WantedAction(text=text, owner="lev", due_at=world.clock.now() + timedelta(days=30))


def test_whoever_files_for_another_does_not_approve_it_either(world: World) -> None:
    incident = world.found(scope=SCOPE)
    filed = world.console.documents(me("lev", "dina")).add(incident.number, REPORT)
    assert (filed.newest.author, filed.newest.typed_by) == ("dina", "lev")
    for name in ("lev", "dina"):
        with pytest.raises(ConflictError, match="no second word"):
            desk(world, name).approve(filed.id)
    desk(world, "anna").approve(filed.id)
    with pytest.raises(ConflictError, match="anna has approved"):
        desk(world, "anna").approve(filed.id)


def test_for_whom_a_case_is_about_its_documents_do_not_exist(world: World) -> None:
    filed = of_case(world)
    number, hers = filed.id.removesuffix("-d1"), desk(world, "olga")
    new = {"media_type": "text/plain", "body": b"x", "note": "x"}
    for look in (
        lambda: hers.show(filed.id),
        lambda: hers.body(filed.id),
        lambda: hers.approve(filed.id),
        lambda: hers.sent(filed.id, to="x"),
        lambda: hers.receipt(filed.id, number="1"),
        lambda: hers.revise(filed.id, **new),
        lambda: hers.show("nothing"),
    ):
        with pytest.raises(NotFoundError, match="there is no document"):
            look()
    actions = world.console.actions(me("olga"))
    world.console.actions(me("lev")).add(number, action_of(world))
    assert actions.waiting() == []
    for act in (
        lambda: hers.of(number),
        lambda: hers.add(number, REPORT),
        lambda: actions.of(number),
        lambda: actions.add(number, action_of(world)),
        lambda: actions.finish(number, 1, proof="x"),
    ):
        with pytest.raises(NotFoundError, match="there is no incident"):
            act()
    assert hers.all(10) == []
    assert [each.id for each in desk(world, "anna").all(10)] == [filed.id]
    browser = world.browser("olga")
    for path in (f"/documents/{filed.id}", f"/documents/{filed.id}/1/file", "/documents/nothing"):
        assert browser.get(path).status_code == 404
    assert "First notice" not in browser.get("/documents").text


def test_a_letter_is_read_by_who_may_see_clients_and_that_is_recorded(world: World) -> None:
    letter = replace(REPORT, kind=DocumentKind.LETTER, title="To clients", body=b"Dear client 1007")
    filed = of_case(world, letter, actor="user:mallory")
    number = filed.id.removesuffix("-d1")
    with pytest.raises(DeniedError, match="may not do this"):
        desk(world, "olga").body(filed.id)
    assert desk(world, "anna").body(filed.id)[1] == letter.body
    assert [entry.by for entry in world.detail(number).entries if entry.kind == "document_read"] == ["anna"]
    with world.store.read() as unit:
        looks = [each for each in unit.people.records(NIGHT) if each.kind is AccessKind.DOCUMENT_READ]
    assert [(each.person, each.count) for each in looks] == [("anna", 1)]
    before, browser = world.state(), world.browser("anna")
    page = browser.get(f"/documents/{filed.id}").text
    assert "nabat documents show" in page
    assert "1007" not in page
    assert browser.get(f"/documents/{filed.id}/1/file").status_code == 403
    assert world.state() == before


def test_everything_wrong_with_a_document_is_said_at_once(world: World) -> None:
    wrong = replace(REPORT, title=" ", language="russian", media_type="text/plain", body=b"\xff" * (MAX_BODY + 1))
    with pytest.raises(InputError) as raised:
        of_case(world, wrong)
    said = "; ".join(each.what for each in raised.value.problems)
    for part in ("title is missing", "'russian' is no language", "more than 16777216", "not UTF-8"):
        assert part in said
    incident = world.console.incidents()[0]
    with pytest.raises(NotFoundError, match="has no duty 'us-hipaa'"):
        desk(world, "lev").add(incident.number, replace(NOTICE, duty="us-hipaa"))
    filed = desk(world, "lev").add(incident.number, REPORT)
    with pytest.raises(InputError) as raised:
        desk(world, "lev").sent(filed.id, to="", at=NIGHT + timedelta(days=1))
    assert [each.what.partition(" ")[2] for each in raised.value.problems] == [
        "is in the future",
        "whom it was sent is missing",
    ]


def test_a_body_that_was_altered_is_not_handed_out_and_is_found(world: World) -> None:
    filed = of_case(world, REPORT)
    assert verify_everything(world.settings, world.store).differences == ()
    with world.store.begin() as unit:
        unit.session.run(update(tables.document_bodies).values(body="eA=="))
    with pytest.raises(StoreError, match="is not what was filed"):
        desk(world, "lev").body(filed.id)
    (found,) = verify_everything(world.settings, world.store).differences
    assert (found.flaw, dict(found.args)) == (ChainFlaw.DOCUMENT_BODY, {"document": filed.id, "version": 1})
    page = world.browser().get(f"/documents/{filed.id}?lang=ru").text
    assert "Текст не тот, что был сохранён" in page


def test_documents_of_the_company_are_of_no_case(world: World) -> None:
    review = replace(REPORT, kind=DocumentKind.REVIEW, title="Plan of 2026")
    filed = desk(world, "lev").add("company", review)
    assert filed.id == "company-d1"
    assert not desk(world, "dina").approve("company-d1").waits
    assert [each.id for each in desk(world, "anna").of("company")] == ["company-d1"]
    assert "Plan of 2026" in world.browser("anna").get("/documents").text
    with world.store.begin() as unit:
        unit.session.run(update(tables.documents).values(title="Plan of 2020"))
    assert verify_everything(world.settings, world.store).differences == ()  # it went through the store: it is recorded
    with pytest.raises(InputError, match="a duty is one of an incident"):
        desk(world, "lev").add("company", NOTICE)


@pytest.mark.parametrize(
    ("language", "waits", "own"),
    [
        ("en", "waits for a second person&#39;s approval", "that is no second word"),
        ("ru", "ждёт согласия второго человека", "это не второе слово"),
    ],
    ids=("en", "ru"),
)
def test_on_the_pages_a_document_is_filed_approved_sent_and_its_receipt_kept(
    world: World, language: str, waits: str, own: str
) -> None:
    incident = world.found(scope=SCOPE)
    browser, case = world.browser(), f"/incidents/{incident.number}?lang={language}"
    add = f"/incidents/{incident.id}/documents/add"
    assert browser.fill(case, add, kind="notice", title="").status_code == 400
    text = f"first\n{HOSTILE}"
    answer = browser.fill(case, add, kind="notice", title=HOSTILE, language="en", duty="ru-152fz/ru-24h", body=text)
    page = answer.headers["location"]
    assert page == f"/documents/{incident.number}-d1"
    shown = browser.get(f"{page}?lang={language}").text
    assert waits in shown
    assert "<script>" not in shown
    whole = browser.case(case)
    assert waits in whole
    assert "<script>alert" not in whole
    refused = browser.post(f"{page}/approve", {"form_token": browser.form_token(page)})
    assert refused.status_code == 409
    assert own in refused.text
    file = browser.get(f"{page}/1/file")
    assert file.text == text
    assert file.headers["content-disposition"].startswith("attachment;")
    assert file.headers["content-type"] == "text/plain; charset=utf-8", "never as a page or a script"
    assert browser.fill(page, f"{page}/approve", by="dina", version="1").status_code == 303
    assert browser.fill(page, f"{page}/sent", by="lev", to="portal", version="1").status_code == 303
    assert browser.fill(page, f"{page}/receipt", number="88412").status_code == 303
    assert browser.fill(page, f"{page}/revise", body="second", note="shorter").status_code == 303
    states = {duty.ref: duty.state for duty in world.detail(incident.number).duties}
    assert states["ru-152fz/ru-24h"] is DutyState.DONE
    assert browser.post(f"{page}/approve", {"version": "2"}).status_code == 403


@pytest.mark.parametrize(
    ("language", "head", "never"), [("en", "Drill", "never recorded"), ("ru", "Учения", "ни разу")]
)
def test_what_comes_round_is_recorded_as_done_on_the_page(world: World, language: str, head: str, never: str) -> None:
    browser, page = world.browser("lev"), f"/documents?lang={language}"
    shown = browser.get(page).text
    assert head in shown
    assert shown.count(never) == 6
    assert browser.fill(page, "/documents/standing/done", standing="drill", body="").status_code == 400
    future = {"standing": "drill", "body": "x", "at": "2030-01-01T10:00"}
    assert browser.fill(page, "/documents/standing/done", **future).status_code == 400
    done = browser.fill(
        page, "/documents/standing/done", standing="drill", body="answered in <2 min", at="2026-03-02T10:00"
    )
    assert done.headers["location"] == "/documents/company-d1"
    shown = browser.get(page).text
    assert shown.count(never) == 5
    assert "answered in &lt;2 min" in browser.get("/documents/company-d1").text
    (thing,) = [each for each in desk(world, "lev").standing() if each.item.what == "drill"]
    assert (thing.item.due_at - NIGHT).days == 89


@pytest.mark.parametrize("language", ["en", "ru"])
def test_on_the_pages_a_duty_leads_to_its_notice_which_is_written_into_drafted_and_taken_as_a_file(
    world: World, language: str
) -> None:
    incident = world.found(scope=SCOPE)
    browser = world.browser()
    page = f"/incidents/{incident.number}/notices/ru-152fz/ru-24h"
    duties = browser.get(f"/incidents/{incident.number}/duties?lang={language}").text
    assert page in duties
    assert f"/incidents/{incident.number}/notices/police" in duties
    shown = browser.get(f"{page}?lang={language}").text
    assert "organization.inn" in shown, "what is missing names who can give it, and where"
    write = f"/incidents/{incident.id}/notice-write/ru-152fz/ru-24h"
    said = {"field": "extra_info", "value": HOSTILE, "language": language}
    assert browser.fill(page, write, **said, reason="").status_code == 400
    assert browser.fill(page, write, **said, reason="a call").headers["location"].endswith("#field-extra_info")
    shown = browser.get(page).text
    assert "<script>" not in shown
    draft = f"/incidents/{incident.id}/notice-draft/ru-152fz/ru-24h"
    document = browser.fill(page, draft, language=language).headers["location"]
    assert document == f"/documents/{incident.number}-d1"
    assert browser.fill(page, draft, language=language).status_code == 409, "nothing has changed"
    for form, begins in (("docx", b"PK"), ("html", b"<!doctype"), ("pdf", b"%PDF")):
        file = browser.get(f"{document}/1/file?format={form}")
        assert (file.status_code, file.content.startswith(begins)) == (200, True)
        assert file.headers["content-disposition"].startswith("attachment;")
    assert browser.get(f"{document}/1/file?format=exe").status_code == 404
    assert browser.get(f"/incidents/{incident.number}/notices/nothing").status_code == 404
    with world.store.read() as unit:
        (word,) = unit.notices.words(incident.id)
    assert (word.field, word.by, word.duty) == ("extra_info", "lev", "ru-152fz/ru-24h")


def test_what_contradicts_the_case_is_shown_and_goes_on_for_a_reason_alone(world: World) -> None:
    incident = world.found(scope=SCOPE)
    said = replace(NOTICE, language="en", body=b"Data of 7 clients was concerned. It has been stopped.\n")
    filed = desk(world, "lev").add(incident.number, said)
    page, browser = f"/documents/{filed.id}", world.browser("dina")
    shown = browser.get(f"{page}?lang=ru").text
    assert [part in shown for part in ("Что показала проверка", "противоречит делу (2)")] == [True, True]
    with pytest.raises(ConflictError, match=r"contradicts the case \(2\)") as refused:
        desk(world, "dina").approve(filed.id)
    assert len(refused.value.problems) == 3, "each contradiction is named, too"
    before = world.state()
    unsaid = browser.post(f"{page}/approve", {"form_token": browser.form_token(page), "version": "1"})
    assert (unsaid.status_code, "исправьте её или напишите" in unsaid.text) == (409, True)
    assert world.state() == before
    assert browser.fill(page, f"{page}/approve", reason=f"the form asks so {HOSTILE}").status_code == 303
    lev = world.browser("lev")
    sent = {"to": "the regulator"}
    assert lev.post(f"{page}/sent", {"form_token": lev.form_token(page)} | sent).status_code == 409
    assert lev.fill(page, f"{page}/sent", reason="corrected by phone", **sent).status_code == 303
    records = desk(world, "lev").show(filed.id).records
    assert [each.reason[:17] for each in records] == ["the form asks so ", "corrected by phone"[:17]]
    told = [
        each for each in world.detail(incident.number).entries if each.kind in ("document_approved", "document_sent")
    ]
    assert [("contradictions", 2) in each.data and "the check names" in each.text for each in told] == [True, True]
    right = replace(said, body=b"Data of at least 1,240 clients was concerned.\n", title="Second")
    assert (
        "What the check says" not in browser.get(f"/documents/{desk(world, 'lev').add(incident.number, right).id}").text
    )
