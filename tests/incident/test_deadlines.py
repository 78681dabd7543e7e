import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.incident import in_order_due, load_regulations
from detector.incident.duty.law_calendar import OF_SHIPPED_LAWS, check_calendar, load_calendar, working_days
from detector.incident.offsets import Offset, offset_text, parse_offset
from tests.fakes.acts import complete_step, set_aware
from tests.fakes.story import Story, clock

BERLIN = ZoneInfo("Europe/Berlin")


def moment(text: str, zone=BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "offset", "due"),
    [
        ("2026-03-28 12:00", "24h", "2026-03-29 13:00"),  # the clocks go forward: hours are elapsed time
        ("2026-03-28 12:00", "1d", "2026-03-29 12:00"),  # days keep the time of day
        ("2026-10-24 12:00", "24h", "2026-10-25 11:00"),
        ("2026-03-28 02:30", "1d", "2026-03-29 03:30"),  # a time that does not exist becomes the one jumped to
        ("2026-01-31 10:00", "1mo", "2026-02-28 10:00"),
        ("2028-01-31 10:00", "1mo", "2028-02-29 10:00"),
        ("2026-12-31 10:00", "P1M", "2027-01-31 10:00"),
        ("2026-03-06 18:00", "1wd", "2026-03-09 18:00"),  # Friday to Monday
        ("2026-03-07 18:00", "1wd", "2026-03-09 23:59"),  # Saturday to the end of Monday
        ("2026-03-02 09:00", "10wd", "2026-03-16 09:00"),
        ("2026-03-02 09:00", "P60D", "2026-05-01 09:00"),
        ("2026-03-02 09:00", "0", "2026-03-02 09:00"),
    ],
)
def test_offsets_are_counted_on_the_calendar_of_the_zone(start, offset, due):
    assert parse_offset(offset).after(moment(start), BERLIN) == moment(due).astimezone(UTC)


def test_holidays_are_no_working_days():
    due = Offset(working_days=1).after(moment("2026-04-30 09:00"), BERLIN, working_days("DE"))
    assert due == moment("2026-05-04 09:00").astimezone(UTC)


def test_calendars_of_shipped_laws_are_known_without_a_look():
    assert {law.calendar for law in load_regulations().values()} - {""} == OF_SHIPPED_LAWS
    for calendar in OF_SHIPPED_LAWS:
        assert not load_calendar(calendar)(date(2026, 1, 1))
    with pytest.raises(ValueError, match="write a code like KZ or US-CA"):
        check_calendar("RUS-77")
    reads = "import sys; from detector.incident import load_regulations; dict(load_regulations()); "
    subprocess.run([sys.executable, "-c", reads + "sys.exit('holidays' in sys.modules)"], check=True)


@pytest.mark.parametrize("text", ["", "5", "5x", "h", "-4h", "P", "PT", "1.5h", "4h later", "1y"])
def test_what_is_no_offset_is_refused(text):
    with pytest.raises(ValueError, match="write an offset"):
        parse_offset(text)


@given(st.integers(0, 9999), st.integers(0, 400), st.integers(0, 24), st.integers(0, 30))
def test_an_offset_reads_back_as_written(minutes, days, months, working):
    offset = Offset(minutes=minutes, days=days, months=months, working_days=working)
    assert parse_offset(offset_text(offset)) == offset


@given(
    st.integers(0, 450_000_000).map(lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)),
    st.integers(0, 99),
    st.integers(0, 40),
    st.integers(0, 14),
    st.integers(0, 25),
)
def test_a_longer_offset_is_never_due_earlier(start, minutes, days, months, working):
    base = Offset(minutes=minutes, days=days, months=months, working_days=working).after(start, BERLIN)
    more = Offset(minutes=minutes, days=days + 1, months=months, working_days=working).after(start, BERLIN)
    assert start <= base
    assert more >= base - timedelta(hours=2)


def due(story: Story, step: str) -> datetime | None:
    return story.dossier().step(step).due_at


def test_until_t1_is_set_its_steps_count_from_t0():
    story = Story()
    story.at("09:00").found("bulk-read")
    assert due(story, "C2") == clock("10:00")
    assert due(story, "N1") == clock("1d 09:00")
    assert due(story, "N2") == clock("3d 09:00")
    story.write(set_aware(story.dossier(), at=clock("11:00"), by="lead", reason="Seen.", now=clock("11:05")))
    assert due(story, "C2") == clock("12:00")
    assert due(story, "N1") == clock("1d 09:00")
    assert due(story, "N2") == clock("3d 09:00")


def test_a_notice_is_due_when_the_first_of_the_laws_in_force_says():
    story = Story()
    story.regulations = {key: value for key, value in story.regulations.items() if key == "eu-gdpr-33"}
    story.at("09:00").found("bulk-read")
    assert "N1" not in {step.step_id for step in story.dossier().steps}
    story.write(set_aware(story.dossier(), at=clock("11:00"), by="lead", reason="Seen.", now=clock("11:05")))
    assert due(story, "N21") == clock("3d 11:00")


def test_high_severity_brings_the_letter_to_clients_forward_and_what_comes_before_it():
    story = Story()
    story.at("09:00").found("night", risk=35)
    story.found("other", risk=35)
    assert due(story, "N4") == due(story, "K1") == clock("3d 09:00")
    story.at("09:30").found("bulk-read", risk=70)
    assert due(story, "N4") == due(story, "N6") == clock("1d 09:00")


def test_the_duties_of_the_laws_are_shown_the_next_first():
    story = Story()
    story.at("09:00").found("bulk-read")
    shown = in_order_due(story.dossier().duties)
    assert [(each.stage, each.basis) for each in shown[:4]] == [
        ("ru-24h", "T0"),
        ("ru-gossopka", "T0"),
        ("ru-instruction", "T0"),
        ("gdpr-processor", "T0"),
    ]
    assert shown[0].due_at == clock("1d 09:00")
    assert shown[-1].due_at is None


def test_media_and_attorney_general_have_duties_of_their_own_and_no_step_ends_one():
    story = Story()
    story.regulations = load_regulations(("us-hipaa", "us-ca-1798.82"))
    story.at("09:00").found("bulk-read")
    for number, step in enumerate(("N7", "N26", "N4", "N27")):
        said = {"by": "dpo", "approved_by": "exe", "proof": "Here it is: 17.", "now": clock(f"1{number}:00")}
        story.write(complete_step(story.dossier(), step, **said))
    assert {duty.ended_at for duty in story.dossier().duties} == {None}
    assert story.dossier().step("N26").status.value == "done"
    # The step is due by the server's zone; the duty by the law's, where the day is the same.
    assert story.duty("hipaa-media").due_at == clock("60d 09:00") - timedelta(hours=1)  # summer time in New York
    assert (story.duty("ca-ag").due_at, story.duty("ca-ag").basis) == (None, "ca-30d")


def test_a_law_that_counts_from_detection_counts_from_when_people_knew_if_that_was_before():
    story = Story()
    story.at("09:00").found("bulk-read")
    before = {duty.stage: duty.due_at for duty in story.dossier().duties}
    story.write(set_aware(story.dossier(), at=clock("05:00"), by="boris", reason="A client rang.", now=clock("09:30")))
    law = story.dossier()
    after = [duty for duty in law.duties if duty.basis == "T0" and duty.due_at]
    assert after
    assert all(before[duty.stage] - duty.due_at == timedelta(hours=4) for duty in after)
    steps = {step.step_id: step.due_at for step in law.steps}
    assert (steps["N1"], steps["N2"]) == (story.duty("ru-24h").due_at, story.duty("ru-72h").due_at)
