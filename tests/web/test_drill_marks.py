"""Whoever sees anything of a drill sees that it is one: every page, in both languages, every export, every file."""

import json
import re
from dataclasses import replace

import pytest

from detector.auth import authorize
from detector.auth.permissions import NOT_IN_DRILL
from detector.cli.incidents.view import detail_json, show_detail, show_incident
from detector.errors import DeniedError
from detector.incident import finding_json, incident_json
from detector.incident.notices.notice_values import notice_json
from detector.incident.notices.veris import veris_of
from detector.rendering import write_markdown
from detector.schema.case.documents import DocumentKind, NewDocument
from detector.schema.case.incidents import Incident, IncidentKind
from detector.schema.levels import Severity
from detector.schema.team.drills import drill_matter
from detector.schema.team.grants import PersonAct
from detector.web.untaken import worst_untaken
from tests.fakes.people import me
from tests.web.conftest import NIGHT, SCOPE, World, make_finding

PAGES = ("", "/actor", "/steps", "/clients", "/duties", "/timeline", "/evidence", "/documents", "/people", "/lessons")


@pytest.fixture
def drilled(world: World) -> Incident:
    return world.found(make_finding(by="user:drill-3-clerk", matter=drill_matter(3)), scope=SCOPE)


@pytest.mark.parametrize(("language", "mark"), [("en", "DRILL"), ("ru", "УЧЕНИЯ")])
def test_every_page_about_a_drill_says_so_in_its_title_and_on_it(
    world: World, drilled: Incident, language: str, mark: str
) -> None:
    browser = world.browser("lev")
    link = world.links.make(incident_id=drilled.id, person="lev", message_id="m", now=world.clock.now())
    for path in (*(f"/incidents/{drilled.number}{each}" for each in PAGES), link.removeprefix(world.settings.base_url)):
        shown = browser.get(f"{path}?lang={language}").text
        title = re.search("<title>(.*?)</title>", shown, re.DOTALL)
        assert title is not None, path
        assert mark in title[1], path
        assert mark in re.sub("<title>.*?</title>", "", shown, flags=re.DOTALL), path
    for path in ("/", "/incidents"):
        assert mark in browser.get(f"{path}?lang={language}").text, path


def test_every_export_of_a_drill_and_what_a_terminal_shows_say_so(
    world: World, drilled: Incident, capsys: pytest.CaptureFixture[str]
) -> None:
    assert drilled.kind is IncidentKind.DRILL
    detail = world.detail(drilled.number)
    show_incident(drilled, world.settings)
    listed = capsys.readouterr().out
    show_detail(detail, world.settings)
    head, title, *_ = capsys.readouterr().out.splitlines()
    assert ["DRILL" in listed, "DRILL" in head, title.startswith("Drill: ")] == [True, True, True]
    texts = {
        "incident": json.dumps(incident_json(drilled)),
        "detail": json.dumps(detail_json(detail, world.settings), default=str),
        "finding": json.dumps(finding_json(detail.findings[0])),
    }
    assert {name for name, text in texts.items() if "drill" not in text.lower()} == set()
    assert detail.duties == ()


@pytest.mark.parametrize(
    ("media_type", "body", "marked"),
    [
        ("text/markdown", b"# To clients\n", b"**DRILL"),
        ("text/plain", b"to clients\n", b"DRILL"),
        ("text/html", b"<html><body class='x'>to clients", b"<html><body class='x'><p><strong>DRILL"),
    ],
)
def test_a_paper_of_a_drill_says_so_in_its_own_text(
    world: World, drilled: Incident, media_type: str, body: bytes, marked: bytes
) -> None:
    papers = world.console.documents(me("lev"))
    new = NewDocument(kind=DocumentKind.LETTER, language="en", title="Letter", media_type=media_type, body=body)
    filed = papers.add(drilled.number, new)
    assert papers.body(filed.id)[1].startswith(marked)
    assert filed.document.title == "DRILL Letter"
    again = papers.revise(filed.id, media_type=media_type, body=body + b"more", note="more")
    assert papers.body(again.id)[1].startswith(marked)
    with pytest.raises(Exception, match=r"application/pdf is not known here"):
        papers.add(drilled.number, replace(new, media_type="application/pdf"))


def test_what_is_real_is_shown_as_waiting_before_a_drill(world: World, drilled: Incident) -> None:
    real = world.found(make_finding(by="user:m", severity=Severity.MEDIUM, risk=70))
    assert worst_untaken([drilled, real], NIGHT) == real


@pytest.mark.parametrize(("language", "mark"), [("en", "DRILL"), ("ru", "УЧЕНИЯ")])
def test_a_notice_is_practised_and_says_so_however_it_is_written(
    world: World, drilled: Incident, language: str, mark: str
) -> None:
    notices = world.console.notices(me("lev"))
    assert [each.made.subject.duty for each in notices.of(drilled.number) if each.made.subject.duty] == []
    standing = notices.one(drilled.number, "edpb", language)
    text = write_markdown(notices.text(standing.made))
    assert text.startswith(f"# {mark} ")
    assert text.count(f"**{mark}: ") == 1
    for said in (notice_json(standing.made), veris_of(standing.made.facts)):
        assert mark in json.dumps(said, ensure_ascii=False)
        assert drilled.number in json.dumps(said)
    filed = notices.draft(drilled.number, "edpb", language)
    assert (filed.document.kind, filed.document.title.count(mark)) == (DocumentKind.NOTICE, 1)
    papers = world.console.documents(me("lev"))
    assert papers.body(filed.id)[1].decode() == text
    world.console.documents(me("dina")).approve(filed.id)
    with pytest.raises(DeniedError, match="nothing of it is sent"):
        papers.sent(filed.id, to="the authority")


@pytest.mark.parametrize("act", sorted(NOT_IN_DRILL))
def test_what_would_leave_the_house_or_begin_a_clock_is_refused_by_the_door_itself(
    world: World, drilled: Incident, act: PersonAct
) -> None:
    """Whatever is built on these acts: papers, letters to clients, receipts, duties, T1."""
    with world.store.read() as unit:
        case = world.console.door.case(unit, drilled)
        real = replace(case, incident=replace(drilled, kind=IncidentKind.LEAK))
    assert authorize(me("lev"), act, real).act is act
    with pytest.raises(DeniedError, match="is part of a drill"):
        authorize(me("lev"), act, case)
    assert authorize(me("lev"), PersonAct.DOCUMENT, case)
