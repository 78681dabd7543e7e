"""What the service composed in English is read in Russian, whatever it is kept as."""

from datetime import timedelta

import pytest

from detector.incident import verify_chain
from detector.incident.reports import ReportTold
from detector.messages import messages
from detector.rendering import write_markdown
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.documents import DocumentKind, NewDocument
from detector.schema.case.incidents import CloseReason, Incident
from detector.schema.case.severity_assessments import SeverityFactor
from detector.schema.outside.outside_reports import ReportKind
from detector.schema.team.grants import SkipReason
from detector.web.views.case_view import Tab
from tests.english import english_in
from tests.fakes.people import me
from tests.web.conftest import SCOPE, World, make_finding

WORDS = "по журналу CRM"
PROOF = f"{WORDS}, квитанция № 17, 03:20"
OF_SETTINGS = ("Anna (security)", "Boris (security)", "Dina (data protection)", "Lev (lead)", "Olga (owner of CRM)")
"""Names that the configuration gives in one language."""


def acts_with_proof(world: World, case: Incident) -> None:
    """Each way a step ends: by the service, by an answer, by one, by two, left out by two."""
    world.console.acknowledge(case.id, by=me("anna"), via="page")
    world.console.complete(case.id, "C2", by=me("lev"), proof=PROOF)
    world.console.complete(case.id, "N1", by=me("dina"), proof=PROOF)
    world.console.approve(case.id, "N1", by=me("lev"))
    world.console.skip(case.id, "N8", by=me("dina"), reason=SkipReason.NOT_REQUIRED, words=WORDS)


def facts(world: World, case: Incident) -> None:
    """Facts with one word and with two, and a severity that two persons corrected."""
    for kind, value in ((CaseFactKind.T1, "2026-03-03T00:12:00Z"), (CaseFactKind.CAUSE, "attack")):
        world.console.record_fact(case.id, kind, value, by=me("lev"), source=WORDS, reason=WORDS)
    world.console.record_fact(case.id, CaseFactKind.SEVERITY, "high", by=me("lev"), source=WORDS, reason=WORDS)
    world.console.approve(case.id, "fact:severity", by=me("dina"))
    world.console.assess(case.id, SeverityFactor.MALICIOUS, 0.0, by=me("dina"), reason=WORDS)
    world.console.approve(case.id, "enisa:malicious", by=me("lev"))


def complaint(world: World, case: Incident) -> None:
    """A client's complaint that came before detection: it begins T0, and clocks of answers."""
    told = ReportTold(
        kind=ReportKind.CLIENT, text=WORDS, sender=WORDS, received_at=world.clock.now() - timedelta(hours=2)
    )
    report = world.console.take_in(told, by=me("dina"))
    world.console.link_report(report.id, case.id, by=me("dina"), reason=WORDS)


def merged(world: World, case: Incident) -> None:
    """Two cases that a person says are one, with what was stated of the other."""
    other = world.found(make_finding(by="user:eve"), scope=SCOPE)
    for kind, value in ((CaseFactKind.PERSONS, "9000"), (CaseFactKind.CAUSE, "attack")):
        world.console.record_fact(other.id, kind, value, by=me("lev"), source=WORDS, reason=WORDS)
    world.merges(other.id, case.id, by="lev", reason=WORDS)


def documents(world: World, case: Incident) -> None:
    """Documents that the service names."""
    words, desk = messages("en"), world.consoles.of(me("lev")).documents
    for kind, title in (
        (DocumentKind.LETTER, words.text("letters-title", kind=words.text("letters-kind-follow-7"))),
        (DocumentKind.FAQ, words.text("calls-faq-title")),
        (DocumentKind.REVIEW, words.text("review-title", number=case.number)),
    ):
        given = {"kind": kind, "title": title, "language": "en", "media_type": "text/markdown", "body": WORDS.encode()}
        desk.add(case.number, NewDocument(**given))


def closed_as_none(world: World, case: Incident) -> None:
    """A case that was none: its steps are dropped."""
    world.closes(case.id, CloseReason.FALSE_POSITIVE, by="lev", note=WORDS)


STORIES = (acts_with_proof, facts, complaint, merged, documents, closed_as_none)


@pytest.fixture(params=STORIES, ids=lambda each: each.__name__)
def story(request: pytest.FixtureRequest, world: World) -> Incident:
    case = world.found(scope=SCOPE)
    world.clock.advance(timedelta(minutes=20))
    request.param(world, case)
    return case


def test_no_english_sentence_stands_on_the_pages_of_a_russian(world: World, story: Incident) -> None:
    browser, detail = world.browser(), world.detail(story.id)
    pages = [f"/incidents/{story.number}{tab.path}" for tab in Tab] + [f"/incidents/{story.number}/steps?all"]
    pages += [f"/documents/{each.id}" for each in detail.documents]
    merged = [f"/incidents/{each.number}{tab.path}" for each in world.console.incidents() for tab in (Tab.OVERVIEW,)]
    for page in (*pages, *merged, "/documents", "/incidents", "/"):
        shown = browser.get(f"{page}{'&' if '?' in page else '?'}lang=ru")
        assert shown.status_code == 200, page
        assert english_in(shown.text, *OF_SETTINGS) == [], page
    assert not verify_chain(detail.entries)


def test_no_english_sentence_stands_in_what_a_russian_is_sent(world: World, story: Incident) -> None:
    desk = world.consoles.of(me("lev")).notices
    for standing in desk.of(story.number, "ru"):
        text = write_markdown(desk.text(standing.made))
        assert english_in(text, *OF_SETTINGS) == [], standing.made.subject.name
