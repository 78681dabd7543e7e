"""An incident is what the facts make of it, and becomes a graver one when they change."""

from dataclasses import replace
from datetime import timedelta

import pytest

from detector.incident import verify_chain, with_scope
from detector.schema.case.incidents import CloseReason, IncidentKind, IncidentStatus, Scope, StepStatus
from detector.schema.detection.findings import Detector
from detector.schema.levels import Severity
from tests.fakes.acts import acknowledge, complete_step, say_client_data, set_aware, set_status, skip_step
from tests.fakes.story import Story, a_finding, clock

UNTOUCHED = {"subject_count": 0}
TAKEOVER = {"playbook": "account-takeover", **UNTOUCHED}
SPRAYING = {"playbook": "account-attack", **UNTOUCHED}
TOUCHES = Scope(
    subjects=3,
    record_low=3,
    record_high=3,
    events=3,
    data_classes=("identity",),
    first_event_at=clock("09:10"),
    last_event_at=clock("09:12"),
)


def taken_over() -> Story:
    story = Story()
    story.at("09:00").found("brute-force", **TAKEOVER)
    return story


@pytest.mark.parametrize(
    ("playbook", "by", "kind", "title"),
    [
        ("account-takeover", "user:anna", "account_takeover", "Account takeover suspected: an employee account in crm"),
        ("account-attack", "ip:192.0.2.7", "account_attack", "Attack on accounts by a network address in crm"),
        ("web-attack", "ip:192.0.2.7", "web_attack", "Web attack by a network address on crm"),
        ("client-data-leak", "user:anna", "suspicious", "Suspicious activity by an employee account in crm"),
        ("client-data-leak", "session:1f", "suspicious", "Suspicious activity by a session in crm"),
        ("no-such-playbook", "user:anna", "suspicious", "Suspicious activity by an employee account in crm"),
    ],
)
def test_without_touches_an_incident_is_what_its_rule_saw_and_no_clock_of_the_law_runs(playbook, by, kind, title):
    story = Story()
    story.at("09:00").found("rule", by=by, playbook=playbook, **UNTOUCHED)
    incident, dossier = story.incident(), story.dossier()
    assert (incident.kind, incident.title) == (kind, title)
    assert "клиент" not in incident.title_ru
    assert dossier.playbook is not None
    assert dossier.playbook.kind is incident.kind
    assert dossier.duties == ()


@pytest.mark.parametrize(
    "counts",
    [{"subject_count": 1}, {"record_low": 1}, {"record_high": 50, "data_classes": ("identity",)}],
)
def test_touches_in_its_findings_make_it_an_incident_about_client_data(counts):
    story = Story()
    story.at("09:00").found("rule", playbook="web-attack", **(UNTOUCHED | counts))
    dossier = story.dossier()
    assert (dossier.incident.kind, dossier.incident.playbook) == (IncidentKind.LEAK, "client-data-leak")
    assert dossier.duties


CHANGED = {"subject_count": 3, "record_low": 0, "record_high": 0}


def test_changed_client_data_is_a_breach_of_its_own_with_the_clocks_of_the_law():
    story = Story()
    story.at("09:00").found("rule", **CHANGED)
    incident, dossier = story.incident(), story.dossier()
    assert (incident.kind, incident.playbook) == (IncidentKind.ALTERATION, "client-data-change")
    assert incident.title == "Client data changed or deleted by an employee account in crm"
    assert incident.title_ru == "Данные клиентов изменены или удалены в системе crm: учётная запись сотрудника"
    running = dossier.duties
    assert {(each.regulation, each.due_at) for each in running if each.stage == "gdpr-72h"} == {
        ("eu-gdpr-33", clock("3d 09:00"))
    }
    # 152-FZ art. 21(3.1) is about a transfer or access; the moment something was read beside it, it is.
    assert "ru-152fz" not in {each.regulation for each in running}
    story.write(
        with_scope(dossier, replace(TOUCHES, events=4, by_action=(("delete", 3), ("read", 1))), now=clock("10:00"))
    )
    read = story.dossier()
    first = next(each for each in read.duties if each.step == "N1")
    assert (read.incident.kind, first.due_at) == (IncidentKind.ALTERATION, clock("1d 09:00"))
    assert read.step("N1").due_at == first.due_at


