import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector import incident
from detector.errors import ConflictError, DeniedError, InputError, NotFoundError
from detector.incident import (
    Dossier,
    alert_json,
    append,
    finding_json,
    incident_json,
    json_line,
    severity_of,
    verify_chain,
    with_scope,
)
from detector.incident.case.stand_ins import who_fills
from detector.messages import LANGUAGES, messages
from detector.schema.case.incidents import CloseReason, IncidentStatus, Scope, StepStatus
from detector.schema.levels import Severity
from detector.schema.team.grants import ApprovalStatus, PersonAct, SkipReason
from detector.settings.sections.records import DataClass
from detector.settings.sections.response import ACCESS_ROLES, ROLES, Person, TeamSettings
from tests.fakes.acts import (
    acknowledge,
    add_note,
    close,
    complete_step,
    file_receipt,
    reopen_step,
    set_aware,
    set_status,
    skip_step,
)
from tests.fakes.people import grant
from tests.fakes.story import Story, a_finding, clock

HANDLED = CloseReason.HANDLED


@pytest.fixture
def story() -> Story:
    story = Story()
    story.at("09:00").found("bulk-read", source_ips=("192.0.2.7",), record_low=40, record_high=55, subject_count=40)
    return story


def of_team(dossier: Dossier, team: TeamSettings) -> Dossier:
    return replace(dossier, case=dossier.case.model_copy(update={"team": team}))


def told(story: Story, transition, *args, at="10:00", **kwargs):
    behind = (story.behind(),) if transition is close else ()
    changes = transition(story.dossier(), *args, *behind, now=clock(at), **kwargs)
    story.write(changes)
    return changes


def test_one_person_at_least_is_concerned_where_nobody_counted():
    assert severity_of((), Scope(uncounted=1, data_classes=("special",)), CLASSES) is Severity.HIGH
    assert severity_of((), Scope(uncounted=1, data_classes=("confidential",)), CLASSES) is Severity.LOW


def test_an_incident_opens_with_its_checklist_and_the_first_step_done_by_nabat(story):
    dossier = story.dossier()
    assert len(dossier.steps) == 51
    first = dossier.step("A1")
    assert (first.status, first.done_by, first.done_at) == (StepStatus.DONE, "nabat", clock("09:00"))
    assert first.proof
    assert dossier.step("A2").due_at == clock("09:05")
    assert all(dossier.step(f"P{n}").due_at is None for n in range(1, 7))
    assert dossier.incident.number == f"20260302-{dossier.incident.id[:6]}"
    assert dossier.incident.title == "Client data taken by an employee account in crm"
    assert dossier.incident.title_ru == "Данные клиентов взяты учётной записью сотрудника в системе crm"


def test_people_find_it_by_code_name_and_what_does_not_exist_is_said(story):
    assert story.dossier(story.incident().code_name.upper()).incident == story.incident()
    with pytest.raises(NotFoundError, match="nabat incidents list"):
        story.dossier("nothing")
    with pytest.raises(NotFoundError, match="its steps are P1"):
        complete_step(story.dossier(), "Q1", by="anna", now=clock("10:00"))


def test_the_first_acknowledgement_counts(story):
    told(story, acknowledge, by="anna", via="cli", at="09:03")
    incident = story.incident()
    assert (incident.acknowledged_by, incident.status) == ("anna", IncidentStatus.IN_PROGRESS)
    assert story.dossier().step("A2").status is StepStatus.DONE
    assert not told(story, acknowledge, by="boris", via="link", at="09:04")
    assert story.incident() == incident


def test_a_step_that_waits_for_another_gets_its_due_time_when_that_is_done(story):
    assert story.dossier().step("C4").due_at is None
    told(story, complete_step, "c2", by="own", proof="Blocked 09:06.", at="10:00")
    assert story.dossier().step("C4").due_at == clock("1d 10:00")
    told(story, reopen_step, "C2", by="own", reason="It goes on.", at="11:00")
    assert story.dossier().step("C4").due_at is None
    assert story.dossier().step("C2").proof == ""


