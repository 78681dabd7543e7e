"""Two incidents that a person says are one: what goes on, whose clocks count, and what taking it back restores."""

from dataclasses import replace

import pytest

from detector.errors import ConflictError, InputError
from detector.incident import CaseByHand, open_by_hand
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.duties import DutyState
from detector.schema.case.incidents import BY_HAND, CloseReason, Incident, IncidentKind, IncidentStatus
from detector.schema.levels import Severity
from detector.schema.team.grants import Grant, PersonAct
from tests.fakes.acts import acknowledge, decide_duty, file_receipt, merge, record_occasion, set_aware, unmerge
from tests.fakes.story import PLAYBOOKS, Story, clock


def two(story: Story | None = None) -> tuple[Story, Incident, Incident]:
    """Return a story with the leak of one account at 9 and another's at 10."""
    story = story or Story()
    story.at("09:00").found("bulk-read", by="user:anna", source_ips=("192.0.2.7",))
    story.at("10:00").found("export", by="user:eve", source_ips=("192.0.2.8",), risk=100)
    early, late = story.incidents()
    return story, early, late


def said(incident: Incident) -> tuple[object, ...]:
    """Return what an incident says it is, and why."""
    what = (incident.title, incident.title_ru, incident.kind, incident.severity, incident.service, incident.actor_type)
    return (*what, incident.score, *([incident.risk, incident.reasons] if incident.matter == BY_HAND else []))


def now(story: Story, incident: Incident) -> Incident:
    return story.past.known_incidents[incident.id]


def test_the_one_points_to_the_other_which_goes_on_with_both_since_the_earlier() -> None:
    story, early, late = two()
    story.write(set_aware(story.dossier(early.id), at=clock("09:30"), by="boris", reason="True.", now=clock("10:10")))
    story.at("11:00")
    merge(story, early.id, late.id, by="boris")
    gone, kept = now(story, early), now(story, late)
    assert (gone.status, gone.close_reason, gone.merged_into) == (
        IncidentStatus.CLOSED,
        CloseReason.DUPLICATE,
        late.id,
    )
    assert late.number in gone.close_note
    assert (kept.actor_id, kept.related_actors) == ("user:eve", ("user:anna",))
    assert (kept.t0, kept.aware_at) == (early.t0, clock("09:30"))
    assert (kept.first_event_at, kept.source_ips) == (early.first_event_at, ("192.0.2.7", "192.0.2.8"))
    assert len(story.past.incident_alerts(late.id)) == 2
    first = {duty.ref: duty.due_at for duty in story.dossier(late.id).duties if duty.basis == "T0"}
    assert all(first[duty.ref] == duty.due_at for duty in story.dossier(early.id).duties if duty.ref in first)
    said = [each for each in story.past.entries(late.id) if each.kind == "merged"]
    assert [(each.by, early.number in each.text) for each in said] == [("boris", True)]
    # What either of them goes on with is of this one, and does not make it somebody else's each time.
    for at, who in (("11:10", "anna"), ("11:20", "eve"), ("11:30", "anna")):
        story.at(at).found(f"more-{at}", by=f"user:{who}")
    assert len(story.incidents()) == 2
    assert now(story, late).actor_id == "user:eve"


def test_taken_back_both_are_what_they_were_and_the_one_is_called_about() -> None:
    story, early, late = two()
    story.write(set_aware(story.dossier(early.id), at=clock("09:30"), by="boris", reason="True.", now=clock("10:10")))
    before = {each.id: story.dossier(each.id) for each in (early, late)}
    story.at("11:00")
    kept = merge(story, early.id, late.id, by="boris")
    story.at("11:10").found("more", by="user:anna")
    story.at("12:00")
    over = unmerge(story, kept, by="dina")
    assert (over.ended_at, over.ended_by) == (clock("12:00"), "dina")
    one, other = now(story, early), now(story, late)
    assert (one.status, one.merged_into, one.closed_at) == (IncidentStatus.REOPENED, "", None)
    assert (one.called_at, [each.message for each in one.called_for]) == (
        clock("12:00"),
        ["incident-again-unmerged"],
    )
    assert (one.t0, one.aware_at, one.actor_id, one.related_actors) == (early.t0, clock("09:30"), "user:anna", ())
    assert (other.t0, other.aware_at, other.actor_id, other.related_actors) == (late.t0, None, "user:eve", ())
    assert {step.status for step in story.dossier(early.id).steps} == {step.status for step in before[early.id].steps}
    for each, count in ((early, 2), (late, 1)):
        assert len(story.past.incident_alerts(each.id)) == count
        assert [(duty.ref, duty.due_at) for duty in story.dossier(each.id).duties] == [
            (duty.ref, duty.due_at) for duty in before[each.id].duties
        ]
        assert "unmerged" in [entry.kind for entry in story.past.entries(each.id)]
    with pytest.raises(ConflictError, match="was not merged by a person"):
        unmerge(story, over, by="dina")


