"""A night of notices: drafted from the scope, written into, approved by another, sent, received; what changed since."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from detector.errors import ConflictError, NotFoundError
from detector.incident.notices.notice_values import notice_json
from detector.rendering import TextFormat, write_text
from detector.runtime.evidence.verify_all import verify_everything
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.documents import DocumentKind, NewDocument
from detector.schema.case.duties import DutyState
from detector.schema.notices.notice_fields import FieldState
from tests.fakes.people import me
from tests.runtime.places import answer
from tests.scenarios.story import Story

OURS = {
    "name": "Example Bank",
    "inn": "7700000000",
    "address": "1 Example Street",
    "email": "privacy@example.org",
    "dpo": {"name": "Dina Doe", "position": "officer", "phone": "+7 495 000-00-01", "email": "dpo@example.org"},
}


def test_a_notice_goes_from_the_scope_to_the_receipt_and_the_next_one_says_what_changed(
    story: Callable[..., Story], tmp_path: Path
) -> None:
    night = story(organization=OURS, incident={"regulations": ["ru-152fz", "eu-gdpr-33"]})
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    case, number = night.incident, night.incident.number
    night.at("09:00")
    desk = {name: night.console.notices(me(name)) for name in ("dina", "lev")}
    listed = {each.made.subject.name: str(each.made.facts.zone) for each in desk["dina"].of(number)}
    assert {"ru-152fz/ru-24h", "eu-gdpr-33/gdpr-72h", "police", "insurer", "not-notifying"} <= set(listed)
    zones = [listed[each] for each in ("ru-152fz/ru-24h", "eu-gdpr-33/gdpr-72h", "police")]
    assert zones == ["Europe/Moscow", "UTC", "UTC"], "a law's zone is no other notice's"
    first = desk["dina"].one(number, "ru-24h", "ru")
    missing = {each.id for each in first.made.fields if each.state is FieldState.MISSING}
    assert missing == {"data_actuality_period", "measures_taken"}, "all else stands in logs and settings"

    # What was due at seven in the morning is no plan at nine; what is due tomorrow is.
    done_and_planned = next(
        each for each in desk["dina"].one(number, "insurer", "en").made.fields if each.id == "measures"
    )
    rows = done_and_planned.value.splitlines()
    assert "not done yet: replace passwords, keys and tokens that may be known" in rows
    assert not [row for row in rows if row.startswith("planned by 2026-03-02 0")]
    assert [row for row in rows if row.startswith("planned by 2026-03-03")]

    # What only people know is written once, and stays.
    with pytest.raises(NotFoundError, match="data_actuality_period"):
        desk["dina"].write(number, "ru-24h", "data_actuality", "x", reason="r")
    desk["dina"].write(
        number, "ru-24h", "data_actuality_period", "на 1 марта 2026 г. {{ 7*7 }}", reason="the owner says so"
    )
    night.console.complete(number, "C2", by=me("lev"), proof="account blocked at 03:40")
    filed = desk["dina"].draft(number, "ru-24h", "ru")
    assert (filed.document.duty, filed.document.language, filed.newest.version) == ("ru-152fz/ru-24h", "ru", 1)
    with pytest.raises(ConflictError, match="nothing to draft"):
        desk["dina"].draft(number, "ru-24h", "ru")
    text = desk["lev"].filed_text(desk["lev"].one(number, "ru-24h", "ru"))
    for form in TextFormat:
        body = write_text(text, form, at=night.now)
        if form is TextFormat.DOCX:
            body = zipfile.ZipFile(io.BytesIO(body)).read("word/document.xml")
        assert b"mallory" not in body
    assert "150 записей" in write_text(text, TextFormat.PLAIN, at=night.now).decode()
    assert "{{ 7*7 }}" in write_text(text, TextFormat.PLAIN, at=night.now).decode()

    # Two people, then the receipt: the duty is fulfilled.
    documents = {name: night.console.documents(me(name)) for name in ("dina", "lev")}
    with pytest.raises(ConflictError, match="approve"):
        documents["dina"].sent(filed.id, to="the portal")
    documents["lev"].approve(filed.id)
    documents["dina"].sent(filed.id, to="the portal")
    documents["dina"].receipt(filed.id, number="88412")
    assert night.law(case, "ru-24h").state is DutyState.DONE
    assert desk["dina"].changes(number, "ru-24h", "ru") == ()

    # More becomes known: the next notice refers to the first and says what changed; what was written is kept.
    night.at("10:00")
    night.console.record_fact(
        number, CaseFactKind.PERSONS, "400", by=me("dina"), source="the owner", reason="the export held more"
    )
    night.console.record_fact(number, CaseFactKind.CAUSE, "insider", by=me("lev"), reason="his own account")
    changed = desk["dina"].changes(number, "ru-24h", "ru")
    assert changed is not None
    assert "probable_causes" in {each.id for each in changed}
    later = desk["dina"].one(number, "ru-24h", "ru")
    assert later.stale
    kept = next(each for each in later.made.fields if each.id == "data_actuality_period")
    assert (kept.by, kept.state) == ("dina", FieldState.FILLED)
    assert desk["dina"].draft(number, "ru-24h", "ru").newest.version == 2
    second = {each["id"]: each for each in notice_json(desk["dina"].one(number, "ru-72h", "ru").made)["fields"]}
    assert "88412" in second["primary_notice_ref"]["value"]
    assert second["causes_final"]["value"].startswith("неправомерные действия")
    assert second["culprit_employee_fio_position"]["roles"] == ["hr", "dpo"]
    told = {name: desk["dina"].one(number, name, "ru").made.facts.sent_changes for name in ("ru-72h", "ru-unlawful")}
    assert (told["ru-72h"] is None, told["ru-unlawful"]) == (False, None), "clients never got the authority's notice"
    asked = {each.id: each for each in desk["dina"].one(number, "gdpr-72h", "en").made.fields}
    assert asked["subjects_approx"].value.startswith("at most 400 people living in the European"), "nobody says where"
    assert asked["subjects_everywhere"].value == "400 people"

    with night.app.store.read() as unit:
        drafts = unit.notices.drafts(case.id)
    assert [(each.duty, each.version, each.language) for each in drafts] == [
        ("ru-152fz/ru-24h", 1, "ru"),
        ("ru-152fz/ru-24h", 2, "ru"),
    ]
    assert not verify_everything(night.app.settings, night.app.store).differences
    kinds = [each.kind for each in night.console.detail(number).entries]
    assert kinds.count("notice_written") == 1


def test_documents_of_a_case_speak_with_one_voice_or_the_check_says_where_they_do_not(
    story: Callable[..., Story], tmp_path: Path
) -> None:
    night = story(organization=OURS)
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    number = night.incident.number
    night.at("09:00")
    dina, lev = (night.console.documents(me(name)) for name in ("dina", "lev"))
    for form in ("press", "staff"):
        night.console.notices(me("dina")).draft(number, form)
    check = night.console.document_checks(me("lev")).check
    assert [(each.read, each.remarks) for each in [check(number)]] == [(2, ())]

    def text(body: str, kind: DocumentKind = DocumentKind.NOTICE, media_type: str = "text/markdown") -> NewDocument:
        return NewDocument(kind=kind, language="en", title="By hand", media_type=media_type, body=body.encode())

    # By hand: a number that nobody counted, a claim that nothing shows, words that do not go out.
    said = "# Word\n\nIt concerns 120 clients. We have told the authority.\nThere is no evidence that it was misused.\n"
    filed = dina.add(number, text(said))
    found = check(number)
    assert [(each.kind, each.document, each.version, each.line) for each in found.remarks] == [
        ("contradicts", filed.id, 1, 3), ("contradicts", filed.id, 1, 3), ("wording", filed.id, 1, 4),
    ]  # fmt: skip
    assert f"{filed.id} v1, line 3: says “120 clients”; now: 150 people" in found.remarks[0].text
    assert found.remarks[0].beside == (f"otherwise: {number}-d1 v1, line 7, {number}-d2 v1, line 7",)
    status, out, _ = answer(night.config_path, "documents", "check", number)
    assert status == 1
    assert "“no evidence that”" in out
    lev.approve(filed.id, reason="the agency asked for this very text")
    dina.sent(filed.id, to="the agency", reason="as agreed with it")
    assert "sent 2026-03-02 09:00" in check(number).remarks[0].beside[-1]

    # What was sent stands until something sent later puts it right.
    night.at("10:00")
    dina.revise(filed.id, media_type="text/markdown", body=b"It concerns 150 clients.", note="the count")
    assert {each.version for each in check(number).remarks} == {1}
    lev.approve(filed.id)
    dina.sent(filed.id, to="the agency")
    assert check(number).remarks == ()
    assert answer(night.config_path, "documents", "check", number)[0] == 0

    # More becomes known: everything that says less is named; a letter's words are not shown, a picture is not read.
    night.console.record_fact(number, CaseFactKind.PERSONS, "400", by=me("dina"), source="the owner", reason="more")
    dina.add(number, text("Dear Zoe Quill, it is still going on with 90 people.", DocumentKind.LETTER))
    dina.add(number, text("%PDF", media_type="application/pdf"))
    found = check(number)
    assert {(each.kind, each.document[-2:]) for each in found.remarks} == {
        ("contradicts", "d1"), ("contradicts", "d2"), ("contradicts", "d3"), ("contradicts", "d4"), ("unread", "d5"),
    }  # fmt: skip
    assert all("Quill" not in each.text for each in found.remarks)
    assert "90 people" in "".join(each.text for each in found.remarks)
    assert found.faults == len(found.remarks) - 1

    # A notice that contradicts goes on by its own commands, for a reason.
    for act in (("approve",), ("send", "--to", "the agency")):
        words = ("notices", act[0], number, "press", *act[1:])
        status, _, said = answer(night.config_path, *words)
        assert (status, "draft it anew" in said, "all the same: --reason" in said) == (2, True, True), said
        assert answer(night.config_path, *words, "--reason", "the count follows")[0] == 0

    # Who ticks the step that stops the flow hears since when notices will say so.
    status, _, said = answer(night.config_path, "incidents", "step", number, "C2", "--proof", "blocked at 05:55")
    assert (status, "notices say from now on that it was stopped " in said) == (0, True), said
    assert f"nabat incidents fact {number} flow-stopped TIME" in said
    status, _, said = answer(night.config_path, "incidents", "step", number, "C1", "--proof", "lines kept at 05:50")
    assert (status, "flow-stopped" in said) == (0, False), said

    # A text is checked before it is filed.
    file = tmp_path / "word.md"
    file.write_text("Затронуты данные 500 человек, вероятно.", encoding="utf-8")
    status, out, _ = answer(night.config_path, "documents", "check", number, "--file", str(file), "--language", "ru")
    assert status == 1
    assert "word.md, line 1: says “500 человек”; now: 400 people" in out
    assert "“вероятно”" in out
    assert answer(night.config_path, "documents", "check", number, "--file", str(file), "--language", "fr")[0] == 2
    night.console.notices(me("dina")).write(number, "press", "next_word", "Rest assured, tomorrow.", reason="r")
    status, _, talk = answer(night.config_path, "notices", "lint", number, "press")
    assert (status, "“Rest assured”" in talk, "1 phrase should not go out" in talk) == (1, True, True)
