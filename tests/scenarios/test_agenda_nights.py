"""Nights on which nothing is forgotten: answers lapse, steps and clocks speak by themselves, over restarts."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from detector.errors import ConflictError, InputError
from detector.incident.learning.action_acts import WantedAction
from detector.rendering import TextFormat, write_text
from detector.runtime.evidence.verify_all import verify_everything
from detector.runtime.incidents.console import PersonalConsole
from detector.schema.case.agenda import AgendaKind
from detector.schema.case.documents import DocumentKind
from detector.schema.case.duties import DutyState
from detector.schema.case.incidents import CloseReason
from detector.schema.team.delivery import Message, MessageKind
from detector.schema.team.grants import SkipReason
from tests.fakes.people import me
from tests.runtime.places import answer
from tests.scenarios.story import Story

LAPSE = {"notify": {"lapse": {"low": "2d", "medium": "1d", "high": "4h", "critical": "1h"}}}


def reminders(night: Story) -> list[Message]:
    """Return the reminders decided since the last look, the digests among them."""
    with night.app.store.read() as unit:
        told = [*unit.outbox.messages(night.incident.id), *unit.outbox.messages("")]
    new = [each for each in told if each.kind is MessageKind.REMINDER and each.id not in night.seen]
    night.seen |= {each.id for each in new}
    return sorted(new, key=lambda each: (each.due_at, each.person))


def everything(night: Story) -> dict[str, str]:
    """Return what each was reminded of since the last look, but for the digests."""
    found: dict[str, str] = {}
    for each in reminders(night):
        if each.incident_id:
            found[each.person] = found.get(each.person, "") + each.body
    return found


@pytest.mark.parametrize("restart", [False, True])
def test_an_answer_lapses_when_nothing_is_done_and_a_note_puts_it_off(
    story: Callable[..., Story], restart: bool
) -> None:
    night = story(**LAPSE)
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    night.at("06:30").want([])
    night.console.note(night.incident.number, by=me("anna"), text="called the branch, nobody answers")
    if restart:
        night.restart()
    night.at("10:29").want([])
    night.at("10:31").want(["anna"])
    assert "Nothing was done or noted for 4 h" in night.receivers["anna"].received[-1]["message"]
    entry = night.console.detail(night.incident.number).entries[-1]
    assert (entry.kind, dict(entry.data)["why"]) == ("unacknowledged", "lapsed")
    assert all("BRIEFING" not in each.body for each in reminders(night)), (
        "whom nobody has any more is not briefed about"
    )
    night.at("10:37").want(["boris"])  # the ladder is climbed again


def test_briefings_come_round_until_one_is_noted_and_wait_for_the_morning(story: Callable[..., Story]) -> None:
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")

    def briefed() -> set[str]:
        return {each.person for each in reminders(night) if "BRIEFING DUE" in each.body}

    night.at("06:30")
    night.console.note(night.incident.number, by=me("lev"), text="briefed: the branch is called at nine")
    night.at("10:29")
    assert briefed() == set()
    night.at("10:31")
    assert briefed() == {"lev"}
    night.restart()
    night.at("12:29")
    assert briefed() == set()
    night.at("12:31")
    assert "lev" in briefed(), "once more, notify.remind later"
    night.at("19:00")
    assert briefed() == set()
    night.console.note(night.incident.number, by=me("anna"), text="briefed: nothing new")
    night.at("Tue 06:59")
    assert briefed() == set(), "it was due in the night, and the case is not critical"
    night.at("Tue 07:01")
    assert "lev" in briefed()
    (item,) = [each for each in night.console.agenda() if each.item.kind is AgendaKind.BRIEFING]
    assert (item.owner, item.item.what) == ("lev", "B2")
    assert "the next briefing: one filed, a note or a fact" in answer(night.config_path, "agenda", "--of", "lead")[1]


def test_a_briefing_filed_settles_the_one_due_and_the_next_says_what_changed(story: Callable[..., Story]) -> None:
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")

    def due() -> str:
        (item,) = [each for each in night.console.agenda() if each.item.kind is AgendaKind.BRIEFING]
        return f"{item.item.due_at:%H:%M}"

    number, desk = night.incident.number, night.console.notices(me("lev"))
    night.at("07:00")
    first = desk.draft(number, "briefing")
    assert (first.document.kind, first.waits) == (DocumentKind.REPORT, False), "it stays inside: nobody approves it"
    text = write_text(desk.text(desk.one(number, "briefing").made), TextFormat.PLAIN, at=night.now).decode()
    assert "Next briefing: 2026-03-02 11:00" in text
    assert "Changed since" not in text
    night.at("07:05")
    assert due() == "11:00", "counted from the briefing"
    night.at("08:00")
    again = desk.draft(number, "briefing")
    assert (again.id, again.newest.version) == (first.id, 2), "that nothing changed is to be said, too"
    night.console.complete(number, "C2", by=me("lev"), proof="account blocked at 08:10")
    third = desk.one(number, "briefing")
    changed = write_text(desk.text(third.made), TextFormat.PLAIN, at=night.now).decode().partition("Changed since")[2]
    assert "Measures taken" in changed.partition("Unknown")[0]
    assert "Due next" not in changed, "what is due next stands once"
    assert {each.id for each in third.made.facts.sent_changes or ()} >= {"measures_taken", "processing_stopped"}
    night.at("08:30")
    documents = night.console.documents(me("lev"))
    documents.revise(first.id, media_type="text/markdown", body=b"# By hand", note="as it was said")
    night.at("08:35")
    assert due() == "12:30", "one revised by hand is one"
    assert not verify_everything(night.app.settings, night.app.store).differences


def test_letters_after_the_close_are_owed_until_a_note_says_they_are_sent(story: Callable[..., Story]) -> None:
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    night.works_through(night.incident, by="dina", approved_by="lev")
    night.fulfils(night.incident, by="dina")
    due = night.clock.now() + timedelta(days=28)
    lev = night.console.actions(me("lev"))
    lev.add(night.incident.number, WantedAction(text="a second factor for 104729", owner="anna", due_at=due))
    night.closes("dina", CloseReason.HANDLED, "done")
    night.later(minutes=1)

    def owed() -> list[str]:
        return [each.item.what for each in night.console.agenda() if each.item.kind is AgendaKind.FOLLOW_UP]

    assert owed() == ["7", "30"]
    reminders(night)
    night.stop()
    night.clock.advance(timedelta(days=7, hours=6))
    night.start()
    night.later(minutes=1)
    assert any("7 days after the close" in each for each in everything(night).values())
    assert owed() == ["7", "30"]
    night.console.note(night.incident.number, by=me("dina"), text="140 letters sent, list in the archive")
    night.later(minutes=1)
    assert owed() == ["30"], "at once, though nobody is called about a closed case"
    everything(night)
    night.stop()
    night.clock.advance(timedelta(days=14))  # a quarter of its time before it is due
    night.start()
    night.later(minutes=1)
    told = everything(night)
    assert "action 1 of this case" in told["anna"]
    assert "action 1" not in told.get("lev", "")
    assert all("104729" not in each and "factor" not in each for each in told.values()), "people wrote it"
    night.stop()
    night.clock.advance(timedelta(days=21))
    night.start()
    night.later(minutes=1)
    told = everything(night)
    assert "OVERDUE since" in told["anna"]
    assert "action 1 of this case" in told["lev"], "a week late on"
    night.console.actions(me("anna")).finish(night.incident.number, 1, proof="change 4711")
    night.later(minutes=1)
    assert not [each for each in night.console.agenda() if each.item.kind is AgendaKind.ACTION]


def test_a_step_speaks_to_its_owner_when_it_is_due_and_louder_later_and_once_each(
    story: Callable[..., Story],
) -> None:
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    (step,) = [each for each in night.console.steps(night.incident.id) if each.step_id == "C1"]
    night.at("04:10")
    told = everything(night)
    assert "OVERDUE since" in told["anna"]
    assert "C1 " in told["anna"]
    assert "C1 " not in told.get("lev", "")
    night.later(minutes=5)
    assert all("C1 " not in each for each in everything(night).values())
    night.at("06:10")  # two hours after it was due: it is high
    told = everything(night)
    assert "C1 " in told["anna"]
    assert "C1 " in told["lev"], "who leads hears of it, too"
    night.later(hours=1)
    assert all("C1 " not in each for each in everything(night).values())
    assert step.due_at is not None


def test_what_is_done_speaks_no_more_and_what_a_suspect_owes_is_owed_by_the_next_in_line(
    story: Callable[..., Story],
) -> None:
    night = story()
    night.reads(150, by="anna").want(["boris"])
    night.answers("boris")
    night.console.complete(night.incident.number, "C1", by=me("boris"), proof="a copy of the log, hashed")
    night.at("04:10")
    told = everything(night)
    assert "anna" not in told
    assert all("C1 " not in each for each in told.values())
    assert not any(each.owner == "anna" for each in night.console.agenda())
    seen = {name: PersonalConsole(night.console, me(name)).agenda() for name in ("anna", "boris")}
    assert (seen["anna"], bool(seen["boris"])) == ([], True)
    assert "anna" not in PersonalConsole(night.console, me("boris")).detail(night.incident.number).takers
    with pytest.raises(InputError, match="'anna' cannot be handed"):
        night.console.hand_over(night.incident.number, by=me("boris"), to="anna")
    night.at("08:31")
    assert "anna" not in {each.person for each in reminders(night)}, "nor is it in her digest"


def test_a_second_persons_word_is_owed_by_another_than_who_asked(story: Callable[..., Story]) -> None:
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    night.console.complete(night.incident.number, "N1", by=me("dina"), proof="receipt 17")
    night.later(minutes=1)
    (word,) = [each for each in night.console.agenda() if each.item.kind is AgendaKind.APPROVAL]
    assert (word.item.what, word.item.not_by, word.owner) == ("N1", ("dina",), "lev")
    reminders(night)
    night.later(hours=2)
    assert "N1: another person has to agree, asked for by Dina" in everything(night)["lev"]
    with pytest.raises(ConflictError, match="dina has asked for another person's word on N1"):
        night.console.skip(night.incident.number, "N1", by=me("boris"), reason=SkipReason.NOT_REQUIRED, words="no")
    night.console.approve(night.incident.number, "N1", by=me("lev"))
    night.later(minutes=1)
    assert not [each for each in night.console.agenda() if each.item.kind is AgendaKind.APPROVAL]
    decided = {"owed": True, "reason": "passports left"}
    night.console.decide_duty(night.incident.number, "ru-24h", by=me("dina"), **decided)
    with pytest.raises(ConflictError, match="dina has asked for another person's word on ru-152fz/ru-24h"):
        night.console.decide_duty(night.incident.number, "ru-24h", by=me("lev"), **decided | {"owed": False})
    night.console.approve(night.incident.number, "ru-24h", by=me("lev"))
    assert night.law(night.incident, "ru-24h").state is DutyState.OWED


def test_a_duty_of_a_law_speaks_at_parts_of_its_time_and_when_it_is_missed(story: Callable[..., Story]) -> None:
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    day = timedelta(hours=24)
    duties = [each.item for each in night.console.agenda() if each.item.kind is AgendaKind.DUTY]
    duty = next(each for each in duties if each.due_at - each.since == day)
    heard = []
    for when in ("14:59", "15:05", "22:20", "Tue 02:00", "Tue 03:10"):
        night.at(when)
        heard.append(sorted(who for who, text in everything(night).items() if duty.title in text))
    assert heard[0] == []
    assert heard[1], "at 50 %"
    assert heard[2], "at 80 %"
    assert "lev" in heard[3], "at 95 % who leads hears of it, in the night as well"
    assert "lev" in heard[4], "and when it is missed"


def test_a_duty_that_waits_for_the_morning_speaks_in_the_night_at_95_percent_and_when_it_is_missed(
    story: Callable[..., Story],
) -> None:
    night = story(notify={"quiet": {"starts": "20:00", "ends": "12:00", "below": "critical"}})
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    day = timedelta(hours=24)
    duties = [each.item for each in night.console.agenda() if each.item.kind is AgendaKind.DUTY]
    duty = next(each for each in duties if each.due_at - each.since == day)
    heard = []
    for when in ("22:20", "Tue 02:00", "Tue 03:10", "Tue 12:01"):
        night.at(when)
        heard.append([who for who, text in everything(night).items() if duty.title in text])
    assert heard[0] == [], "80 % waits"
    assert "lev" in heard[1], "95 % does not, though 80 % was to wait until noon"
    assert "lev" in heard[2], "nor does it that it is missed"
    assert heard[3] == [], "what was missed in the night does not speak again"


def test_each_morning_everybody_is_sent_what_they_owe_and_once(story: Callable[..., Story]) -> None:
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    night.at("08:29")
    reminders(night)
    night.at("08:31")
    digests = [each for each in reminders(night) if not each.incident_id]
    assert {"anna", "lev"} <= {each.person for each in digests}
    assert all(night.incident.code_name in each.body for each in digests)
    night.restart()
    night.at("09:30")
    assert [each for each in reminders(night) if not each.incident_id] == []
    night.closes("anna", CloseReason.FALSE_POSITIVE, "an order of the branch")
    night.at("Tue 09:00")
    assert [each for each in reminders(night) if not each.incident_id] == []
    assert night.console.agenda() == []


# In this company the rota turns at eight, by UTC; the night is of a Monday.
ROTA = {"notify": {"rota": {"people": ["boris", "anna"], "starts": "2026-03-02", "handover": "08:00", "days": 1}}}


def said_of_the_rota(night: Story) -> dict[str, str]:
    """Return what each was told of the rota since the last look."""
    new = (each for each in reminders(night) if not each.incident_id and "call" in each.title)
    return {each.person: each.body for each in new}


def test_the_rota_turns_at_its_hour_and_both_are_told_also_after_a_pause(story: Callable[..., Story]) -> None:
    night = story(**ROTA)
    night.reads(150, by="mallory").want(["anna"])  # before eight it is the turn of the day before
    assert said_of_the_rota(night) == {}
    night.stop()
    night.pass_to("08:40")
    night.start()
    night.at("08:41")
    told = said_of_the_rota(night)
    assert set(told) == {"anna", "boris"}
    assert "On call before: Anna" in told["boris"]
    assert f"{night.incident.code_name} ({night.incident.number}): nobody has it" in told["boris"]
    assert told["anna"].startswith("Boris (security) is on call now")
    night.later(minutes=1)
    assert said_of_the_rota(night) == {}, "it is said once"


def test_another_configuration_that_puts_somebody_else_on_call_is_said_and_a_suspect_is_told_of_no_case(
    story: Callable[..., Story],
) -> None:
    night = story(**ROTA)
    night.reads(150, by="boris").want(["anna"])
    night.edit(notify=ROTA["notify"] | {"rota": {"overrides": [
        {"starts": "2026-03-01T00:00", "ends": "2026-03-09T00:00", "person": "boris"}
    ]}})  # fmt: skip
    night.later(minutes=1).later(minutes=1)
    told = said_of_the_rota(night)
    assert set(told) == {"anna", "boris"}
    assert night.incident.code_name not in told["boris"]
    night.edit(notify=ROTA["notify"] | {"rota": {"overrides": [
        {"starts": "2026-02-01T00:00", "ends": "2026-02-09T00:00", "person": "boris"}
    ]}})  # fmt: skip
    night.later(minutes=1).later(minutes=1)
    told = said_of_the_rota(night)
    assert "nobody is on call now; it was Boris" in told["lev"]
