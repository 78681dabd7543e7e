"""First readings in time: what was over long ago waits for office hours and a person; what goes on pages at once."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from detector.errors import ConflictError, InputError, NotFoundError
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.incidents import CloseReason, Incident, IncidentKind
from detector.schema.team.delivery import MessageKind
from tests.fakes.people import me
from tests.runtime.places import NIGHT, bulk, line
from tests.scenarios.story import Story

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
INFO = MessageKind.INFO


@pytest.fixture
def first_reading(story: Callable[..., Story]) -> Callable[..., Story]:
    """Begin a service at three in the night of a Monday, on a log that holds this text already."""
    return lambda stood, **changes: story(stood=stood, **changes).at("03:01")


def digest(night: Story) -> Incident:
    (only,) = [each for each in night.cases if each.kind is IncidentKind.HISTORY]
    return only


def kinds(night: Story) -> list[IncidentKind]:
    return [each.kind for each in night.cases]


def test_what_was_over_long_ago_pages_nobody_and_is_told_once_when_people_work(
    first_reading: Callable[..., Story],
) -> None:
    night = first_reading(bulk(150, at=NIGHT - 240 * DAY))
    assert kinds(night) == [IncidentKind.HISTORY]
    night.want([])
    night.at("05:00").want([])
    night.at("08:59").want([])
    assert night.told(INFO) == []
    night.at("09:00").want([])
    assert night.told(INFO) == ["anna"]
    for moment in ("09:30", "12:00", "17:59"):
        night.at(moment).want([])
    night.clock.move_to(NIGHT + 2 * DAY)
    night.turn()
    night.want([])
    assert night.told(*MessageKind) == []


def test_the_digest_says_what_was_read_and_whose_data_and_no_law_counts_from_it(
    first_reading: Callable[..., Story],
) -> None:
    stood = bulk(150, at=NIGHT - 240 * DAY) + "not a line of a log\n" + bulk(120, by="trent", at=NIGHT - 30 * DAY)
    found = digest(night := first_reading(stood))
    assert found.title == "Found in history: 2 accounts, 150 clients, between 2025-07-05 and 2026-01-31"
    (said,) = found.reasons
    assert dict(said.args) == {
        "lines": 271, "rejects": 1, "sources": "crm", "first": "2025-07-05 03:00 UTC", "last": "2026-01-31 03:01 UTC",
    }  # fmt: skip
    detail = night.console.detail(found.number)
    assert detail.duties == ()
    assert detail.chain_sound
    named = {each for alert in detail.alerts for each in alert.finding_ids}
    assert {alert.id for alert in detail.alerts} == {each for row in detail.rows for each in row.alert_ids}
    assert {finding.id for finding in detail.findings} == named != set()
    most = {row.actor_id: row.events for row in detail.rows}
    assert most == {who: max(f.events for f in detail.findings if f.actor_id == who) for who in most}
    assert {(row.actor_id, row.subjects, row.incident_id) for row in detail.rows} == {
        ("user:mallory", 150, ""),
        ("user:trent", 120, ""),
    }


def test_a_row_that_a_person_opens_is_an_incident_that_counts_from_then_and_pages(
    first_reading: Callable[..., Story],
) -> None:
    night = first_reading(bulk(150, at=NIGHT - 240 * DAY))
    found = digest(night)
    (row,) = night.console.detail(found.number).rows
    night.at("04:00")
    made = night.console.promote(found.number, row.short, by=me("lev"), reason="there was no order for this")
    assert (made.id, made.kind, made.opened_at) == (row.id, IncidentKind.LEAK, night.now)
    night.at("04:01").want(["anna"])
    assert made.first_event_at == NIGHT - 240 * DAY
    assert made.scope.subjects > 0
    detail = night.console.detail(made.number)
    assert min(duty.due_at for duty in detail.duties if duty.due_at) > night.now
    assert any("there was no order for this" in entry.text for entry in detail.entries)
    assert detail.chain_sound
    after = night.console.detail(found.number)
    assert [each.incident_id for each in after.rows] == [made.id]
    assert after.numbers == {made.id: made.number}
    assert made.number in after.entries[-1].text
    assert after.chain_sound
    with pytest.raises(ConflictError, match=made.number):
        night.console.promote(found.number, row.short, by=me("lev"), reason="once more")


def test_a_row_is_opened_only_with_a_reason_and_only_of_a_digest(first_reading: Callable[..., Story]) -> None:
    night = first_reading(bulk(150, at=NIGHT - 240 * DAY))
    found = digest(night)
    (row,) = night.console.detail(found.number).rows
    with pytest.raises(InputError, match="why"):
        night.console.promote(found.number, row.short, by=me("lev"), reason=" ")
    with pytest.raises(NotFoundError, match="no row"):
        night.console.promote(
            found.number, "ffffff" if row.short != "ffffff" else "000000", by=me("lev"), reason="real"
        )
    with pytest.raises(NotFoundError):
        night.console.promote(found.number, "", by=me("lev"), reason="real")
    made = night.console.promote(found.number, row.id, by=me("lev"), reason="real")
    with pytest.raises(ConflictError, match="not a digest"):
        night.console.promote(made.number, row.short, by=me("lev"), reason="real")


def test_what_ended_within_a_day_pages_at_night_during_the_first_reading(first_reading: Callable[..., Story]) -> None:
    night = first_reading(bulk(150, by="trent", at=NIGHT - 30 * DAY) + bulk(150, at=NIGHT - 20 * HOUR))
    night.want(["anna"])
    assert sorted(kinds(night)) == [IncidentKind.HISTORY, IncidentKind.LEAK]
    (live,) = [each for each in night.cases if each.kind is IncidentKind.LEAK]
    assert live.actor_id == "user:mallory"
    assert [row.actor_id for row in night.console.detail(digest(night).number).rows] == ["user:trent"]


def test_what_began_long_ago_and_goes_on_pages_with_its_whole_span(first_reading: Callable[..., Story]) -> None:
    began = NIGHT - 60 * HOUR
    night = first_reading("".join(bulk(150, at=began + times * 20 * HOUR) for times in range(4)))
    night.want(["anna"])
    assert kinds(night) == [IncidentKind.LEAK]
    assert night.incident.first_event_at < began + timedelta(minutes=3)
    assert night.incident.last_event_at > NIGHT


def test_what_history_told_of_and_goes_on_later_pages_with_its_whole_span(
    first_reading: Callable[..., Story], tmp_path: Path
) -> None:
    began = NIGHT - 25 * HOUR
    night = first_reading(line(began, 104729))
    assert kinds(night) == [IncidentKind.HISTORY]
    # The alert of the night before is not forgotten: what joins it is one matter.
    with (tmp_path / "access.log").open("a") as out:
        out.write(line(began + 23 * HOUR, 104729))
    night.at("03:05").want(["anna"])
    (live,) = [each for each in night.cases if each.kind is IncidentKind.LEAK]
    assert live.first_event_at == began
    (row,) = night.console.detail(digest(night).number).rows
    assert row.incident_id == live.id


def test_lines_that_come_later_page_however_old_they_are(first_reading: Callable[..., Story], tmp_path: Path) -> None:
    night = first_reading(bulk(10, by="trent", at=NIGHT - 30 * DAY))
    with (tmp_path / "access.log").open("a") as out:
        out.write(line(NIGHT - 26 * HOUR, 104729))
    night.at("03:05").want(["anna"])
    assert kinds(night) == [IncidentKind.LEAK]


def test_hundreds_of_old_matters_are_one_digest_and_no_storm(first_reading: Callable[..., Story]) -> None:
    stood = "".join(bulk(102, by=f"user{n}", at=NIGHT - 30 * DAY + n * timedelta(seconds=1)) for n in range(120))
    night = first_reading("".join(sorted(stood.splitlines(keepends=True), key=lambda text: text.split("[")[1])))
    night.want([])
    assert kinds(night) == [IncidentKind.HISTORY]
    found = digest(night)
    assert len(night.console.detail(found.number).rows) == 120
    assert found.title.startswith("Found in history: 120 accounts, ")


def test_old_lines_that_show_nothing_open_nothing(first_reading: Callable[..., Story]) -> None:
    night = first_reading(bulk(50, at=NIGHT - 30 * DAY))
    night.at("09:30")
    assert kinds(night) == []
    (source,) = night.app.view().sources
    assert source.first_reading is not None
    assert (source.first_reading.going, source.first_reading.lines) == (False, 50)


def test_a_digest_that_somebody_has_is_told_no_more(first_reading: Callable[..., Story]) -> None:
    night = first_reading(bulk(150, at=NIGHT - 240 * DAY))
    night.console.acknowledge(digest(night).number, by=me("boris"), via="cli")
    night.at("09:30").want([])
    assert night.told(INFO) == []


def test_whoever_history_is_about_is_not_the_one_who_is_told(first_reading: Callable[..., Story]) -> None:
    night = first_reading(bulk(150, by="anna", at=NIGHT - 240 * DAY))
    night.at("09:30").want([])
    assert night.told(INFO) == ["boris"]


def test_a_digest_is_closed_by_its_checklist_like_any_incident(first_reading: Callable[..., Story]) -> None:
    night = first_reading(bulk(150, at=NIGHT - 240 * DAY))
    found = digest(night)
    with pytest.raises(ConflictError):
        night.console.close(found.number, CloseReason.HANDLED, by=me("boris"), note="looked through")
    for step in ("A3", "A4"):
        night.console.complete(found.number, step, by=me("boris"), proof="looked through")
    night.console.close(found.number, CloseReason.HANDLED, by=me("boris"), note="looked through")
    night.at("09:30").want([])
    assert night.told(INFO) == []


def test_no_moment_of_awareness_can_be_set_on_a_digest(first_reading: Callable[..., Story]) -> None:
    night = first_reading(bulk(150, at=NIGHT - 240 * DAY))
    with pytest.raises(ConflictError, match="no law counts"):
        night.console.record_fact(digest(night).number, CaseFactKind.T1, "now", by=me("lev"), reason="seen")
    with pytest.raises(ConflictError, match="no law counts"):
        night.console.client_data(digest(night).number, by=me("lev"), reason="seen")
    assert kinds(night) == [IncidentKind.HISTORY]


def test_a_critical_touch_of_a_planted_client_long_ago_waits_as_well(first_reading: Callable[..., Story]) -> None:
    night = first_reading(line(NIGHT - 240 * DAY, 104729))
    night.want([])
    assert kinds(night) == [IncidentKind.HISTORY]
    night.at("09:00").want([])
    assert night.told(INFO) == ["anna"]


def test_a_row_is_of_the_kind_that_its_incident_would_be_of(first_reading: Callable[..., Story]) -> None:
    """Passwords are guessed twice; behind one of the two, one client is read."""
    long_ago, stood = NIGHT - 240 * DAY, ""
    for address, name in (("203.0.113.2", "alice"), ("203.0.113.3", "trent")):
        tries = (*(401 for _ in range(60)), 200)
        stood += "".join(
            line(long_ago + timedelta(seconds=5 * n), 1, name, address=address, status=status).replace(
                "GET /crm/clients/1 ", "POST /crm/login "
            )
            for n, status in enumerate(tries)
        )
    stood += line(long_ago + timedelta(minutes=8), 4711, "trent", address="203.0.113.3")
    read = {"path": "/crm/clients/{client}", "action": "read", "object": "client", "classes": ["contact"]}
    routes = [{"path": "/crm/login", "methods": ["POST"], "action": "login"}, {**read, "subject": "{client}"}]
    night = first_reading(
        "".join(sorted(stood.splitlines(keepends=True), key=lambda each: each.split("[")[1])),
        rules={"shipped": True},
        records={"data_classes": {"contact": {"confidentiality": "confidential"}}, "routes": routes},
    )
    found = digest(night)
    rows = night.console.detail(found.number).rows
    of = {row.actor_id: (row.kind, row.subjects) for row in rows}
    assert of["user:trent"] == (IncidentKind.LEAK, 1)
    assert of["user:alice"] == (IncidentKind.ACCOUNT_TAKEOVER, 0)
    assert rows[0].actor_id == "user:trent"
    for row in rows:
        made = night.console.promote(found.number, row.short, by=me("lev"), reason="nobody looked at it then")
        assert (made.kind, made.scope.subjects) == (row.kind, row.subjects)
    assert {row.actor_id: (row.kind, row.subjects) for row in night.console.detail(found.number).rows} == of
