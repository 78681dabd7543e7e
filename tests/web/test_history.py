"""The page of a digest: what was found in history, and the button that makes an incident of a row."""

from dataclasses import replace
from datetime import timedelta

from detector.incident import digest_id
from detector.runtime.decide import Decider
from detector.runtime.sources.first_readings import FirstReadings, FirstReadingTally
from detector.schema.case.incidents import Incident, IncidentKind
from detector.schema.levels import Severity
from detector.web.ports import FirstReading
from tests.web.conftest import HOSTILE, NIGHT, PLAYBOOKS, REGULATIONS, World, make_finding

LONG_AGO = NIGHT - timedelta(days=240)


def digest(world: World, *people: str) -> Incident:
    """Let a first reading have found that each of these people read in bulk long ago."""
    decider = Decider(settings=world.settings, playbooks=PLAYBOOKS, regulations=REGULATIONS, links=world.links)
    history = FirstReadings(number=1, tallies={"crm": FirstReadingTally(1234, 5, LONG_AGO, NIGHT)})
    found = [make_finding(by=f"user:{name}", at=LONG_AGO, history=True) for name in people]
    with world.store.begin() as unit:
        assert not decider.decide(unit, found, world.clock.now(), history.digest).opened
        (opened,) = decider.report(unit, history, world.clock.now()).opened
    assert opened.id == digest_id(1)
    return opened


def test_a_row_is_made_an_incident_on_the_page_which_then_leads_there(world: World) -> None:
    found = digest(world, "m.ivanov", "trent")
    browser, page = world.browser(), f"/incidents/{found.number}"
    shown = browser.case(page)
    assert "user:m.ivanov" in shown
    assert "Bulk read of client records" in shown
    row = next(each for each in world.detail(found.id).rows if each.actor_id == "user:trent")
    answer = browser.fill(page, f"/incidents/{found.id}/promote", by="lev", row=row.short, reason="no order")
    assert answer.status_code == 303
    made = world.detail(row.id).incident
    assert answer.headers["location"] == f"/incidents/{made.number}"
    assert (made.kind, made.opened_at) == (IncidentKind.LEAK, world.clock.now())
    assert f'<a href="/incidents/{made.number}">Incident {made.number}</a>' in browser.case(page)
    assert world.sound(found.id)
    assert world.sound(made.id)


def test_a_theft_stands_above_what_is_only_odd_and_nobody_has_to_have_it(world: World) -> None:
    decider = Decider(settings=world.settings, playbooks=PLAYBOOKS, regulations=REGULATIONS, links=world.links)
    later = LONG_AGO + timedelta(days=2)
    found = [
        make_finding(by="user:odd", at=LONG_AGO, history=True, subject_count=0, data_classes=()),
        make_finding(by="user:few", at=LONG_AGO, history=True, severity=Severity.HIGH, subject_count=90),
        make_finding(by="user:later", at=later, history=True, severity=Severity.HIGH, subject_count=400),
        make_finding(by="user:many", at=LONG_AGO, history=True, severity=Severity.HIGH, subject_count=400),
        make_finding(by="user:wipes", at=LONG_AGO, history=True, subject_count=2000, record_low=0, record_high=0),
    ]
    with world.store.begin() as unit:
        history = FirstReadings(number=1, tallies={"crm": FirstReadingTally(1234, 5, LONG_AGO, NIGHT)})
        decider.decide(unit, found, world.clock.now(), history.digest)
        (opened,) = decider.report(unit, history, world.clock.now()).opened
    rows = world.detail(opened.id).rows
    assert [row.actor_id for row in rows] == ["user:many", "user:later", "user:few", "user:wipes", "user:odd"]
    assert [row.kind for row in rows][2:] == [IncidentKind.LEAK, IncidentKind.ALTERATION, IncidentKind.SUSPICIOUS]
    for language, nobody in (("en", "NOBODY HAS IT"), ("ru", "НИКТО НЕ ВЗЯЛ")):
        browser, ask = world.browser(), f"?lang={language}"
        for page in ("/", "/incidents", f"/incidents/{opened.number}"):
            assert nobody not in browser.get(page + ask).text


def test_without_a_reason_a_row_stays_and_what_was_typed_is_kept(world: World) -> None:
    found = digest(world, "trent")
    browser, page = world.browser(), f"/incidents/{found.number}"
    before = world.state()
    (row,) = world.detail(found.id).rows
    answer = browser.fill(page, f"/incidents/{found.id}/promote", by="boris", row=row.short, reason="")
    assert answer.status_code == 400
    nobody = browser.fill(page, f"/incidents/{found.id}/promote", by="boris", row="zzzzzz", reason="real")
    assert nobody.status_code == 404
    assert world.state() == before


def test_no_law_is_shown_and_hostile_names_are_harmless(world: World) -> None:
    found = digest(world, HOSTILE)
    for language in ("en", "ru"):
        shown = world.browser().case(f"/incidents/{found.number}?lang={language}")
        assert 'id="clocks"' not in shown
        assert 'id="facts"' not in shown
        assert "<script>alert" not in shown


def test_the_first_page_says_how_far_a_first_reading_is_and_then_what_it_read(world: World) -> None:
    view = world.service()
    one, two, *rest = view.sources
    going = FirstReading(going=True, read=300, whole=1200, lines=20, rejects=0)
    over = FirstReading(going=False, read=9, whole=9, lines=10_000, rejects=12, first=LONG_AGO, last=NIGHT)
    world.view = replace(view, sources=(replace(one, first_reading=going), replace(two, first_reading=over), *rest))
    shown = world.browser().get("/sources?lang=en").text
    assert "First reading: 25 % (300 B of 1.2 kB)" in shown.replace("\u202f", " ").replace("\u00a0", " ")
    assert "10,000 lines, 12 not understood" in shown
    assert FirstReading(going=True, read=1200, whole=1200).share == 99
