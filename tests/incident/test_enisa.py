"""The severity by ENISA's method: the formula and its bands, what is computed from the facts, what people correct."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import ConflictError, DeniedError, InputError
from detector.incident.enisa.assess import assess
from detector.incident.enisa.correct_factor import correct_factor
from detector.schema.case.case_facts import CaseFact, CaseFactKind
from detector.schema.case.incidents import Incident, IncidentKind, Scope
from detector.schema.case.severity_assessments import (
    ALLOWED_VALUES,
    FactorReading,
    SeverityAssessment,
    SeverityCorrection,
    SeverityFactor,
)
from detector.schema.team.grants import Grant, PersonAct
from detector.settings.sections.records import DataClass
from tests.fakes.people import grant
from tests.fakes.story import Story

F = SeverityFactor
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def scored(**values: float) -> SeverityAssessment:
    """Return an assessment of these factors; the rest is as slight as it can be."""
    least = {each: min(ALLOWED_VALUES[each]) for each in F}
    wanted = least | {F(name): value for name, value in values.items()}
    return SeverityAssessment(
        factors=tuple(FactorReading(factor=each, computed=wanted[each], reasons=()) for each in F)
    )


@pytest.mark.parametrize(
    ("values", "score", "level"),
    [
        # An agent exports 3,000 names with phone numbers to a private cloud on purpose.
        ({"simple": 1, "ei": 1, "confidentiality": 0.5, "malicious": 0.5, "many": 1}, 2.0, "medium"),
        # The same list, mailed by mistake to one partner.
        ({"simple": 1, "ei": 1, "confidentiality": 0.25}, 1.25, "low"),
        # A year of detailed statements: client A sees those of client B.
        ({"financial": 4, "ei": 1, "confidentiality": 0.25}, 4.25, "very_high"),
        # Card numbers with all that belongs to them, by an attacker.
        ({"financial": 4, "ei": 0.75, "confidentiality": 0.5, "malicious": 0.5}, 4.0, "very_high"),
        # Purchases by the number of a loyalty card, public by an error of a site; and with names, by an attacker.
        ({"behavioural": 2, "ei": 0.5, "confidentiality": 0.5}, 1.5, "low"),
        ({"behavioural": 2, "ei": 1, "confidentiality": 0.5, "malicious": 0.5}, 3.0, "high"),
        # Pseudonymous rows about health, the key is safe, the laptop is lost, nothing says that they were used.
        ({"sensitive": 4, "ei": 0.25}, 1.0, "low"),
        (
            {"sensitive": 4, "ei": 1, "confidentiality": 0.5, "integrity": 0.5, "availability": 0.5, "malicious": 0.5},
            6.0,
            "very_high",
        ),
        # As worked by a practitioner in public: names and business e-mails by a misconfigured address; 2 with intent.
        ({"simple": 1, "ei": 1, "confidentiality": 0.5}, 1.5, "low"),
        # The bands end below 2, 3 and 4. Two public calculators have them elsewhere.
        ({"simple": 1, "ei": 0.75, "confidentiality": 0.5, "malicious": 0.5}, 1.75, "low"),
        ({"behavioural": 3, "ei": 0.75, "confidentiality": 0.5}, 2.75, "medium"),
        ({"sensitive": 4, "ei": 0.75, "integrity": 0.5, "availability": 0.25}, 3.75, "high"),
        # Several kinds of data: each is scored, and the highest counts.
        ({"simple": 4, "behavioural": 2, "financial": 3, "ei": 0.5}, 2.0, "medium"),
    ],
)
def test_the_score_is_context_times_identification_plus_circumstances(
    values: dict[str, float], score: float, level: str
) -> None:
    found = scored(**values)
    assert (found.score, found.level.value) == (score, level)
    assert [each.value for each in found.flags] == (["many"] if "many" in values else [])


@given(st.fixed_dictionaries({each.value: st.sampled_from(ALLOWED_VALUES[each]) for each in F}))
def test_every_score_is_within_the_range_of_the_method(values: dict[str, float]) -> None:
    assert 0.25 <= scored(**values).score <= 6


CLASSES = {
    name: DataClass(confidentiality="confidential", **said)
    for name, said in {
        "contact": {"identifies": "significant"},
        "passport": {"identifies": "maximum"},
        "papers": {"risks": ("document",)},
        "place": {"enisa": "behavioural", "identifies": "limited"},
        "account": {"enisa": "financial", "identifies": "maximum"},
        "diagnosis": {"enisa": "sensitive", "identifies": "negligible"},
    }.items()
}


def leak(**scope: Any) -> Incident:
    story = Story()
    story.at("09:00").found("bulk-read")
    return replace(story.incident(), kind=IncidentKind.LEAK, scope=Scope(**{"subjects": 20, "events": 20} | scope))


def computed(incident: Incident) -> dict[str, float]:
    found = assess(incident, CLASSES)
    assert found is not None
    return {each.factor.value: each.value for each in found.factors}


@pytest.mark.parametrize(("data", "level"), [(("contact",), "low"), (("passport",), "high")])
def test_papers_are_a_high_severity_where_contacts_are_not(data: tuple[str, ...], level: str) -> None:
    found = assess(leak(data_classes=data), CLASSES)
    assert found is not None
    assert found.level == level


@pytest.mark.parametrize(
    ("scope", "values"),
    [
        ({"data_classes": ("contact",)}, {"simple": 1, "behavioural": 0, "ei": 0.75, "many": 0}),
        # Papers: 2 x 1 + 0.5 + 0.5 = 3 with an unknown recipient and intent, which is high; contacts alone stay at 2.
        ({"data_classes": ("contact", "passport")}, {"simple": 2, "ei": 1, "confidentiality": 0.5, "malicious": 0.5}),
        ({"data_classes": ("papers",)}, {"simple": 2, "ei": 1}),
        ({"data_classes": ("contact", "place")}, {"simple": 1, "behavioural": 2, "ei": 0.75}),
        ({"data_classes": ("diagnosis",)}, {"simple": 0, "sensitive": 4, "ei": 0.25}),
        ({"data_classes": ("account", "diagnosis")}, {"financial": 3, "sensitive": 4, "ei": 1}),
        # What is not known counts as the worse.
        ({}, {"simple": 1, "ei": 1, "confidentiality": 0.5, "malicious": 0.5, "unintelligible": 0}),
        ({"data_classes": ("contact", "never configured")}, {"simple": 1, "ei": 1}),
        ({"subjects": 100}, {"many": 0}),
        ({"subjects": 90, "record_low": 90, "record_high": 101}, {"many": 1}),
        ({"subjects": 1, "uncounted": 1}, {"many": 1}),
        ({"subjects": 1, "imported_subjects": 100}, {"many": 1}),
        (
            {"by_action": (("read", 15), ("update", 5))},
            {"confidentiality": 0.5, "integrity": 0.25, "availability": 0},
        ),
        (
            {"by_action": (("delete", 20),)},
            {"confidentiality": 0, "integrity": 0.25, "availability": 0.25},
        ),
    ],
)
def test_factors_are_computed_from_the_scope(scope: dict[str, Any], values: dict[str, float]) -> None:
    found = computed(leak(**scope))
    assert {name: found[name] for name in values} == values


@pytest.mark.parametrize(
    ("stated", "score", "said"),
    [
        ((), 0.5, "enisa-intent-unknown"),
        (("human_error",), 0, "enisa-no-intent"),
        (("failure", "insider"), 0.5, "enisa-intent"),
        (("attack", "unknown"), 0.5, "enisa-intent-unknown"),
    ],
)
def test_the_intent_follows_from_the_stated_cause(stated: tuple[str, ...], score: float, said: str) -> None:
    facts = [
        CaseFact(incident_id="x", number=number, kind=CaseFactKind.CAUSE, value=value, author="dina", at=NOON)
        for number, value in enumerate(stated, start=1)
    ]
    found = assess(leak(), CLASSES, (), facts)
    assert found is not None
    reading = found.reading(F.MALICIOUS)
    assert (reading.value, reading.reasons[0].message) == (score, said)


def test_people_as_stated_count_beside_the_scope() -> None:
    assert computed(replace(leak(subjects=20), persons=130))["many"] == 1


def test_without_client_data_there_is_no_severity_of_a_breach() -> None:
    attack = replace(leak(events=0, subjects=0), kind=IncidentKind.WEB_ATTACK)
    assert assess(attack, CLASSES) is None
    assert assess(replace(leak(), kind=IncidentKind.HISTORY), CLASSES) is None
    # A person says that client data is concerned, and no touch is known: everything counts as the worse.
    assert computed(leak(events=0, subjects=0))["confidentiality"] == 0.5


def test_a_person_corrects_a_factor_with_a_reason_and_all_readings_stay() -> None:
    story = Story()
    story.at("09:00").found("bulk-read")
    found = story.dossier()
    may, other = grant(found, "dina", PersonAct.ASSESS), grant(found, "lev", PersonAct.APPROVE)
    known: tuple[SeverityCorrection, ...] = ()

    def say(factor: SeverityFactor, value: float | None, reason: str = "known", by: Grant | None = None) -> str:
        nonlocal known
        said: dict[str, Any] = {"factor": factor, "value": value, "reason": reason, "now": NOON, "second": by}
        made = correct_factor(found, may, known, CLASSES, **said)
        known = (*known, made.correction)
        (entry,) = made.changes.entries
        return entry.text

    mine = grant(found, "dina", PersonAct.APPROVE)
    for factor, value in ((F.MALICIOUS, 0.0), (F.UNINTELLIGIBLE, 1.0), (F.EI, 0.25)):
        for by in (None, mine):
            with pytest.raises(ConflictError, match="needs two persons"):
                say(factor, value, "mailed by mistake", by)
    told = say(F.MALICIOUS, 0.0, "mailed by mistake", other)
    assert "mailed by mistake" in told
    assert "lev" in told
    say(F.SIMPLE, 4.0, "protected witnesses")
    say(F.MALICIOUS, None, "it was no mistake")
    after = assess(found.incident, CLASSES, known)
    assert after is not None
    assert (after.reading(F.SIMPLE).value, after.reading(F.SIMPLE).computed) == (4, 1)
    assert after.reading(F.MALICIOUS).correction is None
    lowered, raised = (each.reason for each in after.reading(F.MALICIOUS).earlier)
    assert ("mailed by mistake" in lowered, "lev" in lowered, raised) == (True, True, "it was no mistake")
    with pytest.raises(ConflictError, match="needs two persons"):
        say(F.SIMPLE, None, "they are not")
    for factor, value, reason, error, words in (
        (F.EI, 0.3, "x", InputError, "ei cannot be 0.3"),
        (F.EI, 0.5, " ", InputError, "reason of the correction is missing"),
        (F.SIMPLE, 4.0, "x", ConflictError, "simple is 4 already"),
        (F.MALICIOUS, None, "x", ConflictError, "already"),
    ):
        with pytest.raises(error, match=words):
            say(factor, value, reason)
    noted = grant(found, "dina", PersonAct.NOTE)
    with pytest.raises(DeniedError):
        correct_factor(found, noted, known, CLASSES, factor=F.EI, value=0.5, reason="x", now=NOON)