def test_a_notice_needs_two_persons(story):
    for approver in ("", "dpo"):
        with pytest.raises(ConflictError, match="two persons"):
            complete_step(story.dossier(), "N1", by="dpo", approved_by=approver, now=clock("10:00"))
    told(story, complete_step, "N1", by="dpo", approved_by="exe", proof="No. 5")
    assert "exe" in story.dossier().step("N1").proof


def test_a_done_step_is_not_done_twice_nor_skipped(story):
    told(story, complete_step, "C2", by="own")
    done = story.dossier().step("C2").proof
    for same in ("", done):
        assert not complete_step(story.dossier(), "C2", by="other", proof=same, now=clock("11:00"))
    with pytest.raises(ConflictError, match="done by own already, in other words"):
        complete_step(story.dossier(), "C2", by="other", proof="Blocked 09:59, data still flows.", now=clock("11:00"))
    with pytest.raises(ConflictError, match="reopen"):
        skip_step(story.dossier(), "C2", by="own", reason="no", now=clock("11:00"))
    with pytest.raises(InputError, match="why the step is not needed"):
        skip_step(story.dossier(), "C3", by="own", reason=" ", now=clock("11:00"))


def test_what_takes_two_persons_to_do_takes_two_to_leave_out(story):
    for approver in ("", "dpo"):
        with pytest.raises(ConflictError, match="N1 needs two persons"):
            skip_step(story.dossier(), "N1", by="dpo", reason="No.", approved_by=approver, now=clock("10:00"))
    told(story, skip_step, "N1", by="dpo", reason="Nothing left.", approved_by="exe")
    step = story.dossier().step("N1")
    assert (step.status, "exe" in step.proof, "Nothing left." in step.proof) == (StepStatus.SKIPPED, True, True)
    assert (
        "Nothing left. (утверждает exe)"
        in messages("ru").worded(*story.past.entries(story.incident().id)[-1].said).text
    )


def test_a_receipt_for_one_law_stops_the_clock_of_no_other(story):
    told(story, complete_step, "N2", by="dpo", approved_by="exe", proof="Receipt 17 of Roskomnadzor.")
    dossier = story.dossier()
    assert {duty.ended_at for duty in dossier.duties} == {None}, "a step fulfils no duty"
    said = {"number": "2026-88412", "at": clock("09:50"), "by": "dpo", "now": clock("10:00")}
    story.write(file_receipt(dossier, "ru-152fz/ru-72h", **said))
    ended = {duty.stage: duty.ended_at for duty in story.dossier().duties}
    assert (ended.pop("ru-72h"), set(ended.values())) == (clock("09:50"), {None})


def test_the_gate_names_everything_that_is_open(story):
    with pytest.raises(ConflictError) as caught:
        close(story.dossier(), HANDLED, story.behind(), by="lead", note="Done.", now=clock("5d 09:00"))
    said = " ".join(problem.what for problem in caught.value.problems)
    assert all(f"waits for {step}:" in said for step in ("N1", "N8", "C4", "R1", "L1"))
    assert all(f"waits for the duty {duty.ref}:" in said for duty in story.dossier().duties if duty.open)
    assert len(caught.value.problems) == 12 + 9


