"""Nights on which a case rests and comes back, and a close is taken back."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from detector.errors import ConflictError
from detector.incident import CaseByHand
from detector.runtime.incidents.console import PersonalConsole
from detector.runtime.incidents.scopes.read_client_list import ClientList
from detector.schema.case.agenda import AgendaKind
from detector.schema.case.duties import DutyState
from detector.schema.case.incidents import CloseReason, Incident, IncidentStatus
from detector.schema.levels import Severity
from detector.schema.team.delivery import MessageKind
from tests.fakes.people import me
from tests.scenarios.story import TEAM, Story


def test_what_is_on_hold_is_called_about_again_at_its_end_over_a_restart(story: Callable[..., Story]) -> None:
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    until = night.clock.now() + timedelta(minutes=50)
    night.console.set_status(
        night.incident.number, IncidentStatus.ON_HOLD, by=me("anna"), until=until, reason="waits for the provider"
    )
    night.later(minutes=1)
    (item,) = [each.item for each in night.console.agenda() if each.item.kind is AgendaKind.HOLD]
    assert item.next_at == until
    night.later(minutes=40).want([])
    night.restart()
    night.later(minutes=10).want(["anna"])
    assert "It had been on hold until now" in night.receivers["anna"].received[-1]["message"]
    assert (night.incident.status, night.incident.hold_until) == (IncidentStatus.IN_PROGRESS, None)
    night.later(minutes=6).want(["boris"])


def test_a_close_by_whoever_was_taken_in_is_taken_back_by_another_and_the_team_is_called(
    story: Callable[..., Story],
) -> None:
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    clocks = [(duty.ref, duty.due_at) for duty in night.console.detail(night.incident.number).duties]
    night.closes("anna", CloseReason.FALSE_POSITIVE, "the manager says it was agreed")
    night.later(minutes=10).want([])
    number = night.incident.number
    night.console.reopen_case(number, by=me("boris"), reason="the manager never said so")
    night.later(seconds=5).want(["anna"])
    assert "opened it again after it had been closed" in night.receivers["anna"].received[-1]["message"]
    detail = night.console.detail(number)
    assert detail.incident.status is IncidentStatus.REOPENED
    assert [(duty.ref, duty.due_at) for duty in detail.duties] == clocks
    assert detail.chain_sound
    # What she takes now is of this case, and no case of its own.
    night.reads(40, by="mallory", first=9000)
    assert [each.number for each in night.cases] == [number]
    told = {each.message for each in night.incident.reasons}
    assert "incident-goes-on" not in told, "it is open, and goes on as itself"


def test_a_case_from_a_telephone_call_pages_counts_and_is_looked_up_in_the_journal(story: Callable[..., Story]) -> None:
    night = story()
    began = night.now
    for client in range(3):  # far too few for any rule
        night.touches(5000 + client, by="olga", address="198.51.100.9")
    night.touches(7000, by="pavel", address="203.0.113.80")
    assert night.cases == []
    made = night.console.open_case(
        CaseByHand(
            title="The partner was offered our clients",
            severity=Severity.HIGH,
            playbook="client-data-leak",
            reason="the partner rang at 03:20",
            actors=("olga",),
            addresses=("203.0.113.80",),
            since=began,
        ),
        by=me("dina"),
    )
    assert (made.scope.subjects, made.scope.source_ips) == (4, ("198.51.100.9", "203.0.113.80"))
    night.later(seconds=5).want(["anna"])
    told = night.receivers["anna"].received[-1]["message"]
    assert ("Opened by hand by dina" in told, "the partner rang" in told) == (True, False), "why may name clients"
    night.answers("anna")
    day = made.opened_at + timedelta(hours=24)
    assert any(duty.due_at == day for duty in night.console.detail(made.number).duties), "the clocks count from now"
    night.restart()
    night.later(minutes=10).want([])
    detail = night.console.detail(made.number)
    assert (detail.incident.scope.subjects, detail.incident.named, detail.chain_sound) == (4, made.named, True)


def test_two_cases_of_one_leak_are_one_page_until_they_are_parted_again(story: Callable[..., Story]) -> None:
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    first = night.incident
    night.later(minutes=2)
    night.reads(120, by="olga", first=1700, address="198.51.100.9")
    second = night.about("user:olga")
    assert "anna" in night.told(MessageKind.PAGE, about=(second,)), "two cases, two pages"
    night.answers("anna", second)
    (beside,) = PersonalConsole(night.console, me("anna")).detail(second.number).related
    assert beside.incident.id == first.id
    assert [(each.message, dict(each.args)) for each in beside.why] == [("related-clients", {"count": 50})]
    night.console.merge(first.number, second.number, by=me("anna"), reason="one laptop, two accounts")
    night.told(MessageKind.PAGE)
    night.later(minutes=20).want([])
    case = night.console.detail(second.number)
    assert (case.incident.scope.subjects, case.incident.t0, case.chain_sound) == (220, first.t0, True)
    ended = night.console.detail(first.number)
    assert (ended.incident.merged_into, ended.chain_sound) == (second.id, True)
    night.restart()
    night.reads(40, by="mallory", first=20000)
    assert len(night.cases) == 2
    assert night.console.detail(second.number).incident.actor_id == "user:olga"
    night.told(MessageKind.PAGE)
    night.console.unmerge(first.number, by=me("boris"), reason="two people after all")
    night.later(seconds=5).want(["anna"], about=night.console.detail(first.number).incident)
    parted = [night.console.detail(each.number) for each in (first, second)]
    assert [each.incident.scope.subjects for each in parted] == [190, 120]
    assert [each.incident.t0 for each in parted] == [first.t0, second.t0]
    assert all(each.chain_sound for each in parted)


def test_what_was_named_by_hand_counts_whole_beside_what_alerts_tell(story: Callable[..., Story]) -> None:
    night = story()
    began = night.now
    night.touches(5000, by="olga", address="198.51.100.9")
    night.reads(150, by="mallory")
    found = night.incident
    said = {"title": "A call", "severity": Severity.LOW, "playbook": "client-data-leak", "reason": "the bank rang"}
    made = night.console.open_case(CaseByHand(**said, actors=("olga",), since=began), by=me("dina"))
    export = ClientList(ids=("a-1", "a-2"), repeated=0, sha256="0" * 64)
    brought = {"name": "export.csv", "source": "the laptop", "reason": "it was on it", "by": me("dina")}
    night.console.import_clients(made.number, export, **brought)
    both = night.console.merge(made.number, found.number, by=me("dina"), reason="the bank means the same list")
    assert (both.scope.subjects, both.scope.imported_subjects) == (151, 2)
    night.later(minutes=12)
    assert night.console.detail(found.number).incident.scope == both.scope
    night.console.unmerge(made.number, by=me("dina"), reason="another list")
    parted = [night.console.detail(each.number).incident.scope for each in (made, found)]
    assert [(each.subjects, each.imported_subjects) for each in parted] == [(1, 2), (150, 0)]
    other = night.console.merge(found.number, made.number, by=me("dina"), reason="the call came first")
    assert (other.title, other.scope.subjects) == ("A call", 151)
    night.console.unmerge(found.number, by=me("dina"), reason="another list")
    apart = night.console.detail(made.number).incident
    assert (apart.title, apart.reasons, apart.service) == ("A call", made.reasons, "")


def test_receipts_stay_with_the_case_they_were_filed_in_through_a_merge_and_its_end(
    story: Callable[..., Story],
) -> None:
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    found = night.incident

    def receipts(case: Incident) -> dict[str, str]:
        duties = night.console.detail(case.id).duties
        return {each.stage: each.receipt_number for each in duties if each.state is DutyState.DONE}

    # Beside it one is opened by hand, and both have been told to the regulator before anybody sees that they are one.
    night.at("09:00")
    told = {"severity": Severity.HIGH, "playbook": "client-data-leak", "actors": ("olga",), "since": found.t0}
    made = night.console.open_case(CaseByHand(title="The bank rang", reason="at nine", **told), by=me("dina"))
    night.later(seconds=5).want(["anna"], about=made)
    night.answers("boris", made)
    night.console.file_receipt(found.number, "ru-24h", number="RKN-1", at=None, by=me("dina"))
    night.later(minutes=30)
    for stage, number in (("ru-24h", "RKN-2"), ("ru-72h", "RKN-3")):
        night.console.file_receipt(made.number, stage, number=number, at=None, by=me("dina"))

    night.console.merge(made.number, found.number, by=me("lev"), reason="the bank means mallory")
    night.later(minutes=1)
    assert receipts(found) == {"ru-24h": "RKN-1"}, "a notice of the other case is none of this one"
    said = night.console.detail(found.number).entries[-1].text
    assert "Why: the bank means mallory. Receipts filed there, which close nothing here:" in said
    assert all(each in said for each in ("RKN-2", "RKN-3", made.number))
    assert {each.item.incident_id for each in night.console.agenda()} == {found.id}, "it is owed once"
    with pytest.raises(ConflictError, match="closed"):
        night.console.file_receipt(made.number, "gdpr-72h", number="EU-0", at=None, by=me("dina"))
    night.console.file_receipt(found.number, "ru-72h", number="RKN-4", at=None, by=me("dina"))

    night.restart()
    night.console.unmerge(made.number, by=me("boris"), reason="two after all")
    night.later(seconds=5).want(["anna"], about=made)
    assert receipts(found) == {"ru-24h": "RKN-1", "ru-72h": "RKN-4"}
    assert receipts(made) == {"ru-24h": "RKN-2", "ru-72h": "RKN-3"}
    assert [night.console.detail(each.id).incident.t0 for each in (found, made)] == [found.t0, made.t0]
    assert {each.item.incident_id for each in night.console.agenda()} == {found.id, made.id}
    assert all(night.console.detail(each.id).chain_sound for each in (found, made))


def test_a_grave_leak_is_closed_by_two_whatever_the_reason_and_by_one_where_there_is_no_other(
    story: Callable[..., Story],
) -> None:
    people = [{"name": name, "accounts": [f"user:{name}"], "targets": [name]} for name in TEAM]
    night = story(team={"people": people, "roles": {"soc": ["anna"], "lead": ["lev"]}})
    night.reads(150, by="mallory")
    number = night.incident.number
    # Nor does one call it resolved, by which nobody would be paged any more.
    stands = night.console.set_status(number, IncidentStatus.RESOLVED, by=me("anna"), reason="nothing flows")
    assert stands.status is not IncidentStatus.RESOLVED
    with pytest.raises(ConflictError, match="needs two persons: anna is no second one"):
        night.console.approve(number, "resolve", by=me("anna"))
    page = night.console.detail(number)
    assert "This is to be called resolved; a second person has to agree: nothing flows" in page.entries[-1].text
    night.console.approve(number, "resolve", by=me("lev"))
    assert night.incident.status is IncidentStatus.RESOLVED
    assert night.console.detail(number).entries[-1].text.endswith("nothing flows (approved by lev)")
    for reason in (CloseReason.AUTHORISED, CloseReason.DUPLICATE, CloseReason.FALSE_POSITIVE):
        closed = night.console.close(number, reason, by=me("anna"), note="the branch asked for it")
        assert closed.status is not IncidentStatus.CLOSED
    with pytest.raises(ConflictError, match="needs two persons: anna is no second one"):
        night.console.approve(number, "close", by=me("anna"))
    night.console.approve(number, "close", by=me("lev"))
    assert night.incident.close_reason is CloseReason.FALSE_POSITIVE
    assert night.console.detail(number).entries[-1].text.endswith("the branch asked for it (approved by lev)")

    # About one of the two: the other is left alone with it, and so is whoever asked for company herself.
    night.reads(150, by="lev", first=9000)
    second = night.about("user:lev")
    night.console.assign_role(second.number, "com", "boris", by=me("anna"), reason="writes well")
    night.console.accept_role(second.number, "com", by=me("boris"))
    stands = night.console.set_status(second.number, IncidentStatus.RESOLVED, by=me("anna"), reason="nothing flows")
    assert stands.status is IncidentStatus.RESOLVED
    closed = night.console.close(second.number, CloseReason.AUTHORISED, by=me("anna"), note="a list for the auditor")
    assert closed.status is IncidentStatus.CLOSED
    last = night.console.detail(second.number).entries[-1]
    assert "by one person, since nobody else has a word in this case: a list for the auditor" in last.text
