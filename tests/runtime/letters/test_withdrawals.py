"""What others were told of what turned out to be no breach is withdrawn, asked for until it is, and counts no more."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from detector.errors import ConflictError, NotFoundError
from detector.incident import load_regulations
from detector.incident.notices.answers import measure_answers, withdrawal_answers
from detector.messages import Language
from detector.rendering import write_markdown
from detector.runtime.incidents.agenda.agenda_keeper import AgendaKeeper
from detector.schema.case.agenda import AgendaKind
from detector.schema.case.duties import DutyState
from detector.schema.case.incidents import CloseReason
from detector.schema.letters.mailings import MailingKind
from detector.schema.notices.notice_fields import FieldState, NoticeField
from detector.schema.notices.withdrawals import Withdrawal
from tests.receivers import Mails, smtp_server
from tests.runtime.letters.joined_room import JoinedRoom
from tests.runtime.letters.mailroom import Mailroom
from tests.runtime.scopes.house import later

__all__ = ["smtp_server"]

AUTHORITY = "eu-gdpr-33/gdpr-72h"
LAWS = ["eu-gdpr-33", "eu-gdpr-34", "ru-152fz"]
STILL = (
    "representative_in_eea", "representative_reach", "how_and_when_found", "prevention", "what_entity_does",
    "evidence_kept", "policy_number", "responsible_contact", "entity_contact", "establishments", "notice_kind",
)  # fmt: skip
NONE = (CloseReason.FALSE_POSITIVE, CloseReason.AUTHORISED)
CORRECTION = {"correction": "by what withdraws it"}


@pytest.fixture
def room(tmp_path: Path, smtp_server: Mails) -> Mailroom:
    room = Mailroom(tmp_path, smtp_server.port, laws=load_regulations(LAWS))
    room.contacts("1,Anna,mail,anna@example.org,en,,\n")
    room.concern({"1": ["contact"]})
    return room


def notified(room: Mailroom, name: str = AUTHORITY, number: str = "A-17", *, receipt: bool = True) -> str:
    """Draft, approve and send a notice; return the document."""
    filed = room.house.by("dina").notices.draft(room.ref, name)
    documents = room.house.by("lev").documents
    documents.approve(filed.id, reason="as it stands")
    documents.sent(filed.id, to="the portal", reason="as it stands")
    if receipt:
        documents.receipt(filed.id, number=number)
    room.house.clock.advance(later(5) - later(0))
    return filed.id


def wrote(room: Mailroom, kind: MailingKind = MailingKind.FIRST) -> None:
    room.file(kind)
    room.send(kind)
    room.house.clock.advance(later(5) - later(0))


def closed(room: Mailroom, reason: CloseReason = CloseReason.FALSE_POSITIVE, **said: str) -> None:
    room.house.by("lev").close(room.ref, reason, note="the yearly audit read the cards", **said)
    room.house.by("anna").approve(room.ref, "close")
    room.house.clock.advance(later(5) - later(0))


def stand(room: Mailroom) -> tuple[Withdrawal, ...]:
    return room.house.console.detail(room.ref).withdrawals


def owed(room: Mailroom) -> list[str]:
    """Return what the agenda of the case says of withdrawals."""
    house = room.house
    with house.store.begin() as unit:
        AgendaKeeper().update(unit, house.decider, [room.ref], house.clock.now())
        return [each.what for each in unit.agenda.of(room.ref).values() if each.kind is AgendaKind.WITHDRAWAL]


@pytest.mark.parametrize("told", ["nobody", "clients", "authority", "form", "all"])
@pytest.mark.parametrize("reason", [each for each in CloseReason if each is not CloseReason.HANDLED])
def test_what_others_were_told_by_is_to_be_withdrawn_where_it_was_no_breach(
    room: Mailroom, reason: CloseReason, told: str
) -> None:
    wanted = []
    if told in ("authority", "all"):
        notified(room)
        wanted.append(f"withdrawal/{AUTHORITY}")
    if told in ("form", "all"):
        notified(room, "press", receipt=False)
        wanted.append("withdrawal/press")
    if told in ("clients", "all"):
        wrote(room)
        wanted.append("withdrawal/clients")
    if wanted:
        with pytest.raises(ConflictError, match="a correction is owed"):
            closed(room, reason)
    closed(room, reason, **(CORRECTION if wanted else {}))
    wanted = wanted if reason in NONE else []
    assert [each.name for each in stand(room)] == wanted
    assert all(each.outstanding for each in stand(room))
    assert sorted(owed(room)) == sorted(wanted)
    registered = room.house.by().register()
    assert bool(registered) is (told != "nobody"), "whoever holds the receipt finds it"


def test_a_notice_is_withdrawn_by_one_that_names_it_and_says_why_and_by_whom(room: Mailroom) -> None:
    first = notified(room)
    with pytest.raises(ConflictError, match="is not closed as no breach; nothing of it is withdrawn"):
        room.house.by("dina").notices.draft(room.ref, f"withdrawal/{AUTHORITY}")
    closed(room, **CORRECTION)
    number, dina = room.house.incident().number, room.house.by("dina")
    (one,) = stand(room)
    assert one.command(number) == f"nabat notices draft {number} withdrawal/{AUTHORITY}"
    filed = dina.notices.draft(room.ref, "withdrawal/gdpr-72h")
    body = write_markdown(dina.notices.filed_text(dina.notices.one(room.ref, one.name)))
    assert body.startswith("# Withdrawal: Notification of a personal data breach\n"), "as its reader has it before them"
    assert "neither a personal data breach nor another incident that has to be notified" in body
    line = rf"\| Notification of a personal data breach, sent 2026.*, receipt no. A-17, our document {first} v1"
    assert re.search(line, body), body
    assert "What was taken for a breach was none." in body
    assert "The yearly audit read the cards |" in body, "who agreed is no part of the reason"
    assert re.search(r"Who decided so, and when \| Lev, 2026-03-0.*; agreed to by Anna", body), body
    assert "What of the notice no longer holds | what it says under: " in body
    assert "none, by what the assessment has shown" in body
    assert "no client was told by letter" in body
    with pytest.raises(ConflictError, match="no notice is written for it any more"):
        dina.notices.draft(room.ref, "partner")
    dina.notices.write(room.ref, one.name, "withdrawal_people", "nobody", reason="as assessed")
    with pytest.raises(ConflictError, match="needs the approval"):
        room.house.by("lev").documents.sent(filed.id, to="the portal")
    filed = dina.notices.draft(room.ref, one.name)
    assert room.house.by("lev").documents.remarks(filed.id) == ()
    room.house.by("lev").documents.approve(filed.id)
    (one,) = stand(room)
    assert one.command(number) == f'nabat notices send {number} {one.name} --to "..."'
    room.house.by("lev").documents.sent(filed.id, to="the portal")
    (one,) = stand(room)
    assert (one.outstanding, owed(room)) == (False, [])
    room.house.by("lev").documents.receipt(filed.id, number="W-1")
    (one,) = stand(room)
    assert (one.receipt, one.document) == ("W-1", filed.id)
    duty = next(each for each in room.house.console.detail(room.ref).duties if each.ref == AUTHORITY)
    assert duty.receipt_number == "A-17", "the duty keeps the receipt of its notice"


def test_it_is_asked_for_as_fast_as_the_notice_was_and_before_that_is_over(room: Mailroom) -> None:
    for name in ("ru-152fz/ru-24h", AUTHORITY):
        notified(room, name)
    notified(room, "press", receipt=False)
    closed(room, **CORRECTION)
    owed(room)
    house = room.house
    with house.store.read() as unit:
        items = {each.what: each for each in unit.agenda.of(room.ref).values() if each.kind is AgendaKind.WITHDRAWAL}
    spans = {name: (each.due_at - each.since) / timedelta(hours=1) for name, each in items.items()}
    assert spans == {"withdrawal/ru-152fz/ru-24h": 24, f"withdrawal/{AUTHORITY}": 72, "withdrawal/press": 72}
    first = items["withdrawal/ru-152fz/ru-24h"]
    assert first.next_at == first.since + timedelta(hours=12)


def test_in_russian_it_says_the_same(room: Mailroom) -> None:
    notified(room, "ru-152fz/ru-24h")
    closed(room, CloseReason.AUTHORISED, **CORRECTION)
    notices = room.house.by("dina").notices
    (one,) = stand(room)
    notices.draft(room.ref, one.name, "ru")
    body = write_markdown(notices.filed_text(notices.one(room.ref, one.name, "ru")))
    assert body.startswith("# Отзыв: ")
    assert "квитанция № A-17" in body
    assert "; согласие второго лица: Anna |" in body, body
    assert "был согласованной работой тех, кто имел на неё право" in body


def test_what_must_not_go_out_any_more_says_so_and_the_year_tells_of_it(room: Mailroom) -> None:
    notified(room)
    notices, lev = room.house.by("dina").notices, room.house.by("lev")
    assert not notices.one(room.ref, AUTHORITY).made.refuted
    closed(room, **CORRECTION)
    refuted = {name: notices.one(room.ref, name).made.refuted for name in (AUTHORITY, "police", "executive")}
    assert refuted == {AUTHORITY: True, "police": True, "executive": False}
    assert not notices.one(room.ref, f"withdrawal/{AUTHORITY}").made.refuted

    def year() -> str:
        return write_markdown(lev.year.text(room.house.incident().t0.year, "en"))

    assert "1 turned out to be no breach. Others had been told of 1 of these" in year()
    assert "not all of that is withdrawn yet: 1." in year()
    lev.call_off_withdrawal(room.ref, AUTHORITY, reason="the authority knows")
    assert "not all of that is withdrawn yet: 0." in year()


def test_what_is_not_to_be_withdrawn_is_called_off_with_a_reason(room: Mailroom) -> None:
    notified(room, "press", receipt=False)
    closed(room, **CORRECTION)
    person = room.house.by("lev")
    with pytest.raises(NotFoundError, match="has no 'withdrawal/site'"):
        person.call_off_withdrawal(room.ref, "site", reason="none")
    person.call_off_withdrawal(room.ref, "press", reason="it was never printed")
    (one,) = stand(room)
    assert (one.off_by, one.off_why, owed(room)) == ("lev", "it was never printed", [])
    with pytest.raises(ConflictError, match="was called off by lev"):
        person.call_off_withdrawal(room.ref, "press", reason="it was never printed")


def test_letters_of_withdrawal_are_owed_until_the_last_client_is_set_right(room: Mailroom) -> None:
    wrote(room)
    closed(room, **CORRECTION)
    number = room.house.incident().number
    (one,) = stand(room)
    assert (one.clients, one.command(number)) == (1, f"nabat letters plan {number} --kind withdrawal --file")
    room.desk().file(room.ref, room.plan(MailingKind.WITHDRAWAL))
    (one,) = stand(room)
    assert one.command(number) == f"nabat letters approve {number} --kind withdrawal"
    for name in ("anna", "olga"):
        room.desk(name).approve(room.ref, MailingKind.WITHDRAWAL)
    (one,) = stand(room)
    assert one.command(number) == f"nabat letters send {number} --kind withdrawal"
    room.send(MailingKind.WITHDRAWAL)
    (one,) = stand(room)
    assert (one.outstanding, one.clients, owed(room)) == (False, 0, [])
    with room.house.store.read() as unit:
        facts = room.house.by().notices.facts(unit, room.house.console.dossier(unit, room.ref), "en")
    assert (facts.letters.informed, facts.letters.withdrawn, facts.letters.later) == (0, 1, 0)
    assert "told since that there was no breach: 1; to be told so yet: 0" in measure_answers.people_told(facts).text
    assert withdrawal_answers.reasons(facts).text.startswith("What was taken for a breach was none.")
    (registered,) = room.house.by().register()
    assert [each.outstanding for each in registered.withdrawals] == [False]


def test_a_case_that_is_opened_again_owes_what_was_withdrawn_anew(room: Mailroom) -> None:
    notified(room)
    wrote(room)
    room.house.by("lev").complete(room.ref, "N4", proof="all told")
    closed(room, **CORRECTION)
    filed = room.house.by("dina").notices.draft(room.ref, f"withdrawal/{AUTHORITY}")
    documents = room.house.by("lev").documents
    documents.approve(filed.id)
    documents.sent(filed.id, to="the portal")
    wrote(room, MailingKind.WITHDRAWAL)
    room.house.by("lev").reopen_case(room.ref, reason="it was a theft")
    detail = room.house.console.detail(room.ref)
    duty = next(each for each in detail.duties if each.ref == AUTHORITY)
    assert (duty.state in (DutyState.OWED, DutyState.UNDECIDED), duty.receipt_at) == (True, None)
    step = next(each for each in detail.steps if each.step_id == "N4")
    assert step.status.value == "open"
    assert detail.letters.later == 1
    assert (detail.withdrawals, owed(room)) == ((), [])
    with room.house.store.read() as unit:
        facts = room.house.by().notices.facts(unit, room.house.console.dossier(unit, room.ref), "en")
    assert facts.people_told is None
    room.house.clock.advance(later(5) - later(0))
    notified(room, number="A-18")
    notices = room.house.by("dina").notices
    again = write_markdown(notices.filed_text(notices.one(room.ref, AUTHORITY)))
    assert "That withdrawal no longer holds" in again
    closed(room, **CORRECTION)
    assert [each.outstanding for each in stand(room)] == [True, False], "the authority was told anew; clients were not"


@pytest.mark.parametrize("number", ["A-17", "A-18"])
def test_what_was_told_anew_is_withdrawn_anew_whatever_moment_is_stated_for_it(room: Mailroom, number: str) -> None:
    notified(room)
    told_at = room.house.clock.now()
    room.house.clock.advance(later(60) - later(0))
    closed(room, **CORRECTION)
    filed = room.house.by("dina").notices.draft(room.ref, f"withdrawal/{AUTHORITY}")
    documents = room.house.by("lev").documents
    documents.approve(filed.id)
    documents.sent(filed.id, to="the portal")
    assert [each.outstanding for each in stand(room)] == [False]
    room.house.clock.advance(later(60) - later(0))
    room.house.by("lev").reopen_case(room.ref, reason="it was a theft")
    room.house.by("lev").file_receipt(room.ref, AUTHORITY, number=number, at=told_at)
    room.house.clock.advance(later(5) - later(0))
    closed(room, **CORRECTION)
    assert [each.outstanding for each in stand(room)] == [True]


def test_what_was_withdrawn_is_not_sent_again_as_it_was(room: Mailroom) -> None:
    document = notified(room)
    closed(room, **CORRECTION)
    withdrawal = room.house.by("dina").notices.draft(room.ref, f"withdrawal/{AUTHORITY}")
    lev = room.house.by("lev").documents
    lev.approve(withdrawal.id)
    lev.sent(withdrawal.id, to="the portal")
    withdrawn = room.house.clock.now()
    room.house.clock.advance(later(5) - later(0))
    room.house.by("lev").reopen_case(room.ref, reason="it was a theft")
    with pytest.raises(ConflictError, match=f"version 1 of {document} was withdrawn at"):
        lev.sent(document, to="the portal")
    assert lev.sent(document, to="by post, too", at=withdrawn - (later(1) - later(0))), "it went out before"
    notified(room, number="A-18")
    duty = next(each for each in room.house.console.detail(room.ref).duties if each.ref == AUTHORITY)
    assert (duty.receipt_number, duty.notice_version) == ("A-18", f"{document} v2")


def test_what_a_case_told_that_went_into_another_one_is_withdrawn_there(tmp_path: Path, smtp_server: Mails) -> None:
    joined = JoinedRoom.open(tmp_path, smtp_server.port, ("1",), ("2",), rate=1000)
    lev, dina = joined.room.house.by("lev"), joined.room.house.by("dina")
    filed = dina.notices.draft(joined.one, "press")
    lev.documents.approve(filed.id, reason="as it stands")
    lev.documents.sent(filed.id, to="an agency", reason="as it stands")
    joined.join()
    lev.close(joined.other, CloseReason.FALSE_POSITIVE, note="none", **CORRECTION)
    joined.room.house.by("anna").approve(joined.other, "close")
    (one,) = joined.room.house.console.detail(joined.other).withdrawals
    assert (one.name, one.notice.told[0].document) == ("withdrawal/press", f"{filed.id} v1")
    assert joined.room.house.console.detail(joined.one).withdrawals == ()
    withdrawn = dina.notices.draft(joined.other, one.name)
    assert withdrawn.document.incident_id == joined.other


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("form", ["press", "site", "staff"])
def test_what_withdraws_a_statement_to_the_public_names_no_account_no_person_and_no_document(
    room: Mailroom, form: str, language: Language
) -> None:
    filed = notified(room, form, receipt=False)
    room.house.by("lev").close(room.ref, CloseReason.AUTHORISED, note="mallory did the audit of client 1", **CORRECTION)
    room.house.by("anna").approve(room.ref, "close")
    notices = room.house.by("dina").notices
    notices.draft(room.ref, f"withdrawal/{form}", language)
    body = write_markdown(notices.filed_text(notices.one(room.ref, f"withdrawal/{form}", language)))
    for inside in ("mallory", "audit", "client 1", "lev", "anna", filed, room.house.incident().number):
        assert inside not in body, body
    outcome = "had the right to do so" if language == "en" else "имел на это право"
    day = "1 March 2026" if language == "en" else "1 марта 2026 года"
    assert outcome in body
    assert day in body


def test_the_note_of_the_close_is_named_as_ours_and_left_out_where_it_names_the_account(room: Mailroom) -> None:
    notified(room)
    closed(room, **CORRECTION)
    notices = room.house.by("dina").notices
    made = notices.one(room.ref, f"withdrawal/{AUTHORITY}", "ru").made.fields
    (why,) = [each for each in made if each.id == "withdrawal_reasons"]
    assert "the yearly audit read the cards" in why.value.lower()
    assert "anna" not in why.value
    assert why.why.startswith("пояснение при закрытии написано для себя")
    room.house.by("lev").reopen_case(room.ref, reason="the order was not signed")
    room.house.by("lev").close(room.ref, CloseReason.FALSE_POSITIVE, note="mallory may read them", **CORRECTION)
    room.house.by("anna").approve(room.ref, "close")
    (why,) = [
        each for each in notices.one(room.ref, f"withdrawal/{AUTHORITY}").made.fields if each.id == "withdrawal_reasons"
    ]
    assert why.value == "What was taken for a breach was none."
    assert why.why.startswith("the note of the close names the account")


def test_what_we_did_and_when_we_noticed_is_not_said_to_be_void(room: Mailroom) -> None:
    notified(room)
    notified(room, "ru-152fz/ru-24h")
    closed(room, **CORRECTION)
    for name in (AUTHORITY, "ru-152fz/ru-24h"):
        made = room.house.by("dina").notices.one(room.ref, f"withdrawal/{name}").made.fields
        (void,) = [each.value for each in made if each.id == "withdrawal_void"]
        assert "ategories of" in void
        for still in ("Measures", "Reasons for the delay", "detection", "Other information"):
            assert still not in void


def test_rows_that_say_who_we_are_hold_still_and_are_called_in_the_language_of_the_withdrawal(room: Mailroom) -> None:
    notified(room, "ru-152fz/ru-24h")  # drafted in English
    closed(room, **CORRECTION)
    notices = room.house.by("dina").notices
    made = notices.one(room.ref, "withdrawal/ru-152fz/ru-24h", "ru").made.fields
    (void,) = [each.value for each in made if each.id == "withdrawal_void"]
    assert void.startswith("сказанное в строках: Характеристика базы данных; Категории данных"), void
    sent = (NoticeField(id=name, title=name, state=FieldState.FILLED, value="x") for name in (*STILL, "nature"))
    with room.house.store.read() as unit:
        known = room.house.by().notices.facts(unit, room.house.console.dossier(unit, room.ref), "en")
    assert withdrawal_answers.void(replace(known, withdrawn_fields=tuple(sent))).text == "what it says under: nature"


def test_whom_duties_tell_has_a_name_where_they_go_to_an_authority_alone(room: Mailroom) -> None:
    with room.house.store.read() as unit:
        known = room.house.by().notices.facts(unit, room.house.console.dossier(unit, room.ref), "en")
    assert known.called["ru-152fz/ru-24h"][0].startswith("Roskomnadzor (Federal Service")
    assert not {"ru-152fz/ru-unlawful", "eu-gdpr-34/gdpr-subjects"} & known.called.keys(), "they go to the people"


def test_the_insurer_hears_that_the_police_was_told(room: Mailroom) -> None:
    notified(room, "police", receipt=False)
    notified(room, "press", receipt=False)
    made = room.house.by("dina").notices.one(room.ref, "insurer").made.fields
    (told,) = [each.value for each in made if each.id == "who_else_told"]
    assert told.startswith("police, unit for crimes with computers: 2026-03-01 06:05")
    assert "press" not in told, "whoever has no name of theirs is told by everybody's paper"


def test_what_was_drafted_before_a_case_was_closed_anew_withdraws_nothing(room: Mailroom) -> None:
    notified(room)
    closed(room, **CORRECTION)
    name, number = f"withdrawal/{AUTHORITY}", room.house.incident().number
    filed = room.house.by("dina").notices.draft(room.ref, name)
    documents = room.house.by("lev").documents
    documents.approve(filed.id)
    room.house.by("lev").reopen_case(room.ref, reason="it was a theft")
    room.house.clock.advance(later(5) - later(0))
    with pytest.raises(ConflictError, match="is not closed as no breach; nothing is withdrawn by it"):
        documents.sent(filed.id, to="the portal")
    closed(room, CloseReason.AUTHORISED, **CORRECTION)
    (one,) = stand(room)
    assert one.command(number) == f"nabat notices draft {number} {name}"
    anna = room.house.by("anna").documents
    for act in (lambda: documents.sent(filed.id, to="the portal"), lambda: anna.approve(filed.id)):
        with pytest.raises(ConflictError, match=r"was filed before .* was closed as it is now"):
            act()
    notices = room.house.by("dina").notices
    again = notices.draft(room.ref, name)
    body = write_markdown(notices.filed_text(notices.one(room.ref, name)))
    assert "was agreed work" in body, body
    documents.approve(again.id)
    documents.sent(again.id, to="the portal")
    (one,) = stand(room)
    assert not one.outstanding