def test_a_table_that_is_changed_whole_is_a_change_though_nobody_is_named():
    story = Story()
    whole = {"subject_count": 0, "data_classes": ("contact",)}
    story.at("09:00").found("table-change", playbook="client-data-change", **whole)
    incident, dossier = story.incident(), story.dossier()
    assert (incident.kind, incident.playbook) == (IncidentKind.ALTERATION, "client-data-change")
    assert incident.title == "Client data changed or deleted by an employee account in crm"
    assert incident.title_ru == "Данные клиентов изменены или удалены в системе crm: учётная запись сотрудника"
    assert dossier.duties


def test_a_change_of_what_is_no_client_data_is_none():
    story = Story()
    story.at("09:00").found("table-change", playbook="client-data-change", **UNTOUCHED)
    assert story.incident().kind is IncidentKind.SUSPICIOUS


def test_deletions_alone_in_the_journal_are_no_theft():
    story = taken_over()
    story.write(with_scope(story.dossier(), replace(TOUCHES, by_action=(("delete", 3),)), now=clock("09:15")))
    assert (story.incident().kind, story.incident().t0) == (IncidentKind.ALTERATION, clock("09:15"))


@pytest.mark.parametrize("by", ["finding", "scope", "person"])
def test_a_change_that_turns_out_to_be_a_theft_as_well_keeps_its_clocks(by):
    story = Story()
    story.at("09:00").found("rule", **CHANGED)
    story.write(acknowledge(story.dossier(), by="boris", via="cli", now=clock("09:02")))
    story.write(complete_step(story.dossier(), "C2", by="boris", proof="Blocked 09:06.", now=clock("09:06")))
    if by == "finding":
        story.at("09:15").found("bulk-read")
    elif by == "scope":
        nothing = {"subject_count": 0, "record_low": 0, "risk": 10}
        story.at("09:14").found("guessed", playbook="account-takeover", **nothing)
        mixed = replace(TOUCHES, by_action=(("delete", 2), ("read", 1)))
        story.write(with_scope(story.dossier(), mixed, now=clock("09:15")))
    else:
        story.write(say_client_data(story.dossier(), by="boris", reason="He has a copy.", now=clock("09:15")))
    incident, dossier = story.incident(), story.dossier()
    assert (incident.kind, incident.playbook, incident.t0) == (IncidentKind.LEAK, "client-data-leak", clock("09:00"))
    assert dossier.step("N1").due_at == clock("1d 09:00")
    assert dossier.step("S7") is not None
    assert incident.acknowledged_by == ""


@pytest.mark.parametrize("by", ["finding", "scope", "person"])
def test_what_was_left_out_while_a_law_did_not_apply_stops_no_clock_of_it(by):
    story = Story()
    story.at("09:00").found("rule", **CHANGED)
    for step in ("N1", "N21"):
        reason = f"Not {step}."
        story.write(skip_step(story.dossier(), step, by="dpo", approved_by="exe", reason=reason, now=clock("09:05")))
    story.write(
        complete_step(story.dossier(), "N2", by="dpo", approved_by="exe", proof="Receipt 2.", now=clock("09:06"))
    )
    if by == "finding":
        story.at("09:15").found("bulk-read")
    elif by == "scope":
        mixed = replace(TOUCHES, by_action=(("delete", 2), ("read", 1)))
        story.write(with_scope(story.dossier(), mixed, now=clock("09:15")))
    else:
        story.write(say_client_data(story.dossier(), by="boris", reason="He has a copy.", now=clock("09:15")))
    dossier = story.dossier()
    running = {each.stage: each for each in dossier.duties}
    assert [(running[step].due_at, running[step].ended_at) for step in ("ru-24h", "ru-72h")] == [
        (clock("1d 09:00"), None),
        (clock("3d 09:00"), None),
    ]
    assert (dossier.step("N1").status, dossier.step("N1").due_at) == (StepStatus.OPEN, clock("1d 09:00"))
    # This law applied all the time: what was said of its step stands, and its duty is open all the same.
    assert dossier.step("N21").status is StepStatus.SKIPPED
    assert running["gdpr-72h"].ended_at is None
    entries = story.past.entries(dossier.incident.id)
    again = {dict(entry.data)["step"]: entry.text for entry in entries if entry.kind == "step_reopened"}
    assert again.keys() == {"N1", "N2"}
    assert "skipped by dpo: nobody asks for it here: Not N1." in again["N1"]
    assert "done by dpo: Receipt 2." in again["N2"]
    assert not verify_chain(entries)


