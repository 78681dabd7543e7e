"""Drills over a night: from the asking to the report, over a restart, beside what is real, and at the table."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from detector.errors import ConflictError, DeniedError, NotFoundError
from detector.incident.reports import ReportTold
from detector.runtime.incidents.console import PersonalConsole
from detector.runtime.incidents.drills.drill_desk import DrillDesk
from detector.schema.case.agenda import AgendaItem, AgendaKind
from detector.schema.case.documents import DocumentKind, NewDocument
from detector.schema.case.incidents import CloseReason, Incident, IncidentKind, IncidentStatus
from detector.schema.outside.outside_reports import ReportKind
from detector.schema.team.delivery import MessageKind, MessageStatus
from detector.schema.team.drills import Drill, DrillStatus
from detector.web.learning.drill_report import html_page, markdown
from detector.web.texts import PageTexts
from tests.fakes.people import me
from tests.scenarios.story import Story

OTHERS = ("plan_review", "roster_check", "training", "template_review", "data_map")
NOTHING_RUNS = {name: {"every": None} for name in OTHERS}
OVERDUE = {"standing": NOTHING_RUNS | {"drill": {"every": "30d", "first": "2026-02-01", "roles": ["lead"]}}}
# A storm is three alerts of one rule here: two real ones and one of a drill are none.
FEW = {"group": {"storm_count": 2}}
READS = {
    "id": "reads",
    "version": 1,
    "title": {"en": "Many reads", "ru": "Много чтений"},
    "summary": {"en": "Somebody reads a hundred and fifty clients.", "ru": "Кто-то читает полтораста клиентов."},
    "lasts": "2h",
    "steps": [
        {"after": "10s", "lines": {"user": "mallory", "address": "203.0.113.7", "count": 150}},
        {
            "after": "30m",
            "report": {
                "title": {"en": "a call", "ru": "звонок"},
                "severity": "high",
                "reason": {"en": "a partner calls", "ru": "звонит партнёр"},
            },
        },
    ],
    "injects": [
        {
            "after": after,
            "to": ["lead", "dpo"],
            "text": {"en": f"It is {after} later.", "ru": f"Прошло {after}."},
            "question": {"en": "What now?", "ru": "Что теперь?"},
        }
        for after in ("0s", "10m")
    ],
}


@pytest.fixture
def night(story: Callable[..., Story], tmp_path: Path) -> Callable[..., Story]:
    """Begin a service that knows a scenario of its own beside the shipped ones."""
    folder = tmp_path / "drills"
    folder.mkdir()
    (folder / "reads.yml").write_text(yaml.safe_dump(READS, allow_unicode=True))

    def begin(**changes: Any) -> Story:
        # The sentences of a drill are told in the language of whoever reads them.
        return story(**{"incident": {"drills": [str(folder)], "regulations": ["ru-152fz", "eu-gdpr-33"]}} | changes)

    return begin


def desk(story: Story, person: str = "lev") -> DrillDesk:
    return PersonalConsole(story.console, me(person)).drills


def agenda(story: Story, incident: Incident) -> dict[str, AgendaItem]:
    with story.app.store.read() as unit:
        return unit.agenda.of(incident.id)


def beats(story: Story, seconds: int, by: int = 30) -> None:
    for _ in range(0, seconds, by):
        story.later(seconds=by)


def last(story: Story) -> Drill:
    return desk(story).drills()[0]


def notes(story: Story) -> dict[str, str]:
    """Return what was said of drills themselves, by person: the newest titles."""
    with story.app.store.read() as unit:
        found = [each for each in unit.outbox.messages("") if "DRILL" in each.title]
    return {each.person: each.title for each in found}


def real_rows(story: Story) -> int:
    return story.app.journal.scan().collect().height


def test_a_drill_goes_from_its_lines_to_pages_answer_and_report_over_a_restart_and_teaches_nobody(
    night: Callable[..., Story],
) -> None:
    story = night(**OVERDUE)
    before = story.app.pipeline.core.to_tables(story.app.pipeline.state)
    asked = desk(story).ask("reads")
    with pytest.raises(ConflictError, match=r"drill 1 .* is going on"):
        desk(story).ask("canary")
    story.later(seconds=1)
    story.later(seconds=60)
    story.restart()  # half of its lines were read
    beats(story, 240, by=120)
    (drilled,) = story.cases
    assert (drilled.kind, drilled.matter, drilled.suspects) == (IncidentKind.DRILL, asked.matter, frozenset())
    assert drilled.number.startswith("drill-20260302-")
    assert (drilled.code_name.split()[0], drilled.code_name_ru.split()[0]) == ("DRILL", "УЧЕНИЯ")
    assert (drilled.title.split(":")[0], drilled.title_ru.split(":")[0]) == ("Drill", "Учения")
    assert drilled.scope.subjects == 150, "its own journal tells whose data it touched"
    story.want(["anna"])
    assert all(title.startswith("DRILL ") for title in story.arrived("anna"))
    findings = story.console.detail(drilled.id)
    assert findings.duties == ()
    # Nothing that is real has heard of it, and nothing real goes into it.
    assert real_rows(story) == 0
    reports = PersonalConsole(story.console, me("lev")).reports
    came = reports.take_in(ReportTold(kind=ReportKind.CLIENT, text="who rang me knew my payment", sender="a client"))
    with pytest.raises(ConflictError, match="is in a drill, and what came from outside is real"):
        reports.link(came.id, drilled.number, reason="the same")
    reports.dismiss(came.id, reason="a test")
    after = story.app.pipeline.core.to_tables(story.app.pipeline.state)
    assert {name: table.height for name, table in after.items()} == {n: t.height for n, t in before.items()}
    with story.app.store.read() as unit:
        counts = unit.counts(story.now)
        assert unit.incidents.alerts_opened_since(story.now - timedelta(days=1), drilled.rules[0]) == 0
    assert (counts.open_by_severity, counts.unacknowledged, counts.overdue_steps) == ((), 0, 0)
    # Nobody is called twice by the same lines; whoever has it is noted.
    story.later(minutes=2)
    story.answers("anna", drilled)
    story.later(minutes=25)
    called = [each for each in story.cases if each.id != drilled.id]
    assert [(each.title, each.severity.value) for each in called] == [("Drill: a call", "high")]
    story.want(["anna"], about=called[0])
    # The first notice is drafted, and goes nowhere.
    papers = PersonalConsole(story.console, me("dina")).documents
    filed = papers.add(
        drilled.number,
        NewDocument(kind=DocumentKind.NOTICE, language="en", title="First", media_type="text/markdown", body=b"so"),
    )
    assert (filed.id, filed.document.title) == (f"{drilled.number}-d1", "DRILL First")
    assert papers.body(filed.id)[1].startswith(b"**DRILL: an exercise")
    PersonalConsole(story.console, me("anna")).documents.approve(filed.id)
    with pytest.raises(DeniedError, match="part of a drill: nothing of it is sent"):
        papers.sent(filed.id, to="the authority")
    with pytest.raises(DeniedError, match="no law counts from it"):
        story.console.client_data(drilled.number, by=me("dina"), reason="it looks like it")
    story.later(hours=2)
    done = last(story)
    assert (done.status, done.ended_by, done.steps > 10, done.steps_late > 0) == (DrillStatus.FINISHED, "nabat", 1, 1)
    assert done.page_took is not None
    assert done.answer_took is not None
    assert timedelta(minutes=1) < done.answer_took < timedelta(minutes=10)
    assert {each.status for each in story.cases} == {IncidentStatus.CLOSED}
    # What is closed takes what it showed, and no notice.
    later = NewDocument(kind=DocumentKind.REPORT, language="en", title="How", media_type="text/markdown", body=b"so")
    for kind, none in ((DocumentKind.NOTICE, "no notice is written"), (DocumentKind.LETTER, "no letter is written")):
        with pytest.raises(ConflictError, match=f"was closed .*{none}"):
            papers.add(drilled.number, replace(later, kind=kind))
    with pytest.raises(ConflictError, match="no notice is written"):
        papers.revise(filed.id, media_type="text/markdown", body=b"more", note="more")
    with pytest.raises(ConflictError, match="no notice is written"):
        PersonalConsole(story.console, me("dina")).notices.draft(drilled.number, "edpb")
    assert papers.add(drilled.number, later).id == f"{drilled.number}-d2"
    assert notes(story) == {
        name: "DRILL 1 is over" for name in ("anna", "boris", "dina", "lev") if name in notes(story)
    }
    assert "lev" in notes(story)
    # It settles what the calendar asks for, is measured, and is filed.
    console = PersonalConsole(story.console, me("lev"))
    (thing,) = console.documents.standing()
    assert thing.done_at == done.ended_at
    story.later(minutes=2)
    assert (
        f"nabat_drill_acknowledge_median_seconds {done.answer_took.total_seconds()}"
        in story.app.metrics.exposition()[0].decode()
    )
    report, say = desk(story).report(), PageTexts(story.app.settings, "ru", story.now)
    text, page = markdown(report, say), html_page(report, say)
    assert "# УЧЕНИЯ 1: Много чтений" in text
    assert "От первого вызова до «Беру»" in text
    assert "<title>УЧЕНИЯ 1: Много чтений</title>" in page
    assert "<svg" not in page, "there is no earlier drill to compare it with"


def test_a_real_leak_in_the_middle_breaks_the_drill_off_and_waits_for_nothing(night: Callable[..., Story]) -> None:
    story = night(**FEW)
    desk(story).ask("reads")
    beats(story, 240, by=120)
    (drilled,) = story.cases
    story.want(["anna"])
    story.reads(150, by="lev")
    real = story.about("user:lev")
    assert (real.kind, real.severity.value) == (IncidentKind.LEAK, "high")
    story.want(["anna"], about=real)
    story.later(seconds=1)
    ended, told = desk(story, "dina").drills()[0], desk(story, "lev").report().drill
    assert (ended.status, ended.ended_at is not None and ended.ended_at >= real.opened_at) == ("interrupted", True)
    over = next(each for each in story.cases if each.id == drilled.id)
    assert (over.status, over.close_reason) == (IncidentStatus.CLOSED, CloseReason.AUTHORISED)
    assert over.close_note == "Drill 1 was broken off."
    said = notes(story)
    assert said.pop("lev") == "DRILL 1 was stopped", "whom it is about is not told that there is a real one"
    assert (told.status, told.ended_by, last(story)) == ("stopped", "nabat", told)
    assert set(said.values()) == {"DRILL 1 is broken off: a real incident is open"}
    with story.app.store.read() as unit:
        waiting = [each for each in unit.outbox.messages(drilled.id) if each.status is MessageStatus.PENDING]
        assert {each.incident_id for each in unit.incidents.incident_alerts(real.id)} == {real.id}
    assert waiting == []
    with pytest.raises(ConflictError, match="is real, and nobody has it"):
        desk(story, "dina").ask("canary")
    story.later(minutes=20)
    assert story.told(MessageKind.PAGE, about=(over,)) == []
    assert story.told(MessageKind.PAGE, about=(real,)), "the ladder of the real one goes on"
    assert PersonalConsole(story.console, me("dina")).documents.standing()[0].done_at is None


def test_at_the_table_questions_come_at_their_times_and_answers_are_noted(night: Callable[..., Story]) -> None:
    story = night()
    drills = desk(story)
    with pytest.raises(NotFoundError, match="one of: canary, night-export"):
        drills.ask("nothing")
    drills.ask("reads", table_top=True)
    story.later(seconds=2)
    story.later(seconds=2)
    assert notes(story) == dict.fromkeys(("dina", "lev"), "DRILL 1, question 1")
    with pytest.raises(ConflictError, match="was not put yet"):
        drills.answer(2, "too early")
    drills.answer(1, "whoever is on call | <b>decides</b>")
    story.restart()
    story.later(minutes=11)
    assert notes(story) == dict.fromkeys(("dina", "lev"), "DRILL 1, question 2")
    drills = desk(story)
    drills.answer(2, "the press office")
    story.later(seconds=2)
    assert last(story).status is DrillStatus.FINISHED
    with pytest.raises(ConflictError, match="was answered, and drill 1 is over"):
        drills.answer(2, "nobody, we said")
    assert story.cases == []
    report, say = drills.report(), PageTexts(story.app.settings, "en", story.now)
    assert "| Played | at the table |" in markdown(report, say)
    assert r"whoever is on call \| \<b\>decides\</b\>" in markdown(report, say)
    assert "&lt;b&gt;decides" in html_page(report, say)


def test_what_goes_wrong_in_a_drill_ends_it_and_costs_nothing_real(
    night: Callable[..., Story], monkeypatch: pytest.MonkeyPatch
) -> None:
    story = night()

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    desk(story).ask("reads")
    story.clock.advance(timedelta(minutes=16))  # the service did not run
    story.later(seconds=1)
    assert (last(story).status, last(story).ended_why) == ("stopped", "The service did not run when it was asked for.")
    desk(story).ask("reads")
    story.later(seconds=1)
    assert last(story).status is DrillStatus.RUNNING
    with monkeypatch.context() as patched:
        patched.setattr("detector.runtime.drills.drill_stream.DrillStream.step", fail)
        story.later(seconds=15)
    assert (last(story).status, last(story).ended_by) == ("stopped", "nabat")
    story.reads(150, by="mallory").want(["anna"])


def test_a_drill_is_stopped_by_a_person_and_the_next_report_shows_both_as_a_chart(night: Callable[..., Story]) -> None:
    story = night()
    for round_ in (1, 2):
        desk(story).ask("reads")
        beats(story, 240, by=120)
        newest: Incident = story.cases[0]
        story.answers("anna", newest)
        if round_ == 1:
            story.later(hours=3)
    desk(story).stop("enough")
    story.later(seconds=2)
    assert [each.status for each in desk(story).drills()] == ["stopped", "finished"]
    assert all(title == "DRILL 2 was stopped" for title in notes(story).values() if "2" in title)
    page = html_page(desk(story).report(), PageTexts(story.app.settings, "en", story.now))
    assert page.count("<svg") == 1
    with pytest.raises(NotFoundError, match="no drill is going on"):
        desk(story).stop("again")
    assert [each.status for each in story.cases] == ["closed"] * len(story.cases)
    with pytest.raises(ConflictError, match="part of a drill: it stays closed"):
        story.console.reopen_case(newest.number, by=me("lev"), reason="once more")


def test_nothing_waits_for_the_time_that_a_clock_showed_which_stood_ahead(night: Callable[..., Story]) -> None:
    story = night()

    def stand_ahead(days: int) -> None:
        story.clock.ahead = timedelta(days=days)
        story.turn()

    before = story.reads(150, by="mallory").want(["anna"]).about("user:mallory")
    duties = {key: each for key, each in agenda(story, before).items() if each.kind is AgendaKind.DUTY}
    stand_ahead(8)
    story.answers("boris", before)
    (doubted,) = story.blind
    assert "clock this machine" in story.app.view().blind_spots[0]
    story.want(["anna"], about=doubted).answers("boris", doubted)
    desk(story).ask("reads")
    story.later(seconds=1)
    stand_ahead(0)
    assert last(story).status == "interrupted", "the case of the clock counts from now, and nobody has answered it"
    stand_ahead(8)
    ahead = story.reads(150, by="trudy").about("user:trudy")
    assert story.told(MessageKind.PAGE), "by a clock that stands ahead"
    stand_ahead(0)
    now_ahead = story.about("user:trudy")
    assert ahead.opened_at > story.now >= now_ahead.opened_at
    assert [each.kind for each in story.console.detail(now_ahead.id).entries].count("clock") == 1
    answered = story.about("user:mallory").acknowledged_at
    assert answered is not None
    assert answered <= story.now
    # Who is called about it climbs the ladder anew, from now on.
    story.want(["anna"], about=now_ahead)
    story.later(minutes=6)
    story.want(["boris"], about=now_ahead)
    # What was reminded of beyond its time is reminded of again, when its time comes.
    assert duties
    assert {key: each for key, each in agenda(story, before).items() if key in duties} == duties
    story.answers("anna", now_ahead)
    desk(story).ask("reads")
    story.later(seconds=1)
    story.later(minutes=1)
    assert last(story).status is DrillStatus.RUNNING