def test_a_handled_incident_closes_when_nothing_is_open(story):
    told(story, acknowledge, by="lead", via="page", at="09:03")
    told(story, set_status, IncidentStatus.RESOLVED, by="lead", reason="Over.", at="3d 09:00")
    assert story.dossier().step("L1").due_at == clock("17d 09:00")
    for step in ("N1", "N2", "N21", "N4"):
        told(story, complete_step, step, by="dpo", approved_by="exe", at="4d 09:00")
    for step in ("N3", "N5", "N6", "N7", "N8"):
        told(story, skip_step, step, by="dpo", reason="Not due.", at="4d 09:00")
    for step in ("C2", "C4", "R1", "L1"):
        told(story, complete_step, step, by="own", at="4d 10:00")
    with pytest.raises(ConflictError) as caught:
        told(story, close, HANDLED, by="lead", note="Account blocked.", at="5d 09:00")
    assert all("waits for the duty" in problem.what for problem in caught.value.problems), "no step is open any more"
    story.at("4d 12:00").fulfil()
    told(story, close, HANDLED, by="lead", note="Account blocked.", at="5d 09:00")
    incident = story.incident()
    assert (incident.status, incident.close_reason) == (IncidentStatus.CLOSED, HANDLED)
    assert story.dossier().step("Z1").done_by == "lead"
    assert story.dossier().step("L2").due_at == clock("31d 09:00")
    assert story.past.open_alerts("user:anna") == []
    assert verify_chain(story.past.entries(incident.id)) == ()


@pytest.mark.parametrize("reason", [each for each in CloseReason if each is not HANDLED])
def test_what_turned_out_to_be_nothing_closes_at_once(story, reason):
    told(story, close, reason, by="lead", note="Agreed work.")
    assert story.incident().status is IncidentStatus.CLOSED
    assert story.dossier().step("N1").status is StepStatus.SKIPPED


def test_a_closed_incident_takes_notes_and_nothing_else(story):
    told(story, close, CloseReason.DUPLICATE, by="lead", note="See the other.")
    told(story, add_note, by="anna", text="The client called.", at="11:00")
    for refused in (
        lambda d: acknowledge(d, by="anna", via="cli", now=clock("11:00")),
        lambda d: close(d, HANDLED, (), by="anna", note="x", now=clock("11:00")),
        lambda d: set_aware(d, at=clock("10:00"), by="anna", reason="x", now=clock("11:00")),
        lambda d: set_status(d, IncidentStatus.ON_HOLD, by="anna", reason="x", now=clock("11:00")),
    ):
        with pytest.raises(ConflictError, match="was closed"):
            refused(story.dossier())


def test_t1_cannot_lie_in_the_future(story):
    with pytest.raises(InputError, match="future"):
        set_aware(story.dossier(), at=clock("11:00"), by="anna", reason="x", now=clock("10:00"))


def test_t1_may_lie_before_the_first_event_but_not_by_years(story):
    with pytest.raises(InputError, match="more than 30 days before the first event, 2026-03-02T08:59:00Z"):
        set_aware(story.dossier(), at=clock("09:00") - timedelta(days=31), by="anna", reason="x", now=clock("10:00"))
    early = clock("09:00") - timedelta(days=29)
    story.write(set_aware(story.dossier(), at=early, by="anna", reason="The press rang.", now=clock("10:00")))
    assert story.incident().aware_at == early


def test_every_transition_is_one_entry_and_one_version(story):
    told(story, acknowledge, by="anna", via="cli")
    told(story, add_note, by="anna", text="A\x1b[31m note\x00.")
    assert story.incident().version == 3
    assert [entry.kind for entry in story.past.entries(story.incident().id)] == [
        "opened",
        "acknowledged",
        "note",
    ]
    assert "\x1b" not in story.past.entries(story.incident().id)[-1].text


@given(st.integers(0, 3), st.sampled_from(("text", "by", "kind", "previous", "hash")), st.booleans())
def test_any_alteration_of_the_timeline_is_found(number, field, drop):
    story = Story()
    story.at("09:00").found("bulk-read")
    for text in ("one", "two", "three", "four"):
        told(story, add_note, by="anna", text=text)
    entries = story.past.entries(story.incident().id)
    assert verify_chain(entries) == ()
    if drop:
        del entries[number]
    else:
        entries[number] = replace(entries[number], **{field: "altered"})
    assert verify_chain(entries)