def test_a_read_beside_deletions_is_told_and_makes_no_theft_of_them():
    story = Story()
    story.at("09:00").found("bulk-delete", playbook="client-data-change", **{**CHANGED, "subject_count": 150})
    mixed = replace(TOUCHES, events=151, by_action=(("delete", 150), ("read", 1)))
    story.write(with_scope(story.dossier(), mixed, now=clock("09:15")))
    odd = {"detector": Detector.BEHAVIOUR, "subject_count": 151, "record_low": 1, "record_high": 1}
    story.at("09:20").found("behaviour", **odd)
    incident = story.incident()
    assert (incident.kind, incident.playbook) == (IncidentKind.ALTERATION, "client-data-change")
    assert incident.title == "Client data changed or deleted by an employee account in crm"
    assert incident.scope.by_action == (("delete", 150), ("read", 1))


def test_to_be_aware_of_a_change_makes_no_theft_of_it():
    story = Story()
    story.at("09:00").found("rule", **CHANGED)
    story.write(set_aware(story.dossier(), at=clock("09:05"), by="boris", reason="Seen.", now=clock("09:06")))
    assert (story.incident().kind, story.incident().aware_at) == (IncidentKind.ALTERATION, clock("09:05"))


@pytest.mark.parametrize("cut", [1, 2])
def test_in_a_replay_a_breach_is_known_since_the_first_of_its_kinds(cut):
    findings = [a_finding("rule", clock("09:30"), **CHANGED), a_finding("bulk-read", clock("10:00"))]
    findings = [a_finding("spraying", clock("09:00"), **SPRAYING), *findings]
    story = Story(replay=True)
    for start in range(0, len(findings), cut):
        story.at("12:00").take(findings[start : start + cut])
    assert (story.incident().kind, story.incident().t0) == (IncidentKind.LEAK, clock("09:30"))


@pytest.mark.parametrize("counts", [{"data_classes": ("identity",)}, {"record_high": 900}])
def test_what_was_refused_or_is_no_client_data_is_no_touch(counts):
    story = Story()
    story.at("09:00").found("rule", playbook="web-attack", **UNTOUCHED, **counts)
    assert story.incident().kind is IncidentKind.WEB_ATTACK


def test_an_export_that_nobody_counted_is_a_leak():
    story = Story()
    story.at("09:00").found("table-export", **UNTOUCHED, uncounted=1, data_classes=("contact",))
    assert story.incident().kind is IncidentKind.LEAK
    scope = Scope(events=1, uncounted=1, data_classes=("contact",))
    story.write(with_scope(story.dossier(), scope, now=clock("09:01")))
    assert story.past.entries(story.incident().id)[-1].text == (
        "Scope computed: no client known by id; the log does not say how many records."
    )


