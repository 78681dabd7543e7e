"""Duties of the laws: when each is due, from where on it is owed, who decides, and what ends its clock alone."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from detector.errors import ConfigError, ConflictError, DeniedError, InputError, NotFoundError
from detector.incident import (
    FineReach,
    Regulation,
    duties_of,
    fine_of,
    load_regulations,
    owed,
    with_scope,
)
from detector.incident.case.changes.merging import duties_of_merged
from detector.incident.duty.deadlines import Terms
from detector.incident.duty.fine_words import possible_fines
from detector.resources import shipped
from detector.schema.case.agenda import AgendaItem, AgendaKind
from detector.schema.case.duties import Duty, DutyState, DutyVerdict
from detector.schema.case.incidents import CloseReason, Incident, IncidentKind, IncidentStatus, Scope
from detector.schema.learning.corrective_actions import Amount
from detector.settings import LegalSettings, Settings
from detector.settings.sections.response import Person, TeamSettings
from tests.fakes.acts import (
    acknowledge,
    close,
    confirm_duties,
    decide_duty,
    file_receipt,
    record_occasion,
    set_aware,
)
from tests.fakes.story import Story, clock

LAWS = load_regulations()
TWO = {"by": "dina", "approved_by": "lev"}


def a_case(at: str, aware: str = "", **changes: Any) -> Incident:
    story = Story()
    story.at("09:00").found("bulk-read")
    moment = datetime.fromisoformat(at)
    known = datetime.fromisoformat(aware) if aware else None
    scope = Scope(subjects=1, events=1)
    return replace(story.incident(), **{"opened_at": moment, "aware_at": known, "scope": scope} | changes)


def duties(law: str, incident: Incident, zone: str = "UTC", **legal: Any) -> dict[str, Duty]:
    terms = Terms(zone=ZoneInfo(zone), regulations={law: LAWS[law]}, legal=LegalSettings.model_validate(legal))
    return {duty.stage: duty for duty in duties_of(incident, terms, ())}


def test_a_duty_is_due_by_the_calendar_of_its_law_wherever_the_server_stands(subtests: pytest.Subtests) -> None:
    for law, stage, at, due in [
        # Hours are elapsed time: over the change of clocks, the weekend and the end of the year alike.
        ("ru-152fz", "ru-24h", "2026-10-31T23:30+03:00", "2026-11-01T23:30+03:00"),
        ("ru-152fz", "ru-72h", "2026-12-31T12:00+03:00", "2027-01-03T12:00+03:00"),
        # Three working days in Russia: 2 to 8 January are holidays, 9 January 2026 is a day off moved there.
        ("ru-152fz", "ru-unlawful", "2025-12-29T10:00+03:00", "2026-01-13T10:00+03:00"),
        ("eu-gdpr-33", "gdpr-72h", "2026-03-28T20:00+01:00", "2026-03-31T21:00+02:00"),
        ("eu-gdpr-34", "gdpr-subjects", "2026-02-27T10:00+00:00", "2026-03-02T10:00+00:00"),
        ("eu-nis2-23", "nis2-24h", "2026-10-24T12:00+02:00", "2026-10-25T11:00+01:00"),
        ("eu-nis2-23", "nis2-trust-24h", "2026-03-06T12:00+00:00", "2026-03-07T12:00+00:00"),
        ("uk-gdpr", "uk-72h", "2026-03-27T22:00+00:00", "2026-03-30T23:00+01:00"),
        ("uk-gdpr", "uk-pecr-72h", "2026-03-27T22:00+00:00", "2026-03-30T23:00+01:00"),
        ("fr-cnil", "fr-72h", "2026-12-30T09:00+01:00", "2027-01-02T09:00+01:00"),
        # One working day in Almaty: Friday to Monday; before Nowruz to Wednesday the 25th or later.
        ("kz-94v", "kz-1bd", "2026-03-13T18:00+05:00", "2026-03-16T18:00+05:00"),
        ("kz-94v", "kz-1bd", "2026-03-20T18:00+05:00", "2026-03-26T18:00+05:00"),
        # Saturday in Almaty while it is still Friday in UTC: Monday counts to its end, and not until half past one.
        ("kz-94v", "kz-1bd", "2026-03-13T20:30+00:00", "2026-03-16T23:59+05:00"),
        ("ru-152fz", "ru-unlawful", "2026-01-04T03:00+03:00", "2026-01-14T23:59+03:00"),
        ("us-ca-1798.82", "ca-30d", "2026-02-10T10:00-08:00", "2026-03-12T10:00-07:00"),
        ("us-hipaa", "hipaa-individual", "2026-01-31T10:00-05:00", "2026-04-01T10:00-04:00"),
        ("us-hipaa", "hipaa-media", "2026-12-20T10:00-05:00", "2027-02-18T10:00-05:00"),
        # 60 days after the end of the year T0 lies in, where the law is: 1 March, 29 February in a leap year.
        ("us-hipaa", "hipaa-hhs-log", "2026-06-01T10:00-04:00", "2027-03-01T23:59-05:00"),
        ("us-hipaa", "hipaa-hhs-log", "2027-12-31T20:00-05:00", "2028-02-29T23:59-05:00"),
        ("us-hipaa", "hipaa-ba", "2026-11-30T10:00-05:00", "2027-01-29T10:00-05:00"),
        ("us-tx-521.053", "tx-60d", "2026-01-31T10:00-06:00", "2026-04-01T10:00-05:00"),
        ("us-tx-521.053", "tx-ag", "2026-02-20T10:00-06:00", "2026-03-22T10:00-05:00"),
        ("us-ny-899-aa", "ny-30d", "2026-02-20T10:00-05:00", "2026-03-22T10:00-04:00"),
        ("us-ny-899-aa", "ny-dfs", "2026-03-06T22:00-05:00", "2026-03-09T23:00-04:00"),
        ("eu-dora-19", "dora-initial", "2026-10-24T23:00+02:00", "2026-10-25T02:00+01:00"),
        ("ru-187fz", "kii-3h", "2026-12-31T22:00+03:00", "2027-01-01T01:00+03:00"),
    ]:
        with subtests.test(law=law, stage=stage, at=at, due=due):
            for zone in ("UTC", "Asia/Tokyo") if LAWS[law].zone else ("Europe/Berlin",):
                found = duties(law, a_case(at), zone)[stage]
                assert found.due_at == datetime.fromisoformat(due), (zone, found.due_at.astimezone(UTC))


def test_every_shipped_duty_with_a_number_has_a_due_time_or_waits_for_what_starts_it():
    for law in LAWS.values():
        found = duties(law.id, a_case("2026-07-01T09:00+00:00"))
        assert found.keys() == ({stage.id for stage in law.stages} if not law.dormant else set())
        for stage in law.stages if found else ():
            waits = stage.start == "occasion" or stage.start in found
            assert (found[stage.id].due_at is None) == (waits or not (stage.due or stage.target)), stage.id


def test_the_month_of_the_final_report_counts_from_the_receipt_it_follows():
    story = Story()
    story.regulations = {"eu-nis2-23": LAWS["eu-nis2-23"]}
    story.at("09:00").found("bulk-read")
    assert story.duty("nis2-final").due_at is None
    sent = {"number": "CSIRT 12", "at": clock("29d 10:00"), "by": "dina", "now": clock("29d 11:00")}  # 31 March
    story.write(file_receipt(story.dossier(), "nis2-72h", **sent))
    assert story.duty("nis2-final").due_at == datetime(2026, 4, 30, 10, 0, tzinfo=UTC)
    assert story.duty("nis2-final").basis == "nis2-72h"
    # A progress report takes its place while the incident goes on; then a month from its handling there is another.
    assert (story.duty("nis2-final-later").due_at, story.duty("nis2-final-later").state) == (None, DutyState.UNDECIDED)
    handled = {"occasion": clock("29d 10:00"), "now": clock("29d 12:00"), "reason": "A progress report was sent."}
    story.write(decide_duty(story.dossier(), "nis2-final-later", owed=True, **TWO, **handled))
    assert story.duty("nis2-final-later").due_at == datetime(2026, 4, 30, 10, 0, tzinfo=UTC)


def test_what_is_sent_together_with_another_notice_is_due_on_the_day_of_that_one():
    story = Story()
    story.settings = Settings.model_validate({"timezone": "UTC", "legal": {"sectors": ["hipaa-covered"]}})
    story.regulations = {"us-hipaa": LAWS["us-hipaa"]}
    story.at("09:00").found("bulk-read")
    latest = story.duty("hipaa-individual").due_at
    assert story.duty("hipaa-hhs-500").due_at == latest
    late_in_new_york = clock("10d 02:00")  # of the 11th of March there
    sent = {"number": "letters 4", "at": late_in_new_york, "by": "dina", "now": clock("10d 11:00")}
    story.write(file_receipt(story.dossier(), "hipaa-individual", **sent))
    assert story.duty("hipaa-hhs-500").due_at == datetime(2026, 3, 12, 3, 59, tzinfo=UTC)
    assert story.duty("hipaa-media").due_at == latest, "its own 60 days"


def test_what_counts_from_awareness_counts_from_detection_until_somebody_says_so():
    case = a_case("2026-03-02T09:00+00:00")
    assert (duties("eu-gdpr-33", case)["gdpr-72h"].basis, LAWS["eu-gdpr-33"].basis) == ("T0", "T1")
    aware = replace(case, aware_at=datetime(2026, 3, 2, 15, 0, tzinfo=UTC))
    found = duties("eu-gdpr-33", aware)["gdpr-72h"]
    assert (found.basis, found.due_at) == ("T1", datetime(2026, 3, 5, 15, 0, tzinfo=UTC))


def test_thresholds_are_compared_and_what_a_person_has_to_judge_is_asked(subtests: pytest.Subtests) -> None:
    for law, stage, scope, verdict in [
        ("us-hipaa", "hipaa-hhs-500", Scope(subjects=499, events=9), DutyVerdict.NO),
        ("us-hipaa", "hipaa-hhs-500", Scope(subjects=499, events=9, uncounted=1), DutyVerdict.ASK),
        ("us-hipaa", "hipaa-hhs-500", Scope(subjects=3, events=9, imported_subjects=496), DutyVerdict.NO),
        ("us-hipaa", "hipaa-hhs-500", Scope(subjects=3, events=9, imported_subjects=497), DutyVerdict.YES),
        ("us-hipaa", "hipaa-hhs-500", Scope(record_high=400, imported_subjects=400, events=9), DutyVerdict.NO),
        ("us-hipaa", "hipaa-hhs-500", Scope(subjects=500, events=9), DutyVerdict.YES),
        ("us-hipaa", "hipaa-hhs-log", Scope(subjects=499, events=9), DutyVerdict.YES),
        ("us-hipaa", "hipaa-hhs-log", Scope(subjects=500, events=9), DutyVerdict.NO),
        ("us-hipaa", "hipaa-hhs-log", Scope(subjects=3, events=9, uncounted=1), DutyVerdict.ASK),
        ("us-ca-1798.82", "ca-ag", Scope(subjects=500, events=9), DutyVerdict.NO),
        ("us-ca-1798.82", "ca-ag", Scope(subjects=501, events=9), DutyVerdict.ASK),
        ("us-ca-1798.82", "ca-ag", Scope(), DutyVerdict.ASK),
        # Exports that name nobody: each record may be of somebody else.
        ("us-hipaa", "hipaa-hhs-500", Scope(record_high=499, events=9), DutyVerdict.NO),
        ("us-hipaa", "hipaa-hhs-500", Scope(record_high=500, events=9), DutyVerdict.ASK),
        ("us-hipaa", "hipaa-hhs-500", Scope(record_low=500, record_high=500, events=9), DutyVerdict.ASK),
        ("us-hipaa", "hipaa-hhs-500", Scope(subjects=400, record_high=200, events=9), DutyVerdict.ASK),
        ("us-hipaa", "hipaa-hhs-log", Scope(subjects=3, record_low=3, record_high=900, events=9), DutyVerdict.ASK),
        ("eu-gdpr-33", "gdpr-72h", Scope(subjects=1, events=1), DutyVerdict.ASK),
        ("eu-gdpr-33", "gdpr-register", Scope(subjects=1, events=1), DutyVerdict.YES),
        ("eu-nis2-23", "nis2-24h", Scope(subjects=90_000, events=9), DutyVerdict.ASK),
        ("ru-152fz", "ru-24h", Scope(subjects=1, events=1), DutyVerdict.YES),
        ("ru-152fz", "ru-unlawful", Scope(subjects=1, events=1), DutyVerdict.ASK),
    ]:
        with subtests.test(law=law, stage=stage, scope=scope, verdict=verdict):
            everybody = ["nis2-essential", "hipaa-covered"]
            found = duties(law, a_case("2026-03-02T09:00+00:00", scope=scope), sectors=everybody)[stage]
            assert found.verdict is verdict
            assert found.reasons or verdict is DutyVerdict.YES


def test_whether_a_law_is_ours_follows_from_what_we_are_and_says_why(subtests: pytest.Subtests) -> None:
    for law, stage, legal, verdict, why in [
        ("ru-152fz", "ru-24h", {}, DutyVerdict.YES, "duty-residence-unknown"),
        ("ru-152fz", "ru-24h", {"residence": ["RU", "KZ"]}, DutyVerdict.YES, "duty-residence"),
        ("ru-152fz", "ru-24h", {"residence": ["FR"]}, DutyVerdict.NO, "duty-residence-elsewhere"),
        ("eu-gdpr-33", "gdpr-register", {"residence": ["FR"]}, DutyVerdict.YES, "duty-residence"),
        ("eu-gdpr-33", "gdpr-register", {"residence": ["EU"]}, DutyVerdict.YES, "duty-residence"),
        ("eu-gdpr-33", "gdpr-register", {"residence": ["RE"]}, DutyVerdict.YES, "duty-residence"),
        ("fr-cnil", "fr-register", {"residence": ["EU"]}, DutyVerdict.YES, "duty-residence"),
        ("uk-gdpr", "uk-register", {"residence": ["EU"]}, DutyVerdict.NO, "duty-residence-elsewhere"),
        ("us-ca-1798.82", "ca-ag", {"residence": ["US"]}, DutyVerdict.NO, "duty-subjects-there"),
        ("us-ca-1798.82", "ca-30d", {"residence": ["US"]}, DutyVerdict.ASK, "duty-judgement"),
        ("us-ca-1798.82", "ca-30d", {"residence": ["US-NY"]}, DutyVerdict.NO, "duty-residence-elsewhere"),
        ("us-hipaa", "hipaa-individual", {}, DutyVerdict.ASK, "duty-sector-unknown"),
        ("us-hipaa", "hipaa-individual", {"sectors": ["hipaa-covered"]}, DutyVerdict.YES, "duty-sector"),
        ("us-hipaa", "hipaa-individual", {"sectors": ["hipaa-associate"]}, DutyVerdict.NO, "duty-sector-none"),
        ("us-hipaa", "hipaa-ba", {"sectors": ["hipaa-associate"]}, DutyVerdict.YES, "duty-sector"),
        ("us-hipaa", "hipaa-individual", {"sectors": []}, DutyVerdict.NO, "duty-sector-none"),
        ("ru-187fz", "kii-3h", {"sectors": ["kii"]}, DutyVerdict.ASK, "duty-lawyer"),
        ("eu-dora-19", "dora-initial", {"sectors": ["dora-financial"]}, DutyVerdict.ASK, "duty-judgement"),
        ("us-ny-899-aa", "ny-dfs", {"residence": ["US-NY"], "sectors": []}, DutyVerdict.NO, "duty-sector-none"),
        ("us-tx-521.053", "tx-ag", {"residence": ["US-TX"]}, DutyVerdict.NO, "duty-subjects-there"),
        ("eu-nis2-23", "nis2-72h", {"sectors": ["trust-services"]}, DutyVerdict.NO, "duty-sector-other"),
        ("eu-nis2-23", "nis2-trust-24h", {"sectors": ["nis2-important"]}, DutyVerdict.NO, "duty-sector-none"),
    ]:
        with subtests.test(law=law, stage=stage, legal=legal, verdict=verdict, why=why):
            found = duties(law, a_case("2026-03-02T09:00+00:00"), **legal)[stage]
            assert (found.verdict, why in {reason.message for reason in found.reasons}) == (verdict, True)


@pytest.mark.parametrize(
    ("law", "stage", "people", "legal", "verdict", "why"),
    [
        # 7 are known; the list says of how many of them where they live.
        ("ru-152fz", "ru-24h", {"RU": 1, "FR": 6}, ["FR"], DutyVerdict.YES, "duty-residence-listed"),
        ("ru-152fz", "ru-24h", {"FR": 7}, ["RU"], DutyVerdict.NO, "duty-residence-none"),
        ("ru-152fz", "ru-24h", {"FR": 6}, [], DutyVerdict.YES, "duty-residence-others-unknown"),
        ("ru-152fz", "ru-24h", {"FR": 6}, ["RU"], DutyVerdict.YES, "duty-residence-others"),
        ("ru-152fz", "ru-24h", {"FR": 6}, ["FR"], DutyVerdict.NO, "duty-residence-others-elsewhere"),
        ("eu-gdpr-33", "gdpr-register", {"FR": 1, "RU": 6}, ["RU"], DutyVerdict.YES, "duty-residence-listed"),
        ("us-ca-1798.82", "ca-30d", {"US-NY": 7}, ["US"], DutyVerdict.NO, "duty-residence-none"),
        ("us-ca-1798.82", "ca-30d", {"US": 7}, [], DutyVerdict.ASK, "duty-judgement"),
    ],
)  # fmt: skip
def test_whether_a_law_is_ours_follows_from_where_the_people_concerned_live(law, stage, people, legal, verdict, why):
    scope = Scope(subjects=7, events=9, by_residence=tuple(people.items()))
    found = duties(law, a_case("2026-03-02T09:00+00:00", scope=scope), residence=legal)[stage]
    assert (found.verdict, why in {reason.message for reason in found.reasons}) == (verdict, True)
    said = [dict(reason.args).get("others") for reason in found.reasons if "residence" in reason.message]
    assert said == ([] if verdict is DutyVerdict.ASK else [7 - sum(people.values())])


def test_whom_no_log_counts_may_live_anywhere_and_a_threshold_counts_who_lives_there():
    scope = Scope(subjects=600, events=9, by_residence=(("US-NY", 600),))
    assert duties("us-ca-1798.82", a_case("2026-03-02T09:00+00:00", scope=scope))["ca-ag"].verdict is DutyVerdict.NO
    open_ended = replace(scope, uncounted=1)
    found = duties("us-ca-1798.82", a_case("2026-03-02T09:00+00:00", scope=open_ended))["ca-ag"]
    assert found.verdict is DutyVerdict.ASK
    for here, legal, verdict in (
        (500, ["US-NY"], DutyVerdict.NO),
        (501, ["US-NY"], DutyVerdict.YES),
        (500, [], DutyVerdict.ASK),
        (500, ["US-CA"], DutyVerdict.YES),
        (500, ["US-CA", "US-NY"], DutyVerdict.ASK),
        (500, ["US"], DutyVerdict.ASK),
    ):
        there = replace(scope, by_residence=(("US-CA", here), ("US-NY", 600 - here - 1)))
        case = a_case("2026-03-02T09:00+00:00", scope=there)
        assert duties("us-ca-1798.82", case, residence=legal)["ca-ag"].verdict is verdict, (here, legal)


@pytest.mark.parametrize(
    ("people", "legal", "verdict"),
    [
        # 1,000 are concerned; the law asks for more than 500 of one state.
        ({}, [], DutyVerdict.ASK),
        ({}, ["FR"], DutyVerdict.NO),
        ({}, ["US-NY"], DutyVerdict.YES),
        ({}, ["US"], DutyVerdict.ASK),
        ({"US-CA": 500, "US-NY": 500}, [], DutyVerdict.NO),
        ({"US-CA": 501, "US-NY": 499}, [], DutyVerdict.YES),
        ({"US-CA": 500, "US-NY": 499}, [], DutyVerdict.ASK),
        ({"US-CA": 500, "US-NY": 499}, ["US-NY"], DutyVerdict.NO),
        ({"US-CA": 500, "US-NY": 499}, ["US-CA"], DutyVerdict.YES),
        ({"US-CA": 500, "US-NY": 499}, ["FR"], DutyVerdict.NO),
        ({"US-CA": 400, "US": 101, "FR": 499}, [], DutyVerdict.ASK),
        ({"US-CA": 400, "US": 100, "FR": 500}, [], DutyVerdict.NO),
    ],
)
def test_a_threshold_of_one_state_counts_each_state_by_itself(people, legal, verdict):
    scope = Scope(subjects=1_000, events=9, by_residence=tuple(people.items()))
    case = a_case("2026-03-02T09:00+00:00", scope=scope)
    found = duties("us-hipaa", case, sectors=["hipaa-covered"], residence=legal)
    assert (found["hipaa-media"].verdict, found["hipaa-hhs-500"].verdict) == (verdict, DutyVerdict.YES)


@pytest.mark.parametrize(("uncounted", "most", "message"), [
    (1, 1_200, "duty-subjects-perhaps"), (0, 1_200, "duty-subjects-perhaps"), (1, 499, "duty-subjects"),
])  # fmt: skip
def test_how_many_may_be_concerned_is_said_also_where_not_all_are_counted(uncounted, most, message):
    case = a_case("2026-03-02T09:00+00:00", scope=Scope(record_high=most, events=9, uncounted=uncounted))
    (reason,) = duties("us-hipaa", case, sectors=["hipaa-covered"])["hipaa-hhs-500"].reasons
    assert (reason.message, dict(reason.args).get("most")) == (message, most if message.endswith("perhaps") else None)


def test_a_law_or_stage_binds_from_its_first_day_on_and_a_proposal_never():
    day_before = a_case("2026-06-18T12:00+00:00")
    assert "uk-complaint" not in duties("uk-gdpr", day_before)
    assert "uk-complaint" in duties("uk-gdpr", a_case("2026-06-19T12:00+00:00"))
    assert duties("us-ca-1798.82", a_case("2026-01-01T07:00+00:00")) == {}, "it is New Year's Eve in California"
    assert duties("us-ca-1798.82", a_case("2026-01-01T09:00+00:00"))
    assert duties("eu-gdpr-33-proposal", day_before) == {}
    with pytest.raises(ConfigError, match="a proposal and no law"):
        load_regulations(("eu-gdpr-33-proposal",))


def fine(
    scope: Scope, kinds: dict[str, str] | None = None, persons: int | None = None, **legal: Any
) -> FineReach | None:
    terms = Terms(
        zone=ZoneInfo("UTC"),
        regulations=LAWS,
        legal=LegalSettings.model_validate(legal or {"residence": ["RU"]}),
        kinds=kinds or {},
    )
    return fine_of(LAWS["ru-152fz"], a_case("2026-03-02T09:00+00:00", scope=scope), terms)


def sums(reach: FineReach | None) -> tuple[str, str]:
    """Return the fine that is reached for certain, and the one that may be."""
    tiers = (reach.surely, reach.most) if reach is not None else (None, None)
    surely, most = (tier.fine.en.removesuffix(" rubles") if tier is not None else "" for tier in tiers)
    return surely, most


@pytest.mark.parametrize(
    ("scope", "surely", "most"),
    [
        (Scope(subjects=999, record_low=999, record_high=999), "", ""),
        (Scope(subjects=999, record_low=9_999, record_high=9_999), "", "3-5 M"),
        (Scope(subjects=1_000), "3-5 M", "3-5 M"),
        (Scope(subjects=10, record_low=10_000, record_high=10_000), "3-5 M", "5-10 M"),
        (Scope(subjects=10, record_high=10_000), "", "5-10 M"),
        (Scope(subjects=10, record_low=10, record_high=2_000), "", "3-5 M"),
        (Scope(subjects=100_000), "10-15 M", "10-15 M"),
    ],
)
def test_a_fine_goes_by_people_or_by_identifiers_whichever_is_worse(scope, surely, most):
    assert sums(fine(scope)) == (surely, most)


@pytest.mark.parametrize(("data", "what"), [("diagnosis", "special categories"), ("biometric", "biometrics")])
def test_special_data_of_one_person_has_a_fine_of_its_own(data, what):
    scope = Scope(subjects=1, record_low=1, record_high=1, data_classes=(data,))
    assert all(each.startswith(what) for each in sums(fine(scope, {"diagnosis": "sensitive", "biometric": "simple"})))


ALL = {"subjects": 12_000, "record_low": 12_000, "record_high": 12_000, "events": 9}


@pytest.mark.parametrize(
    ("here", "abroad", "legal", "fines", "people", "unknown"),
    [
        pytest.param(0, 0, ["RU"], ("5-10 M", "5-10 M"), 12_000, 0, id="all as a rule"),
        pytest.param(0, 0, [], ("", "5-10 M"), 12_000, 12_000, id="nobody knows where any of them lives"),
        pytest.param(0, 0, ["RU", "KZ"], ("", "5-10 M"), 12_000, 12_000, id="here or there"),
        pytest.param(1_500, 0, [], ("3-5 M", "5-10 M"), 12_000, 10_500, id="some listed here, the others nowhere"),
        pytest.param(1_500, 0, ["KZ"], ("3-5 M", "3-5 M"), 1_500, 0, id="some listed here, the others not from here"),
        pytest.param(1_500, 10_500, ["RU"], ("3-5 M", "3-5 M"), 1_500, 0, id="some listed here, the others elsewhere"),
    ],
)
def test_a_fine_counts_whom_its_law_is_about(here, abroad, legal, fines, people, unknown):
    places = tuple((place, count) for place, count in (("RU", here), ("KZ", abroad)) if count)
    reach = fine(Scope(by_residence=places, **ALL), residence=legal)
    assert sums(reach) == fines
    assert reach is not None
    assert (reach.people, reach.unknown) == (people, unknown)


def test_a_law_that_is_about_nobody_of_them_has_no_fine():
    assert fine(Scope(by_residence=(("KZ", 12_000),), **ALL)) is None
    assert fine(Scope(**ALL), residence=["KZ"]) is None
    assert fine(Scope(by_residence=(("RU", 500), ("KZ", 11_500)), **ALL)) is None, "of 500 none of its numbers speaks"


@pytest.mark.parametrize(
    ("turnover", "said"),
    [
        (None, "which is not stated"),
        (Amount(units=900_000_000, currency="EUR"), "2 % of 900,000,000 EUR = 18,000,000 EUR: at most 18,000,000 EUR"),
        (Amount(units=90_000_000, currency="EUR"), "= 1,800,000 EUR: at most 10,000,000 EUR"),
        (Amount(units=90_000_000, currency="RUB"), "another currency"),
    ],
)
def test_a_fine_stands_with_its_article_and_how_it_follows_from_the_numbers(turnover, said):
    case = a_case("2026-03-02T09:00+00:00", scope=Scope(subjects=12_000, events=9))
    legal = LegalSettings.model_validate({"residence": ["EU", "RU"]})
    terms = Terms(zone=ZoneInfo("UTC"), regulations=LAWS, legal=legal, kinds={})
    every = possible_fines(case, terms, turnover)
    fines = {each.article[0]: each for each in every}
    assert len(fines) == len(every), "two laws behind one article are no two fines"
    assert fines["GDPR art. 83(4)(a)"].law[0].count(" + ") == 1
    assert said in fines["GDPR art. 83(4)(a)"].formula[-1][0]
    (reached,) = fines["KoAP 13.11 part 13"].formula
    assert "begins at 10,000 people or 100,000 identifiers" in reached[0].replace("\u00a0", " ")
    assert possible_fines(replace(case, kind=IncidentKind.SUSPICIOUS), terms) == ()


@pytest.mark.parametrize("law", ["law", "contract"])
def test_a_duty_left_out_opens_again_when_those_who_may_be_concerned_reach_its_threshold(law):
    story = Story()
    ask = {"judgement": {"en": "grave", "ru": "тяжко"}} if law == "contract" else {}
    stage = contract()["stages"][0] | {"id": "many", "threshold": {"subjects": 500, **ask}}
    story.regulations = {"bank-88": Regulation.model_validate(contract(kind=law, stages=[stage]))}
    story.at("09:00").found("bulk-read")
    story.write(with_scope(story.dossier(), Scope(subjects=90, record_low=90, record_high=90, events=9), now=story.now))
    no = {"owed": False, "reason": "Few.", **TWO}
    story.write(decide_duty(story.dossier(), "many", now=clock("10:00"), **no))
    named_nobody = Scope(subjects=90, record_low=90, record_high=600, events=10)
    story.write(with_scope(story.dossier(), named_nobody, now=clock("11:00")))
    assert (story.duty("many").state, story.duty("many").verdict) == (DutyState.UNDECIDED, DutyVerdict.ASK)
    # Who decided on 600 is not asked again for 610.
    story.write(decide_duty(story.dossier(), "many", now=clock("12:00"), **no))
    story.write(with_scope(story.dossier(), replace(named_nobody, record_high=610), now=clock("13:00")))
    assert story.duty("many").state is DutyState.NOT_OWED


def test_a_duty_left_out_stays_so_while_the_scope_is_counted_anew(story):
    terms = Terms(regulations={"us-hipaa": LAWS["us-hipaa"]}, legal=LegalSettings(sectors=("hipaa-covered",)))
    known = replace(story.incident(), scope=Scope(subjects=120, events=120))
    decided = [
        replace(duty, state=DutyState.NOT_OWED, decided_verdict=duty.verdict, decided_subjects=120)
        for duty in duties_of(known, terms, ())
        if duty.stage == "hipaa-media"
    ]
    for scope, state in ((Scope(), DutyState.NOT_OWED), (Scope(subjects=600, events=600), DutyState.UNDECIDED)):
        after = {each.stage: each for each in duties_of(replace(known, scope=scope), terms, decided)}
        assert after["hipaa-media"].state is state


def test_what_no_log_counts_does_not_hide_that_the_threshold_is_reached_since_the_decision():
    story = Story()
    story.regulations = {"us-hipaa": LAWS["us-hipaa"]}
    story.at("09:00").found("bulk-read")
    story.write(with_scope(story.dossier(), Scope(subjects=90, events=9, uncounted=1), now=story.now))
    said = {"owed": False, "reason": "The file was empty.", **TWO}
    story.write(decide_duty(story.dossier(), "hipaa-media", now=clock("10:00"), **said))
    more = Scope(subjects=90, record_high=600, events=10, uncounted=1)
    story.write(with_scope(story.dossier(), more, now=clock("11:00")))
    assert story.duty("hipaa-media").state is DutyState.UNDECIDED


@pytest.fixture
def story() -> Story:
    story = Story()
    story.regulations = load_regulations(("ru-152fz", "eu-gdpr-33", "us-hipaa"))
    story.at("09:00").found("bulk-read")
    return story


def test_each_duty_ends_by_its_own_receipt_or_decision_alone(story):
    refs = [duty.ref for duty in story.dossier().duties if not duty.moot]
    assert len(refs) == 14
    for number, ref in enumerate(refs):
        before = story.dossier().duties
        story.at(f"1{number % 10}:00")
        if number % 2:
            story.write(decide_duty(story.dossier(), ref, owed=False, reason="Looked at.", now=story.now, **TWO))
        else:
            sent = {"number": f"R-{number}", "at": story.now, "by": "dina"}
            story.write(file_receipt(story.dossier(), ref, now=story.now, version="2", **sent))
        changed = {b.ref for b, a in zip(before, story.dossier().duties, strict=True) if b.ended_at != a.ended_at}
        assert changed == {ref}
    kinds = [entry.kind for entry in story.past.entries(story.incident().id)]
    assert kinds.count("duty_receipt") + kinds.count("duty_decided") == len(refs)


def test_a_decision_takes_two_members_of_the_team_and_a_reason(story):
    dossier = story.dossier()
    people = tuple(Person(name=name, targets=("push",)) for name in ("dina", "lev"))
    team = replace(dossier, case=dossier.case.model_copy(update={"team": TeamSettings(people=people)}))
    for by, approver in (("dina", ""), ("dina", "dina"), ("dina", "somebody")):
        with pytest.raises((ConflictError, DeniedError), match=r"needs|not on the team"):
            decide_duty(team, "ru-24h", owed=True, by=by, approved_by=approver, reason="x", now=story.now)
        with pytest.raises((ConflictError, DeniedError), match=r"needs|not on the team"):
            confirm_duties(team, by=by, approved_by=approver, now=story.now)
    with pytest.raises(InputError, match="reason"):
        decide_duty(team, "ru-24h", owed=True, reason=" ", now=story.now, **TWO)
    with pytest.raises(NotFoundError, match="us-hipaa/hipaa-media"):
        decide_duty(team, "ru-25h", owed=True, reason="x", now=story.now, **TWO)
    mine = tuple(each.model_copy(update={"accounts": ("user:anna",)}) for each in people)
    hers = replace(team, case=team.case.model_copy(update={"team": TeamSettings(people=mine)}))
    for act in (
        lambda: decide_duty(hers, "ru-24h", owed=False, reason="x", now=story.now, **TWO),
        lambda: file_receipt(hers, "ru-24h", number="1", at=story.now, by="dina", now=story.now),
        lambda: confirm_duties(hers, now=story.now, **TWO),
    ):
        with pytest.raises(NotFoundError, match="there is no incident"):
            act()


def test_a_receipt_is_corrected_with_a_reason_only_and_cannot_lie_in_the_future(story):
    first = {"number": "88412", "at": clock("10:00"), "by": "dina", "now": clock("10:05")}
    with pytest.raises(InputError, match="in the future"):
        file_receipt(story.dossier(), "ru-24h", **first | {"at": clock("11:00")})
    with pytest.raises(InputError, match="number is missing"):
        file_receipt(story.dossier(), "ru-24h", **first | {"number": " "})
    story.write(file_receipt(story.dossier(), "ru-24h", **first))
    with pytest.raises(ConflictError, match="88412"):
        file_receipt(story.dossier(), "ru-24h", **first | {"number": "88421"})
    story.write(file_receipt(story.dossier(), "ru-24h", **first | {"number": "88421"}, reason="Two digits swapped."))
    assert story.duty("ru-24h").receipt_number == "88421"
    texts = [entry.text for entry in story.past.entries(story.incident().id) if entry.kind == "duty_receipt"]
    assert ["88412" in texts[0], "Two digits swapped." in texts[1]] == [True, True]


def test_a_receipt_lies_neither_before_the_case_nor_before_the_receipt_its_duty_counts_from(story):
    def send(ref: str, at: str, reason: str = "") -> None:
        sent = {"number": "88412", "by": "dina", "at": clock(at), "now": clock("12:00"), "reason": reason}
        story.write(file_receipt(story.dossier(), ref, **sent))

    with pytest.raises(InputError, match="lies before the case began"):
        send("gdpr-72h", "08:59")
    story.write(set_aware(story.dossier(), at=clock("08:30"), by="lev", reason="A client rang.", now=clock("09:30")))
    send("gdpr-72h", "08:59")
    with pytest.raises(InputError, match="before the receipt of eu-gdpr-33/gdpr-72h"):
        send("gdpr-followup", "08:45")
    send("gdpr-followup", "08:59")
    # A number is one recipient's: another law's may give the same.
    send("ru-24h", "10:00")
    assert {story.duty(ref).receipt_number for ref in ("gdpr-72h", "gdpr-followup", "ru-24h")} == {"88412"}


def test_a_receipt_of_what_goes_on_waits_for_that_of_the_first_notice_to_the_same_reader(story):
    def send(ref: str) -> None:
        sent = {"number": "88412", "by": "dina", "at": clock("10:00"), "now": clock("12:00")}
        story.write(file_receipt(story.dossier(), ref, **sent))

    with pytest.raises(ConflictError, match=r"gdpr-followup follows eu-gdpr-33/gdpr-72h.*its clock runs on") as refused:
        send("gdpr-followup")
    assert "nabat duties receipt" in refused.value.problems[0].fix
    assert [story.duty(each).state for each in ("gdpr-72h", "gdpr-followup")] == [DutyState.UNDECIDED] * 2
    send("gdpr-72h")
    send("gdpr-followup")
    assert story.duty("gdpr-followup").state is DutyState.DONE


def test_another_reader_may_be_told_before_those_whose_duty_starts_a_clock() -> None:
    story = Story()
    story.regulations = {"us-ca-1798.82": LAWS["us-ca-1798.82"]}
    story.at("09:00").found("bulk-read")
    sent = {"number": "CA-7", "by": "dina", "at": clock("10:00"), "now": clock("12:00")}
    story.write(file_receipt(story.dossier(), "ca-ag", **sent))
    assert (story.duty("ca-ag").state, story.duty("ca-30d").state) == (DutyState.DONE, DutyState.UNDECIDED)


def test_confirming_keeps_what_the_facts_say_and_leaves_open_what_a_person_judges(story):
    scope = Scope(subjects=120, record_low=120, record_high=120, events=120)
    story.write(with_scope(story.dossier(), scope, now=clock("09:10")))
    story.write(confirm_duties(story.dossier(), now=clock("10:00"), **TWO))
    state = {duty.stage: duty.state for duty in story.dossier().duties}
    assert (state["ru-24h"], state["hipaa-media"]) == (DutyState.OWED, DutyState.NOT_OWED)
    assert state["gdpr-72h"] is DutyState.UNDECIDED
    assert "at most 120 of the people concerned live in one region" in story.duty("hipaa-media").decision_reason
    assert not confirm_duties(story.dossier(), now=clock("10:01"), **TWO)
    # More became known than that was decided on: it is asked anew.
    more = Scope(subjects=640, record_low=640, record_high=640, events=640)
    story.write(with_scope(story.dossier(), more, now=clock("11:00")))
    assert story.duty("hipaa-media").state is DutyState.UNDECIDED
    entry = story.past.last_entry(story.incident().id)
    assert (entry.kind, "us-hipaa/hipaa-media" in entry.text) == ("duty_reopened", True)
    assert story.duty("ru-24h").state is DutyState.OWED


def test_a_duty_is_missed_when_its_time_is_over_and_the_facts_do_not_rule_it_out(story):
    late = clock("1d 09:01")
    assert story.duty("ru-24h").state_at(late) is DutyState.MISSED
    assert story.duty("ru-24h").state_at(clock("1d 08:59")) is DutyState.UNDECIDED
    ruled_out = replace(story.duty("ru-24h"), verdict=DutyVerdict.NO)
    assert ruled_out.state_at(late) is DutyState.UNDECIDED
    assert replace(ruled_out, state=DutyState.OWED).state_at(late) is DutyState.MISSED, "two people have said so"
    story.write(file_receipt(story.dossier(), "ru-24h", number="1", at=late, by="dina", now=late))
    assert story.duty("ru-24h").state_at(clock("2d 09:00")) is DutyState.DONE


def test_a_complaint_starts_its_clock_when_somebody_records_it():
    story = Story()
    story.regulations = {"uk-gdpr": LAWS["uk-gdpr"]}
    story.at("120d 09:00").found("bulk-read")
    assert story.duty("uk-complaint").due_at is None
    said = {"owed": True, "reason": "Complaint 77.", "now": story.now, **TWO}
    with pytest.raises(InputError, match="none is recorded"):
        decide_duty(story.dossier(), "uk-complaint", **said)
    sent = {"number": "letter 8", "by": "dina", "now": clock("121d 10:00")}
    with pytest.raises(InputError, match="none is recorded"):
        file_receipt(story.dossier(), "uk-complaint", at=clock("121d 09:00"), **sent)
    story.write(decide_duty(story.dossier(), "uk-complaint", occasion=clock("120d 08:00"), **said))
    assert story.duty("uk-complaint").due_at == clock("150d 08:00")
    with pytest.raises(InputError, match="before the request or complaint"):
        file_receipt(story.dossier(), "uk-complaint", at=clock("120d 07:58"), **sent)
    story.write(file_receipt(story.dossier(), "uk-complaint", at=clock("121d 09:00"), **sent))


def test_each_complaint_has_a_clock_an_answer_and_a_receipt_of_its_own():
    story = Story()
    story.regulations = {"uk-gdpr": LAWS["uk-gdpr"]}
    story.at("120d 09:00").found("bulk-read")
    said = {"by": "dina", "now": clock("123d 09:00")}
    for number, day in enumerate((120, 121, 122), 77):
        what = f"complaint {number}"
        story.write(record_occasion(story.dossier(), "uk-complaint", at=clock(f"{day}d 08:00"), what=what, **said))
    found = [each for each in story.dossier().duties if each.of_stage == "uk-complaint"]
    assert [(each.stage, each.occasion, each.due_at) for each in found] == [
        ("uk-complaint", "complaint 77", clock("150d 08:00")),
        ("uk-complaint.2", "complaint 78", clock("151d 08:00")),
        ("uk-complaint.3", "complaint 79", clock("152d 08:00")),
    ]
    assert all(each.counting and each.step == "K4" and each.recipient for each in found)
    sent = {"number": "letter 8", "at": clock("123d 08:00"), **said}
    story.write(file_receipt(story.dossier(), "uk-complaint.2", **sent))
    story.write(
        decide_duty(story.dossier(), "uk-complaint.3", owed=False, reason="Another's.", now=clock("124d 9:00"), **TWO)
    )
    states = [each.state for each in story.dossier().duties if each.of_stage == "uk-complaint"]
    assert states == [DutyState.UNDECIDED, DutyState.DONE, DutyState.NOT_OWED]
    items = {item.what: item.title for item in owed_now(story)}
    assert items["uk-gdpr/uk-complaint"].endswith("acknowledgement of a complaint")
    assert "uk-gdpr/uk-complaint.2" not in items
    # The answered one stays answered when one more comes, and that one is the fourth.
    story.write(record_occasion(story.dossier(), "uk-complaint.2", at=clock("123d 08:30"), what="complaint 80", **said))
    assert story.duty("uk-complaint.4").due_at == clock("153d 08:30")
    assert story.duty("uk-complaint.2").state is DutyState.DONE
    assert {item.what: item.title for item in owed_now(story)}["uk-gdpr/uk-complaint.4"].endswith("complaint, no. 4")
    # Their law stays in force when another configuration is adopted that has it.
    assert duties_of(story.incident(), story.dossier().terms, story.dossier().kept_duties) == story.dossier().duties


@pytest.mark.parametrize(
    ("ref", "changes", "error", "why"),
    [
        pytest.param("uk-72h", {}, ConflictError, "starts with T0", id="a duty of another start"),
        pytest.param("uk-complaint", {"what": " "}, InputError, "complaint it is is missing", id="nothing said"),
        pytest.param("uk-complaint", {"at": clock("140d 09:00")}, InputError, "in the future", id="to come"),
        pytest.param("uk-complaint", {"at": clock("120d 08:00")}, ConflictError, "already", id="recorded before"),
    ],
)
def test_what_is_no_request_is_not_recorded_as_one(ref, changes, error, why):
    story = Story()
    story.regulations = {"uk-gdpr": LAWS["uk-gdpr"]}
    story.at("120d 09:00").found("bulk-read")
    said = {"by": "dina", "at": clock("120d 08:00"), "what": "complaint 77", "now": clock("123d 09:00")}
    story.write(record_occasion(story.dossier(), "uk-complaint", **said))
    with pytest.raises(error, match=why):
        record_occasion(story.dossier(), ref, **said | changes)


def test_a_complaint_after_the_close_opens_the_case_again_by_one_word_and_says_so():
    story = Story()
    story.regulations = {"uk-gdpr": LAWS["uk-gdpr"]}
    story.at("120d 09:00").found("bulk-read")
    story.write(
        close(story.dossier(), CloseReason.FALSE_POSITIVE, (), by="lev", note="a test", now=clock("121d 09:00"))
    )
    said = {"by": "dina", "at": clock("123d 08:00"), "what": "complaint 77, Ms Roe", "now": clock("123d 09:00")}
    changes = record_occasion(story.dossier(), "uk-complaint", **said)
    story.write(changes)
    case = story.incident()
    assert (case.status, case.closed_at, case.acknowledged_at) == (IncidentStatus.REOPENED, None, None)
    assert (case.called_at, changes.raised) == (clock("123d 09:00"), (case.id,))
    assert "Roe" not in str(case.called_for), "it is paged"
    entry = changes.entries[-1]
    assert (entry.kind, "complaint 77" in entry.text, "it is open again" in entry.text) == ("reopened", True, True)
    assert story.duty("uk-complaint").due_at == clock("153d 08:00")
    assert [item.what for item in owed_now(story) if "complaint" in item.what] == ["uk-gdpr/uk-complaint"]
    merged = replace(story.dossier(), incident=replace(case, merged_into="0123456789abcdef"))
    with pytest.raises(ConflictError, match="nabat duties received 01234567 uk-gdpr/uk-complaint"):
        record_occasion(merged, "uk-complaint", **said | {"what": "complaint 78"})


def processors(*clients: tuple[str, int], known: tuple[Duty, ...] = (), people: int = 3) -> dict[str, Duty]:
    incident = a_case("2026-03-02T09:00+00:00", scope=Scope(subjects=people, events=3, by_controller=clients))
    legal = LegalSettings.model_validate({"sectors": ["processor"], "residence": ["FR"]})
    terms = Terms(regulations={"eu-gdpr-33": LAWS["eu-gdpr-33"]}, legal=legal)
    return {each.controller: each for each in duties_of(incident, terms, known) if each.of_stage == "gdpr-processor"}


def test_each_controller_has_a_duty_and_what_was_decided_of_all_holds_for_each() -> None:
    alone = processors()
    assert alone[""].verdict is DutyVerdict.YES, "who processes for others tells them, also while nobody knows whom"
    owed = replace(alone[""], state=DutyState.OWED, decided_by="dina")
    each = processors(("Acme", 2), ("Bolt", 1), known=(owed,))
    assert {name: (duty.state, duty.counting) for name, duty in each.items()} == {
        "": (DutyState.OWED, False), "Acme": (DutyState.OWED, True), "Bolt": (DutyState.OWED, True),
    }  # fmt: skip
    assert len({duty.ref for duty in each.values()}) == 3
    again = processors(("Acme", 2), ("Bolt", 1), known=tuple(each.values()))
    assert again == each, "counted again there are no more"
    more = processors(("Acme", 2), ("Bolt", 1), ("Corp", 1), known=tuple(each.values()), people=5)
    assert {name: more[name].ref for name in each} == {name: each[name].ref for name in each}
    assert more[""].counting, "one client is nobody's, as far as it is known"
    done = replace(alone[""], state=DutyState.DONE, receipt_number="7", receipt_at=datetime(2026, 3, 2, 10, tzinfo=UTC))
    told = processors(("Acme", 3), known=(done,))
    assert (told[""].state, told["Acme"].state) == (DutyState.DONE, DutyState.UNDECIDED), "a receipt of all is no one's"
    assert told["Acme"].receipt_at is None


def test_controllers_that_are_to_be_told_are_one_thing_that_is_owed_however_many_they_are() -> None:
    names = [f"C{n:02}" for n in range(40)]
    told = processors(*((name, 1) for name in names), people=40)
    incident = a_case("2026-03-02T09:00+00:00", scope=Scope(subjects=40, events=3))
    terms = Terms(regulations={"eu-gdpr-33": LAWS["eu-gdpr-33"]})
    pace = timedelta(hours=1)
    items = owed(incident, (), terms, duties=tuple(told.values()), progress_at=None, lapse=pace, pace=pace)
    (item,) = [each for each in items if each.kind is AgendaKind.DUTY]
    assert item.what == "eu-gdpr-33/gdpr-processor"
    assert item.title.endswith(": C00, C01, C02 + 37"), "nobody gets forty reminders at once"
    assert item.due_at == told["C00"].due_at


def test_duties_to_controllers_of_two_cases_that_are_one_are_matched_by_the_controller_and_not_by_number() -> None:
    here = processors(("Acme", 3))
    there = processors(("Bolt", 2), ("Corp", 1))
    owed = replace(there["Bolt"], state=DutyState.OWED, decided_by="dina")
    assert owed.ref == here["Acme"].ref
    merged = {each.controller: each for each in duties_of_merged(tuple(here.values()), [owed], "i")}
    assert sorted(merged) == ["", "Acme", "Bolt"]
    assert (merged["Acme"].state, merged["Bolt"].state) == (DutyState.UNDECIDED, DutyState.OWED)
    sent = replace(there["Bolt"], controller="Acme", state=DutyState.DONE, receipt_number="7", receipt_at=owed.due_at)
    merged = {each.controller: each for each in duties_of_merged(tuple(here.values()), [sent], "i")}
    assert merged["Acme"].receipt_number == "7"


def owed_now(story: Story) -> list[AgendaItem]:
    found, hour = story.dossier(), timedelta(hours=1)
    items = owed(found.incident, found.steps, found.terms, duties=found.duties, progress_at=None, lapse=hour, pace=hour)
    return [item for item in items if item.kind is AgendaKind.DUTY]


def test_what_follows_a_duty_that_is_not_owed_asks_nobody_and_keeps_no_gate_shut(story):
    story.write(decide_duty(story.dossier(), "gdpr-72h", owed=False, reason="No risk.", now=clock("10:00"), **TWO))
    followup = story.duty("gdpr-followup")
    assert (followup.moot, followup.open, followup.reasons[0].message) == (True, False, "duty-follows")
    with pytest.raises(ConflictError) as caught:
        close(story.dossier(), CloseReason.HANDLED, (), by="lev", note="x", now=clock("11:00"))
    said = [problem.what for problem in caught.value.problems if "the duty" in problem.what]
    assert not any("gdpr-followup" in what or "gdpr-72h" in what for what in said)
    assert any("us-hipaa/hipaa-hhs-log" in what for what in said)


def test_no_gate_waits_for_a_notice_of_a_law_that_is_ruled_out(story):
    def waited_for() -> set[str]:
        with pytest.raises(ConflictError) as caught:
            close(story.dossier(), CloseReason.HANDLED, (), by="lev", note="x", now=clock("11:00"))
        return {found[1] for each in caught.value.problems if (found := re.search(r"waits for (\w+):", each.what))}

    laws = [each for each in story.dossier().duties if each.regulation == "us-hipaa"]
    steps = {each.step for each in laws} & story.dossier().playbook.steps_of_laws
    assert steps
    assert steps <= waited_for()
    for each in laws:
        story.write(decide_duty(story.dossier(), each.ref, owed=False, reason="Not ours.", now=clock("10:00"), **TWO))
    others = {each.step for each in story.dossier().duties if each.regulation != "us-hipaa"}
    assert not (steps - others) & waited_for()


def test_what_two_have_agreed_is_owed_no_one_person_ends_by_another_reason(story):
    story.write(decide_duty(story.dossier(), "ru-24h", owed=True, reason="Passports.", now=clock("10:00"), **TWO))
    said = {"by": "lev", "note": "same as another", "now": clock("11:00")}
    for reason in (CloseReason.DUPLICATE, CloseReason.FALSE_POSITIVE, CloseReason.AUTHORISED):
        with pytest.raises(ConflictError) as caught:
            close(story.dossier(), reason, (), **said)
        (problem,) = caught.value.problems
        assert "ru-152fz/ru-24h: it is owed" in problem.what
    story.write(decide_duty(story.dossier(), "ru-24h", owed=False, reason="Another case's.", now=clock("12:00"), **TWO))
    assert close(story.dossier(), CloseReason.DUPLICATE, (), **said | {"now": clock("12:01")})


def test_a_closed_case_and_one_without_client_data_take_no_word_about_duties(story):
    story.close()
    with pytest.raises(ConflictError, match="was closed"):
        file_receipt(story.dossier(), "ru-24h", number="1", at=story.now, by="dina", now=story.now)
    other = Story()
    other.at("09:00").found("rule", subject_count=0, record_low=0)
    assert other.dossier().duties == ()
    with pytest.raises(NotFoundError, match="no client data"):
        file_receipt(other.dossier(), "ru-24h", number="1", at=other.now, by="dina", now=other.now)


def test_t1_moves_what_counts_from_it_and_what_people_said_of_duties_stays(story):
    story.write(acknowledge(story.dossier(), by="dina", via="cli", now=clock("09:05")))
    story.write(file_receipt(story.dossier(), "ru-24h", number="1", at=clock("09:30"), by="dina", now=clock("09:31")))
    story.write(set_aware(story.dossier(), at=clock("12:00"), by="lev", reason="Found outside.", now=clock("12:00")))
    assert story.duty("gdpr-72h").due_at == clock("3d 12:00")
    assert (story.duty("ru-24h").receipt_number, story.duty("ru-24h").due_at) == ("1", clock("1d 09:00"))


def contract(**changes: Any) -> dict[str, Any]:
    data = yaml.safe_load(shipped("config", "regulations", "kz-94v.yml").read_text(encoding="utf-8"))
    del data["applies"]
    return data | {"id": "bank-88", "kind": "contract", "zone": "Europe/Zurich", "calendar": "CH"} | changes


def write(folder: Path, data: dict[str, Any]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{data['id']}.yml").write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False))
    return folder


def test_a_contract_is_a_pack_of_the_company_s_own_and_each_of_a_folder_binds(tmp_path: Path):
    folder = write(tmp_path / "contracts", contract())
    found = load_regulations(("eu-gdpr-33", f"{folder}/"))
    assert list(found) == ["eu-gdpr-33", "bank-88"]
    assert found["bank-88"].kind == "contract"


def test_mistakes_in_packs_are_named_by_file_and_line(tmp_path: Path):
    folder = write(tmp_path / "contracts", contract(zone="Mars/Base", calendar="XX", hours=24))
    stages = [dict(stage, **{"from": "nowhere"}) for stage in contract()["stages"]]
    write(folder, contract(id="other", stages=stages))
    write(folder, contract(id="third", applies={"residence": ["UK"]}))
    with pytest.raises(ConfigError) as caught:
        load_regulations((f"{folder}/", f"{tmp_path}/none", "kz-94w"))
    said = [str(problem) for problem in caught.value.problems]
    for part in (
        "Mars/Base",
        "no calendar",
        "hours",
        "nowhere, which is no stage",
        "code 'UK'",
        "no folder",
        "'kz-94w'",
    ):
        assert any(part in each for each in said), part
    lines = (folder / "bank-88.yml").read_text().split("\n")
    zones = [problem for problem in caught.value.problems if "Mars/Base" in problem.what]
    assert [lines[problem.line - 1].startswith("zone:") for problem in zones] == [True]