def test_entries_of_earlier_versions_are_hashed_as_they_were_and_newer_ones_with_what_they_are_made_of():
    plain = {"incident_id": "i", "at": clock("09:00"), "kind": "scope", "by": "nabat", "data": (("subjects", 2),)}
    old = append(None, text="Two people.", **plain)
    fields = {
        "incident_id": "i",
        "number": 1,
        "at": "2026-03-02T09:00:00Z",
        "kind": "scope",
        "by": "nabat",
        "text": "Two people.",
        "data": [["subjects", 2]],
        "previous": "",
    }
    body = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert old.hash == sha256(body.encode()).hexdigest()
    new = append(old, text=messages("en").wording("incident-entry-looked", clients=2), **plain)
    assert new.text == "Shown 2 client numbers."
    assert verify_chain([old, new]) == ()
    forged = replace(new, said=messages("en").wording("incident-entry-looked", clients=1).said)
    assert verify_chain([old, forged])


def test_what_a_person_writes_is_never_taken_for_the_name_of_a_message():
    words = {language: messages(language) for language in LANGUAGES}
    inner = words["en"].wording("incident-reason-flow", by="incident-nobody", proof="{ incident-nobody }")
    told = words["en"].wording("incident-entry-step-reopened", step="C2", reason=inner)
    assert "incident-nobody" in told.text
    assert told.text == words["en"].worded(*told.said).text
    assert "incident-nobody" in words["ru"].worded(*told.said).text
    agreed = words["en"].wording("incident-proof-approved", proof=inner, approver="incident-nobody")
    twice = words["en"].wording("incident-entry-step-skipped", step="C2", reason=agreed)
    assert "(утверждает incident-nobody)" in words["ru"].worded(*twice.said).text
    assert words["ru"].worded(*inner.said).text in words["ru"].worded(*twice.said).text
    assert words["ru"].worded(*told.said).text == (
        words["ru"].wording("incident-entry-step-reopened", step="C2", reason=words["ru"].worded(*inner.said)).text
    )


def test_who_fills_which_role_is_said_in_any_language():
    filled = dict.fromkeys((*ROLES, *ACCESS_ROLES), "") | {"lead": "anna"}
    told = messages("en").wording("incident-entry-stood-in", roles=who_fills(filled, messages("en")))
    assert "crisis lead: anna, deputy: nobody is left, " in told.text
    said = messages("ru").worded(*told.said).text
    assert "руководитель кризисной группы: anna, заместитель: никого не осталось, " in said
    assert ("nobody" in said, said.count(": ")) == (False, len(filled) + 1)


CLASSES = {name: DataClass(confidentiality=name) for name in ("public", "internal", "confidential", "special")}


@pytest.mark.parametrize(
    ("kind", "subjects", "severity"),
    [
        ("public", 99_999, Severity.LOW),
        ("internal", 999, Severity.LOW),
        ("internal", 1_000, Severity.MEDIUM),
        ("confidential", 100, Severity.MEDIUM),
        ("confidential", 1_000, Severity.HIGH),
        ("confidential", 10_000, Severity.CRITICAL),
        ("special", 1, Severity.HIGH),
        ("special", 100, Severity.CRITICAL),
        ("unknown", 99_999, Severity.LOW),
    ],
)
def test_severity_follows_the_table(kind, subjects, severity):
    assert severity_of((), Scope(subjects=subjects, data_classes=(kind,)), CLASSES) is severity
    assert severity_of((), Scope(subjects=1, data_classes=("public",)), CLASSES, before=severity) is severity


def test_a_wider_scope_raises_the_severity_and_says_so(story):
    scope = Scope(subjects=20_000, record_low=20_000, record_high=30_000, data_classes=("confidential",))
    changes = told(story, with_scope, scope, classes=CLASSES)
    assert story.incident().severity is Severity.CRITICAL
    assert changes.raised == (story.incident().id,)
    assert not with_scope(story.dossier(), scope, now=clock("11:00"))