def test_touches_found_later_make_it_one_about_client_data_without_losing_what_was_done():
    story = taken_over()
    story.write(acknowledge(story.dossier(), by="boris", via="cli", now=clock("09:02")))
    story.write(complete_step(story.dossier(), "U1", by="boris", proof="Not she.", now=clock("09:05")))
    story.write(complete_step(story.dossier(), "C2", by="boris", proof="Blocked 09:06.", now=clock("09:06")))
    changes = with_scope(story.dossier(), TOUCHES, now=clock("09:15"))
    story.write(changes)
    incident, dossier = story.incident(), story.dossier()
    assert changes.raised == (incident.id,)
    assert (incident.kind, incident.playbook, incident.t0) == (IncidentKind.LEAK, "client-data-leak", clock("09:15"))
    assert incident.title == "Client data taken by an employee account in crm"
    assert (incident.acknowledged_at, incident.acknowledged_by) == (None, "")
    assert incident.severity is Severity.HIGH
    first = next(each for each in dossier.duties if each.step == "N1")
    assert (first.regulation, first.due_at) == ("ru-152fz", clock("1d 09:15"))
    done = {step.step_id: step.proof for step in dossier.steps if step.status is StepStatus.DONE and step.proof}
    assert {"U1": "Not she.", "C2": "Blocked 09:06."}.items() <= done.items()
    assert dossier.step("A2").status is StepStatus.OPEN
    assert dossier.step("A2").due_at == clock("09:20")
    assert dossier.step("N1").due_at == clock("1d 09:15")
    assert [step.position for step in dossier.steps] == list(range(len(dossier.steps)))
    entries = story.past.entries(incident.id)
    assert [entry.kind for entry in entries][-2:] == ["scope", "worse"]
    assert entries[-1].data == (("old", "account_takeover"), ("new", "leak"))
    assert story.past.open_incidents() == [incident]


def test_an_account_s_other_work_does_not_make_a_theft_of_something_odd():
    """A walk over ids that was sent nothing, by somebody who read other cards as ever."""
    story = Story()
    story.at("09:00").found("ids", subject_count=0)
    changes = with_scope(story.dossier(), Scope(subjects=28, record_low=28, events=28), now=clock("09:01"))
    story.write(changes)
    incident = story.incident()
    assert (incident.kind, incident.scope.subjects) == (IncidentKind.SUSPICIOUS, 28)
    assert not story.dossier().duties


def test_touches_found_at_the_opening_call_nobody_twice():
    story = taken_over()
    story.write(with_scope(story.dossier(), TOUCHES, now=clock("09:00")))
    assert (story.incident().kind, story.incident().became_at) == (IncidentKind.LEAK, None)


def test_a_wider_scope_of_an_incident_about_client_data_is_no_turn_for_the_worse():
    story = taken_over()
    story.write(with_scope(story.dossier(), TOUCHES, now=clock("09:15")))
    story.write(acknowledge(story.dossier(), by="boris", via="cli", now=clock("09:16")))
    more = Scope(subjects=4, record_low=4, record_high=4, events=4)
    assert with_scope(story.dossier(), more, now=clock("09:20")).raised == ()
    story.write(with_scope(story.dossier(), more, now=clock("09:20")))
    assert (story.incident().acknowledged_by, story.incident().t0) == ("boris", clock("09:15"))


def test_a_guess_that_succeeds_makes_an_attack_a_taken_account():
    story = Story()
    story.at("09:00").found("spraying", **SPRAYING)
    story.write(acknowledge(story.dossier(), by="boris", via="cli", now=clock("09:02")))
    story.at("10:00").found("brute-force", **TAKEOVER)
    incident = story.incident()
    assert (incident.kind, incident.t0) == (IncidentKind.ACCOUNT_TAKEOVER, clock("10:00"))
    assert incident.acknowledged_at is None
    assert {"U7", "U1", "U3"} <= {step.step_id for step in story.dossier().steps}


def test_a_lesser_finding_makes_nothing_of_it():
    story = taken_over()
    before = story.incident()
    story.at("10:00").found("spraying", **SPRAYING)
    after = story.incident()
    assert (after.kind, after.playbook, after.became_at) == (before.kind, before.playbook, None)