def test_no_open_duty_is_lost_and_what_two_people_decided_counts() -> None:
    story, early, late = two()
    duty = next(each for each in story.dossier(early.id).duties if each.open)
    owed = {"owed": True, "reason": "Cards.", "now": clock("10:20")}
    story.write(decide_duty(story.dossier(early.id), duty.ref, by="dpo", approved_by="exe", **owed))
    foreign = replace(duty, regulation="contract", stage="bank", incident_id=early.id)
    story.past.known_duties[early.id, foreign.ref] = foreign
    story.at("11:00")
    merge(story, early.id, late.id, by="boris")
    found = story.dossier(late.id)
    assert found.duty(duty.ref).decided_by == story.dossier(early.id).duty(duty.ref).decided_by != ""
    assert found.duty(foreign.ref).due_at == foreign.due_at


def test_two_who_complained_are_owed_two_answers_after_a_merge_and_after_it_was_taken_back() -> None:
    story = Story()
    # As a law says it that binds from before the night of the story on.
    law = story.regulations["eu-gdpr-33"]
    asked = law.stages[0].model_copy(update={"id": "asked", "start": "occasion"})
    story.regulations = {**story.regulations, law.id: law.model_copy(update={"stages": (*law.stages, asked)})}
    story, early, late = two(story)
    for case, what in (
        (early, "complaint 77"),
        (early, "complaint 78"),
        (late, "complaint 78"),
        (late, "complaint 79"),
    ):
        said = {"by": "dpo", "at": clock("10:10"), "now": clock("10:20")}
        story.write(record_occasion(story.dossier(case.id), "asked", what=what, **said))
    sent = {"number": "88", "at": clock("10:30"), "by": "dpo", "now": clock("10:40")}
    story.write(file_receipt(story.dossier(early.id), "asked", **sent))
    story.at("11:00")
    kept = merge(story, early.id, late.id, by="boris")
    found = {each.stage: each for each in story.dossier(late.id).duties if each.of_stage == "asked"}
    assert {name: (each.occasion, each.state.value) for name, each in found.items()} == {
        "asked": ("complaint 78", "undecided"),
        "asked.2": ("complaint 79", "undecided"),
        "asked.3": ("complaint 77", "done"),
    }
    story.at("12:00")
    unmerge(story, kept, by="dina")
    assert story.dossier(early.id).duty("asked").receipt_number == "88"


def test_a_receipt_follows_and_goes_back_and_ends_nothing_that_it_may_not_cover() -> None:
    story, early, late = two()
    ref, other = "ru-152fz/ru-24h", "ru-152fz/ru-72h"
    sent = {
        "number": "88",
        "at": clock("10:10"),
        "by": "dpo",
        "now": clock("10:20"),
        "version": f"{early.number}-d1 v2",
    }
    story.write(file_receipt(story.dossier(early.id), ref, **sent))
    foreign = replace(story.dossier(early.id).duty(ref), regulation="contract", stage="bank")
    story.past.known_duties[early.id, foreign.ref] = foreign
    story.at("11:00")
    kept = merge(story, early.id, late.id, by="boris")
    here = story.dossier(late.id).duty(ref)
    assert (here.receipt_number, here.receipt_at, here.receipt_by) == ("88", clock("10:10"), "dpo")
    assert here.open, "whether it covers both a person says"
    assert story.dossier(late.id).duty(foreign.ref).state is DutyState.DONE
    # What is filed meanwhile for a document of the one goes with it; what is filed for the other stays.
    its = {"by": "dpo", "now": clock("11:30"), "at": clock("11:10")}
    story.write(file_receipt(story.dossier(late.id), ref, number="89", version=f"{early.number}-d3 v1", **its))
    story.write(file_receipt(story.dossier(late.id), other, number="90", **its))
    story.at("12:00")
    unmerge(story, kept, by="dina")
    stayed, went = story.dossier(late.id), story.dossier(early.id)
    assert (stayed.duty(ref).open, stayed.duty(ref).receipt_at) == (True, None)
    assert (stayed.duty(foreign.ref).open, stayed.duty(foreign.ref).receipt_number) == (True, "")
    assert stayed.duty(other).receipt_number == "90"
    assert (went.duty(ref).receipt_number, went.duty(ref).state) == ("88", DutyState.DONE)
    assert went.duty(other).open
    third = {"number": "91", "version": f"{early.number}-d4 v1", "by": "dpo", "now": clock("12:40")}
    story.at("12:30")
    again = merge(story, early.id, late.id, by="boris")
    story.write(file_receipt(story.dossier(late.id), other, at=clock("12:35"), reason="theirs", **third))
    story.at("13:00")
    unmerge(story, again, by="dina")
    assert (went := story.dossier(early.id)).duty(other).receipt_number == "91"
    assert went.duty(other).state is DutyState.DONE
    assert story.dossier(late.id).duty(other).open