def test_a_resolved_incident_is_worked_on_again_when_more_comes(story):
    told(story, set_status, IncidentStatus.RESOLVED, by="lead", reason="Over.", at="10:00")
    story.at("11:00").found("export")
    assert story.incident().status is IncidentStatus.IN_PROGRESS
    assert story.dossier().step("L1").due_at is None
    assert verify_chain(story.past.entries(story.incident().id)) == ()


def test_reasons_come_the_worst_first_and_each_once(story):
    story.at("10:00").found("bulk-read", risk=100)
    story.at("11:00").found("night", risk=10)
    assert [(r.message, dict(r.args)["count"]) for r in story.incident().reasons] == [
        ("reason-bulk-read", 100),
        ("reason-night", 10),
    ]


@pytest.mark.parametrize("score", [0.5, 0.00001])
def test_half_a_surrogate_does_not_keep_a_line_of_an_answer_from_being_written(score):
    line = json_line({"path": "/crm/\ud800😀\udcff", "score": score})
    assert line.encode().decode() == line
    assert json.loads(line) == {"path": "/crm/\ufffd😀\ufffd", "score": score}


def test_exports_hold_what_they_must_in_a_fixed_order(story, monkeypatch):
    scope = Scope(subjects=40, record_low=40, record_high=55, events=40)
    incident = replace(story.incident(), reasons=(), scope=scope)
    out = incident_json(incident)
    assert list(out)[:4] == ["id", "number", "code_name", "opened_at"]
    assert out["opened_at"] == "2026-03-02T09:00:00Z"
    assert out["actor"] == {"id": "user:anna", "type": "human"}
    assert (out["subjects"], out["records"]) == (40, {"low": 40, "high": 55})
    assert json.loads(json_line(out)) == out
    finding = replace(a_finding("x", clock("09:00").replace(microsecond=5)), reasons=())
    assert finding_json(finding)["at"] == "2026-03-02T09:00:00.000005Z"
    (alert,) = story.past.incident_alerts(incident.id)
    assert alert_json(alert)["incident"] == incident.id


def test_no_client_data_stands_in_titles_or_timeline(story):
    told(story, with_scope, Scope(subjects=3, sessions=("secret",), source_ips=("192.0.2.7",)))
    texts = [entry.text for entry in story.past.entries(story.incident().id)]
    assert not any("anna" in text or "192.0.2.7" in text for text in [*texts, story.incident().title])


def test_whoever_the_incident_is_about_cannot_say_that_she_has_it(story):
    suspect = Person(name="anna", accounts=(story.dossier().incident.actor_id,), targets=("push",))
    dossier = of_team(story.dossier(), TeamSettings(people=(suspect,)))
    with pytest.raises(NotFoundError, match="there is no incident"):
        acknowledge(dossier, by="anna", via="link", now=clock("10:00"))


@pytest.mark.parametrize(
    "decide",
    [
        lambda found: close(found, CloseReason.FALSE_POSITIVE, (), by="anna", note="All fine.", now=clock("10:00")),
        lambda found: complete_step(found, "C2", by="anna", now=clock("10:00")),
        lambda found: complete_step(found, "N1", by="olga", approved_by="anna", now=clock("10:00")),
        lambda found: skip_step(found, "C2", by="anna", reason="Not needed.", now=clock("10:00")),
        lambda found: reopen_step(found, "P1", by="anna", reason="Not done.", now=clock("10:00")),
        lambda found: set_aware(found, at=clock("09:30"), by="anna", reason="Seen then.", now=clock("10:00")),
        lambda found: set_status(found, IncidentStatus.ON_HOLD, by="anna", reason="Later.", now=clock("10:00")),
    ],
    ids=["close", "step", "approve", "skip", "reopen", "aware", "status"],
)
def test_whoever_the_incident_is_about_decides_nothing_about_it(story, decide):
    suspect = Person(name="anna", accounts=(story.dossier().incident.actor_id,), targets=("push",))
    olga = Person(name="olga", targets=("push",))
    dossier = of_team(story.dossier(), TeamSettings(people=(suspect, olga)))
    with pytest.raises(NotFoundError, match="there is no incident"):
        decide(dossier)


