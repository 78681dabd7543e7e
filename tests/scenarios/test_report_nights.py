"""Nights on which somebody outside knows before the logs do: written down, seen to in time, linked, answered."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from detector.errors import ConflictError, DeniedError, InputError, NotFoundError
from detector.incident import CaseByHand
from detector.incident.reports import ReportTold
from detector.runtime.incidents.console import PersonalConsole
from detector.schema.case.agenda import AgendaKind
from detector.schema.levels import Severity
from detector.schema.outside.outside_reports import ReportKind
from detector.schema.team.delivery import MessageKind
from detector.schema.team.people import AccessKind
from detector.store import chain_differences
from tests.fakes.people import me
from tests.scenarios.story import Story

SUMMER = datetime(2026, 7, 2, 3, 0, tzinfo=UTC)
COMPLAINT = ReportTold(
    kind=ReportKind.CLIENT,
    sender="A. Client, +1 202 555 0101",
    text="who rang me knew my last payment",
    clients=("1005",),
    source="crm",
)


def reminded(night: Story) -> list[tuple[str, str]]:
    """Return who was reminded of reports since the last look, and how."""
    with night.app.store.read() as unit:
        told = [each for each in unit.outbox.messages("") if each.kind is MessageKind.REMINDER]
    new = [each for each in told if each.id not in night.seen and "outside" in each.title]
    night.seen |= {each.id for each in new}
    return sorted((each.person, each.body) for each in new)


def owed(night: Story, name: str) -> list[tuple[str, str]]:
    """Return which reports somebody sees on the agenda, and whose each is."""
    found = PersonalConsole(night.console, me(name)).agenda()
    return [(each.item.what, each.owner) for each in found if each.item.kind is AgendaKind.REPORT]


def test_a_complaint_waits_for_nobody_begins_t0_starts_its_clock_and_is_answered(story: Callable[..., Story]) -> None:
    night = story(start=SUMMER, incident={"regulations": ["ru-152fz", "uk-gdpr"]})
    anna, lev = (PersonalConsole(night.console, me(name)) for name in ("anna", "lev"))
    received = SUMMER - timedelta(minutes=5)
    told = ReportTold(**{name: getattr(COMPLAINT, name) for name in COMPLAINT.__slots__} | {"received_at": received})
    report = lev.reports.take_in(told, b"%PDF a letter")
    assert lev.reports.take_in(told, b"%PDF a letter") == report, "the same told twice is the same report"

    # It speaks at once to whoever is to see to it, when it is due to the lead too, and says nothing of what it holds.
    night.later(seconds=10)
    first = reminded(night)
    assert [person for person, _ in first] == ["anna"]
    assert report.id in first[0][1]
    assert "a client's complaint" in first[0][1]
    assert not [word for word in ("payment", "Client,", "1005") if word in first[0][1]]
    assert owed(night, "anna") == owed(night, "lev") == [(report.id, "anna")]
    night.restart()
    night.at("03:11")
    assert [person for person, _ in reminded(night)] == ["anna", "lev"]

    # The leak shows itself in the logs later. Linked, the complaint is T0, its own clock runs, an answer is drafted.
    night.reads(150, by="mallory").want(["anna"])
    number = night.incident.number
    shown = night.incident.t0
    done = anna.reports.link(report.id, number, reason="the client is among those read")
    assert (done.begins, done.duties) == (True, ("uk-gdpr/uk-complaint",))
    assert (shown > received, night.incident.t0) == (True, received)
    complaint = night.law(night.incident, "uk-complaint")
    assert (complaint.occasion_at, complaint.occasion) == (received, f"a client's complaint, {report.id}")
    assert complaint.due_at is not None
    letter, body = anna.documents.body(done.letter)
    assert anna.documents.show(done.letter).document.duty == "uk-gdpr/uk-complaint"
    assert (letter.media_type, report.id in body.decode()) == ("text/markdown", True)
    assert f"{complaint.due_at:%Y-%m-%d}" in body.decode()
    assert "1005" not in body.decode()
    assert [each.kind for each in night.console.detail(number).entries].count("report_linked") == 1
    assert owed(night, "anna") == []
    with pytest.raises(ConflictError, match=r"is linked to incident .* already"):
        anna.reports.link(report.id, number, reason="again")
    with pytest.raises(ConflictError, match="was linked by anna"):
        anna.reports.dismiss(report.id, reason="no")

    # What was read of it, and the file, are kept and covered by the chain.
    seen = anna.reports.show(report.id)
    assert [(record.act.value, of.number if of else "") for record, of in seen.linked] == [("linked", number)]
    assert anna.reports.attachment(report.id)[1] == b"%PDF a letter"
    with night.app.store.read() as unit:
        assert [each.by for each in unit.people.records(SUMMER) if each.kind is AccessKind.REPORT_READ] == [
            "anna",
            "anna",
        ]
        assert list(chain_differences(unit)) == []


def test_whom_a_report_is_about_neither_sees_nor_hears_of_it_nor_files_it_away(story: Callable[..., Story]) -> None:
    night = story()
    anna, boris, dina = (PersonalConsole(night.console, me(name)) for name in ("anna", "boris", "dina"))
    told = ReportTold(kind=ReportKind.PARTNER, sender="bank, order 88", text="sold on a chat", accounts=("anna",))
    report = dina.reports.take_in(told)
    night.later(seconds=10)
    assert [person for person, _ in reminded(night)] == ["boris"]
    assert owed(night, "anna") == []
    assert anna.reports.all(10) == []
    for ref in (report.id, "r-ffffffffff"):
        for act in (
            lambda ref=ref: anna.reports.show(ref),
            lambda ref=ref: anna.reports.dismiss(ref, reason="an advertisement"),
            lambda ref=ref: anna.reports.link(ref, "20990101-ffffff", reason="r"),
        ):
            with pytest.raises(NotFoundError, match=f"there is no report '{ref}'"):
                act()

    # An incident is opened from it: it is about her, and so is the report, whatever it named.
    case = CaseByHand(
        title="A partner saw clients for sale",
        severity=Severity.HIGH,
        playbook="client-data-leak",
        reason="the bank rang",
        actors=("anna",),
    )
    made = boris.reports.open_case(report.id, case)
    assert (made.incident.actor_id, made.begins) == ("user:anna", True)
    assert made.incident.t0 == report.received_at
    with pytest.raises(DeniedError, match="anna may not do this"):
        anna.reports.all(10)
    with pytest.raises(ConflictError, match="was linked"):
        boris.reports.open_case(report.id, case)


def test_of_two_who_open_a_case_from_one_report_at_once_one_does(story: Callable[..., Story]) -> None:
    night = story()
    boris, dina = (PersonalConsole(night.console, me(name)) for name in ("boris", "dina"))
    report = dina.reports.take_in(COMPLAINT)
    case = CaseByHand(title="Sold", severity=Severity.HIGH, playbook="client-data-leak", reason="a client rang")
    ready = Barrier(2)

    def opened(desk: PersonalConsole) -> bool:
        ready.wait(20)
        try:
            desk.reports.open_case(report.id, case)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(opened, (boris, dina))) == [False, True]
    assert len(night.console.incidents()) == 1


def test_what_is_nothing_for_us_is_dismissed_with_a_reason_and_can_be_linked_later(story: Callable[..., Story]) -> None:
    night = story()
    boris = PersonalConsole(night.console, me("boris"))
    told = ReportTold(kind=ReportKind.OTHER, sender="unknown", text="=HYPERLINK(1)\x1b[31m <b>{{ 7 }}</b>\r\nsee")
    report = boris.reports.take_in(told)
    assert report.text == "=HYPERLINK(1)[31m <b>{{ 7 }}</b>\nsee"
    with pytest.raises(InputError, match="why it is dismissed is missing"):
        boris.reports.dismiss(report.id, reason=" ")
    assert boris.reports.dismiss(report.id, reason="an advertisement").state == "dismissed"
    assert owed(night, "boris") == []
    night.reads(150, by="mallory").want(["anna"])
    done = boris.reports.link(report.id, night.incident.number, reason="it was none", letter=False)
    assert (done.letter, boris.reports.show(report.id).state) == ("", "linked")


def test_what_cannot_be_is_named_all_at_once(story: Callable[..., Story]) -> None:
    night = story()
    told = ReportTold(
        kind=ReportKind.CLIENT,
        text=" ",
        received_at=night.now + timedelta(hours=1),
        language="xx",
        clients=("1" * 1001,),
        source="crn",
        accounts=("*",),
    )
    with pytest.raises(InputError) as refused:
        PersonalConsole(night.console, me("boris")).reports.take_in(told, b"")
    said = str(refused.value)
    for part in (
        "what the report says",
        "who it came from",
        "'xx'",
        "in the future",
        "client 1",
        "'crn'",
        "'*'",
        "0 bytes",
    ):
        assert part in said, part