@pytest.mark.parametrize("by_hand_ends", [True, False])
def test_a_case_opened_by_hand_and_one_from_alerts_become_one_either_way(by_hand_ends: bool) -> None:
    story = Story()
    told = CaseByHand(
        title="The bank rang",
        severity=Severity.CRITICAL,
        playbook="client-data-leak",
        reason="order 88",
        actors=("user:olga",),
        addresses=("203.0.113.7",),
        since=clock("07:00"),
        until=clock("08:00"),
    )
    word = Grant(act=PersonAct.OPEN_CASE, person="boris")
    story.write(open_by_hand(told, word, PLAYBOOKS, story.settings, story.regulations, clock("08:30")))
    story.at("09:00").found("scan", by="user:eve", subject_count=0, record_low=0)
    hand, alerts = story.incidents()
    apart = {each.id: said(each) for each in (hand, alerts)}
    assert alerts.kind is not IncidentKind.LEAK
    one, other = (hand, alerts) if by_hand_ends else (alerts, hand)
    story.at("10:00")
    kept = merge(story, one.id, other.id, by="dina")
    case = now(story, other)
    assert case.suspects == {"user:olga", "user:eve", "ip:203.0.113.7"}
    assert (case.kind, case.severity, case.t0) == (IncidentKind.LEAK, Severity.CRITICAL, clock("08:30"))
    assert (case.first_event_at, case.named) == (clock("07:00"), hand.named)
    assert any("order 88" in str(reason.args) for reason in case.reasons)
    story.at("10:30").found("more", by="user:eve", subject_count=0, record_low=0)
    assert now(story, other).suspects == case.suspects, "what was named outlives what alerts say next"
    story.at("11:00")
    unmerge(story, kept, by="dina")
    assert now(story, hand).suspects == {"user:olga", "ip:203.0.113.7"}
    assert now(story, alerts).suspects == {"user:eve"}
    assert (now(story, alerts).named, now(story, hand).title) == (None, "The bank rang")
    again = {each.id: said(now(story, each)) for each in (hand, alerts)}
    assert again == apart, "of what the other was called, and why it was opened, nothing stays"
    assert "order 88" not in str(now(story, alerts).reasons)
    second = replace(told, title="A client rang", reason="order 89", severity=Severity.HIGH)
    story.write(open_by_hand(second, word, PLAYBOOKS, story.settings, story.regulations, clock("11:10")))
    (rang,) = (each for each in story.incidents() if each.title == second.title)
    story.at("11:20")
    kept = merge(story, rang.id, hand.id, by="dina")
    assert len(now(story, hand).reasons) == 2
    story.at("11:30")
    unmerge(story, kept, by="dina")
    assert [said(now(story, each)) for each in (hand, rang)] == [apart[hand.id], said(rang)]


def test_whoever_has_the_one_is_called_where_nobody_had_the_other_but_for_who_merged_them() -> None:
    for by, still in (("boris", "boris"), ("dina", "")):
        story, early, late = two()
        story.write(acknowledge(story.dossier(late.id), by="boris", via="cli", now=clock("10:05")))
        story.at("11:00")
        merge(story, early.id, late.id, by=by)
        assert now(story, late).acknowledged_by == still


def test_what_cannot_be_merged_is_refused_all_at_once() -> None:
    story, early, late = two()
    with pytest.raises(ConflictError, match="is the same incident"):
        merge(story, early.id, early.id, by="boris")
    with pytest.raises(InputError, match="why they are one matter is missing"):
        merge(story, early.id, late.id, by="boris", reason=" ")
    story.at("11:00").close(early.id)
    story.close(late.id)
    with pytest.raises(ConflictError) as refused:
        merge(story, early.id, late.id, by="boris")
    assert [problem.what for problem in refused.value.problems] == [
        f"incident {each.number} is closed" for each in (early, late)
    ]
    assert CaseFactKind.T1 not in {fact.kind for fact in story.past.facts(late.id)}