def test_a_person_may_say_that_client_data_is_concerned_with_a_reason():
    story = taken_over()
    with pytest.raises(Exception, match="why client data is concerned"):
        say_client_data(story.dossier(), by="boris", reason=" ", now=clock("09:30"))
    changes = say_client_data(story.dossier(), by="boris", reason="Cards in a chat.", now=clock("09:30"))
    story.write(changes)
    incident = story.incident()
    assert changes.raised == (incident.id,)
    assert (incident.kind, incident.t0) == (IncidentKind.LEAK, clock("09:30"))
    assert incident.title == "Client data may be concerned: an employee account in crm"
    entry = story.past.entries(incident.id)[-1]
    assert entry.by == "boris"
    assert "Cards in a chat." in entry.text
    assert not say_client_data(story.dossier(), by="boris", reason="Again.", now=clock("09:40"))


def test_what_a_person_said_is_not_taken_back_by_findings_or_an_empty_scope():
    story = taken_over()
    story.write(say_client_data(story.dossier(), by="boris", reason="Cards.", now=clock("09:30")))
    story.at("10:00").found("spraying", **SPRAYING)
    assert not with_scope(story.dossier(), Scope(), now=clock("10:05"))
    assert (story.incident().kind, story.incident().t0) == (IncidentKind.LEAK, clock("09:30"))


def test_t1_says_that_client_data_is_concerned():
    story = taken_over()
    story.write(set_aware(story.dossier(), at=clock("09:20"), by="boris", reason="Seen.", now=clock("09:30")))
    incident = story.incident()
    assert (incident.kind, incident.aware_at, incident.version) == (IncidentKind.LEAK, clock("09:20"), 2)
    assert story.dossier().step("A5").status is StepStatus.DONE
    assert [entry.kind for entry in story.past.entries(incident.id)] == ["opened", "worse", "fact"]


def test_a_resolved_incident_that_gets_worse_is_worked_on_again():
    story = taken_over()
    story.write(acknowledge(story.dossier(), by="boris", via="cli", now=clock("09:02")))
    story.write(set_status(story.dossier(), IncidentStatus.RESOLVED, by="boris", reason="She.", now=clock("09:10")))
    story.write(with_scope(story.dossier(), TOUCHES, now=clock("09:15")))
    assert story.incident().status is IncidentStatus.IN_PROGRESS


def test_a_taken_account_closes_by_its_own_gate():
    story = taken_over()
    for step in ("U1", "U2", "U3", "U5"):
        story.write(complete_step(story.dossier(), step, by="boris", proof="Done.", now=clock("10:00")))
    story.at("11:00").close(reason=CloseReason.HANDLED)
    assert story.incident().status is IncidentStatus.CLOSED


def test_what_follows_an_intrusion_counts_for_as_long_as_points_add_up():
    assert taken_over().incident().follow_until == clock("09:00") + timedelta(days=1)
    story = Story()
    story.at("09:00").found("bulk-read")
    assert story.incident().follow_until is None


def test_a_blind_spot_stays_one():
    story = Story()
    story.at("09:00").found(
        "blind-spot.source", by="nabat", detector=Detector.BLIND_SPOT, playbook="blind-spot", **UNTOUCHED
    )
    assert (story.incident().kind, story.incident().playbook) == (IncidentKind.BLIND_SPOT, "blind-spot")


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_in_a_replay_the_kind_and_its_moment_do_not_hang_on_the_batches(cut):
    findings = [
        a_finding("spraying", clock("09:00"), **SPRAYING),
        a_finding("brute-force", clock("09:30"), **TAKEOVER),
        a_finding("bulk-read", clock("10:00")),
    ]
    story = Story(replay=True)
    for start in range(0, len(findings), cut):
        story.at("12:00").take(findings[start : start + cut])
    incident = story.incident()
    assert (incident.kind, incident.opened_at, incident.became_at) == (
        IncidentKind.LEAK,
        clock("09:00"),
        clock("10:00"),
    )