def test_two_invented_names_are_no_two_persons(story):
    dossier = of_team(story.dossier(), TeamSettings(people=(Person(name="anna", targets=("push",)),)))
    with pytest.raises(DeniedError, match="'yod' is not on the team"):
        complete_step(dossier, "N1", by="anna", approved_by="yod", now=clock("10:00"))


def test_a_grant_for_another_act_or_another_incident_opens_nothing(story):
    found = story.dossier()
    for other in (
        grant(found, "anna", PersonAct.NOTE),
        replace(grant(found, "anna", PersonAct.DO_STEP), incident_id="another"),
    ):
        with pytest.raises(DeniedError, match="the grant is not for this"):
            incident.complete_step(found, "C2", other, now=clock("10:00"), proof="Blocked 09:06.")


def test_whoever_types_for_another_is_no_second_person_and_stands_beside_the_other(story):
    found = story.dossier()
    author = grant(found, "anna", PersonAct.DO_STEP, acts_for="olga")
    for second in ("anna", "olga"):
        with pytest.raises(ConflictError, match="two persons"):
            incident.complete_step(
                found, "N1", author, now=clock("10:00"), proof="No. 5", second=grant(found, second, PersonAct.APPROVE)
            )
    third = grant(found, "dina", PersonAct.APPROVE)
    story.write(incident.complete_step(found, "N1", author, now=clock("10:00"), proof="No. 5", second=third))
    assert story.dossier().step("N1").done_by == "anna for olga"
    assert story.past.entries(story.incident().id)[-1].by == "anna for olga"


@pytest.mark.parametrize(
    ("step", "bad", "good"),
    [
        ("C2", "", "blocked 09:06"),
        ("C2", "blocked in the morning", "09:06 blocked"),
        ("N8", "told them", "file no. 8"),
        ("R1", "closed", "https://tickets.example.org/x"),
        ("C1", "17", "copied to the safe"),
    ],
)
def test_a_proof_is_of_the_kind_its_step_asks_for(story, step, bad, good):
    with pytest.raises(InputError, match=f"the proof of step {step} lacks"):
        complete_step(story.dossier(), step, by="own", proof=bad, now=clock("10:00"))
    told(story, complete_step, step, by="own", proof=good)
    assert story.dossier().step(step).proof == good


def test_a_second_person_s_word_is_asked_for_given_and_refused(story):
    def wait(**said):
        found = story.dossier()
        changes, asked = incident.ask_approval(found, "N1", grant(found, "dpo", said.pop("act")), now=story.now, **said)
        story.write(changes)
        assert story.dossier().step("N1").status is StepStatus.OPEN
        return asked

    asked = wait(act=PersonAct.DO_STEP, proof="Receipt 17")
    found = story.dossier()
    changes, decided = incident.decline_word(
        found, asked, grant(found, "exe", PersonAct.APPROVE), reason="an old number", now=story.now
    )
    story.write(changes)
    assert (decided.status, decided.decided_by) == (ApprovalStatus.DECLINED, "exe")
    asked = wait(act=PersonAct.SKIP_STEP, proof="nothing left", reason=SkipReason.NOT_REQUIRED)
    found = story.dossier()
    author, second = grant(found, "dpo", PersonAct.SKIP_STEP), grant(found, "exe", PersonAct.APPROVE)
    changes, decided = incident.approve_step(found, asked, author, second, now=story.now)
    story.write(changes)
    assert (decided.status, story.dossier().step("N1").status) == (ApprovalStatus.APPROVED, StepStatus.SKIPPED)
    kinds = [each.kind for each in story.past.entries(story.incident().id)]
    assert kinds[-4:] == ["approval_asked", "approval_declined", "approval_asked", "step_skipped"]
