"""Whom each notice goes to, by name: as the law has it, as the company says; and where nobody has said it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from detector.incident import load_regulations
from detector.incident.notices.addressees import Addressee, addressee_of, addressee_of_form, missing_addressees
from detector.incident.notices.notice_forms import notice_forms, of_duty, of_form
from detector.incident.notices.notice_values import MadeNotice, values_of
from detector.incident.notices.resolve_fields import resolve_fields
from detector.messages import Language
from detector.schema.case.duties import Duty
from detector.schema.notices.notice_fields import FieldState
from detector.settings import LegalSettings, OrganizationSettings
from tests.incident.test_notices import facts

LAWS = load_regulations()
# Whom no law names: it depends on who we are. Each is asked for by the check.
OPEN = {"eu-dora-19", "eu-nis2-23", "eu-gdpr-33-proposal"}


def legal(**given: Any) -> LegalSettings:
    return LegalSettings.model_validate(given)


def of(ref: str, country: str = "", controller: str = "", **given: Any) -> Addressee | None:
    law, _, name = ref.partition("/")
    stage = LAWS[law].stage(name)
    assert stage is not None
    ours = OrganizationSettings(country=country)
    return addressee_of(LAWS[law], stage, legal(**given), ours, controller=controller)


def gaps(law: str, country: str = "", **given: Any) -> Mapping[str, tuple[str, str]]:
    found = LAWS[law]
    return missing_addressees(found, found.stages, legal(**given), OrganizationSettings(country=country))


def test_every_shipped_law_names_whom_it_fixes_and_says_how_that_is_known() -> None:
    assert {law for law in LAWS if gaps(law, "IE")} == OPEN
    for law in LAWS.values():
        named = [law.authority, *law.authority_of.values(), *(stage.authority for stage in law.stages)]
        for each in named:
            assert each is None or (each.source and each.verified), law.id


@pytest.mark.parametrize(
    ("ref", "name"),
    [
        ("ru-152fz/ru-24h", "Roskomnadzor"),
        ("ru-152fz/ru-gossopka", "National Coordination Centre"),
        ("us-ca-1798.82/ca-ag", "Office of the Attorney General of California"),
        ("us-hipaa/hipaa-hhs-500", "Office for Civil Rights"),
        ("us-ny-899-aa/ny-dfs", "New York State Department of Financial Services"),
        ("us-tx-521.053/tx-ag", "Office of the Attorney General of Texas"),
        ("uk-gdpr/uk-72h", "Information Commissioner"),
        ("fr-cnil/fr-72h", "(CNIL)"),
    ],
)
def test_what_the_law_fixes_needs_no_setting(ref: str, name: str) -> None:
    found = of(ref)
    assert found is not None
    assert name in found.names[0]


def test_the_lead_authority_follows_the_country_of_the_company_and_nobody_is_guessed() -> None:
    found = of("eu-gdpr-33/gdpr-72h", "IE")
    assert found is not None
    assert found.names == ("Data Protection Commission, Ireland",) * 2
    norway = of("eu-gdpr-33/gdpr-72h", "NO")  # which YAML reads as "no" where it stands without quotes
    assert norway is not None
    for nowhere in ("", "DE", "US"):  # in Germany that of the Land; who is established nowhere has no lead authority
        assert of("eu-gdpr-33/gdpr-72h", nowhere) is None
    whole = {"eu-gdpr-33": ("competent supervisory authority", "компетентный надзорный орган")}
    assert gaps("eu-gdpr-33", "") == gaps("eu-gdpr-33", "DE") == whole
    german = {"eu-gdpr-33/DE": ("competent supervisory authority: Germany", "компетентный надзорный орган: Германия")}
    assert gaps("eu-gdpr-33", "US") == german, "each country's authority is told; of the others it is known"
    named = {"eu-gdpr-33/DE": {"name": "BlnBDI"}}
    assert gaps("eu-gdpr-33", "US", recipients=named) == {}
    assert gaps("eu-gdpr-33", "DE", recipients=named) == {}
    land = of("eu-gdpr-33/gdpr-72h", "DE", recipients=named)
    assert land is not None
    assert land.names == ("BlnBDI",) * 2, "the key by country is read wherever the company is established"


def test_what_the_company_says_wins_and_completes_what_the_law_says() -> None:
    by_law = {"eu-nis2-23": {"name": "CSIRT", "portal": "https://csirt.example.org"}}
    found = of("eu-nis2-23/nis2-24h", recipients=by_law)
    assert found is not None
    assert found.called(russian=False) == "CSIRT, https://csirt.example.org"
    assert not gaps("eu-nis2-23", recipients=by_law)
    one = {"eu-nis2-23/nis2-final": {"name": "BSI"}}
    assert set(gaps("eu-nis2-23", recipients=one)) == {"eu-nis2-23"}, "the others still have none"
    own = {"us-ca-1798.82/ca-ag": {"email": "box@example.org", "language": "en"}}
    found = of("us-ca-1798.82/ca-ag", recipients=own)
    assert found is not None
    assert found.reach == ("https://oag.ca.gov/privacy/databreach/report-a-breach", "box@example.org")
    assert found.language == "en"
    other = of("us-ca-1798.82/ca-ag", recipients={"us-ca-1798.82/ca-ag": {"name": "Another office"}})
    assert other is not None
    assert (other.reach, other.mark) == ((), "text"), "the page of the law's office is not that of another"
    whole = of("us-ca-1798.82/ca-ag", recipients={"us-ca-1798.82": {"name": "Somebody"}})
    assert whole is not None
    assert "Attorney General" in whole.names[0], "one office of a stage is not replaced by what is said of the law"


def test_a_controller_is_whom_the_file_of_controllers_names_reached_as_the_company_says() -> None:
    assert of("eu-gdpr-33/gdpr-processor") is None
    unknown = of("eu-gdpr-33/gdpr-processor", controller="Acme")
    assert unknown is not None
    assert (unknown.names, unknown.reach) == (("Acme", "Acme"), ())
    said = {"Acme": {"name": "Acme GmbH", "email": "dpo@acme.example.org", "contract": "DPA of 1 May 2025, 9.2"}}
    found = of("eu-gdpr-33/gdpr-processor", controller="Acme", controllers=said)
    assert found is not None
    assert found.called(russian=True) == "Acme GmbH, dpo@acme.example.org"
    assert found.contract == "DPA of 1 May 2025, 9.2"


def made(ref: str, addressee: Addressee | None, russian: bool = False) -> MadeNotice:
    law, _, stage = ref.partition("/")
    duty = Duty(incident_id="i", regulation=law, stage=stage, law_version=1, position=0, recipient="the authority")
    subject = of_duty(duty, LAWS, addressee)
    assert subject is not None
    known = facts("ru" if russian else "en", duty=duty, addressee=addressee, addressee_key=f"legal.recipients: {law}")
    return MadeNotice(subject=subject, facts=known, fields=resolve_fields(subject.content, known, duty=ref))


def test_a_notice_names_its_addressee_and_the_linter_counts_one_that_is_missing() -> None:
    bare = made("eu-dora-19/dora-initial", None)
    first = bare.fields[0]
    assert (first.id, first.state, first.roles) == ("addressee", FieldState.MISSING, ("dpo", "exe"))
    assert first.command == "nabat.yml: legal.recipients: eu-dora-19"
    said = values_of(bare, coverage=())
    assert said["duty"]["recipient"] == "the authority"
    assert all(each.id != "addressee" for each in (*said["fields"], *said["missing"])), "no reader is told that"
    named = made(
        "eu-dora-19/dora-initial", Addressee(names=("Bank of Ex", "Банк Экс"), reach=("1 Street",)), russian=True
    )
    assert values_of(named, coverage=())["duty"]["recipient"] == "Банк Экс, 1 Street"
    assert named.fields[0].state is FieldState.FILLED


def test_what_people_or_the_public_read_and_what_we_keep_has_no_addressee_that_is_asked_for() -> None:
    for law in LAWS.values():
        for stage in law.stages:
            subject = of_duty(Duty(incident_id="i", regulation=law.id, stage=stage.id, law_version=1, position=0), LAWS)
            assert subject is not None
            asked = any(each.id == "addressee" for each in subject.content)
            assert asked == (not stage.plain and not stage.kept), stage.id
    asked_of = {
        name for name, form in notice_forms().items() if any(e.id == "addressee" for e in of_form(form).content)
    }
    assert asked_of == {"edpb", "insurer", "partner", "police"}


def test_a_form_goes_to_the_authority_of_the_law_that_it_serves_or_to_whom_the_company_names() -> None:
    gdpr = LAWS["eu-gdpr-33"]
    found = addressee_of_form("edpb", legal(), gdpr, "PT")
    assert found is not None
    assert found.names[0] == "Comissão Nacional de Proteção de Dados"
    assert addressee_of_form("insurer", legal(), None, "PT") is None
    insurer = addressee_of_form("insurer", legal(recipients={"insurer": {"name": "Cover AG"}}), None, "PT")
    assert insurer is not None
    assert insurer.names[0] == "Cover AG"


def test_the_mark_of_an_addressee_is_shown_with_its_field() -> None:
    known = of("uk-gdpr/uk-72h")
    assert known is not None
    assert made("uk-gdpr/uk-72h", known).subject.mark_of("addressee") == "memory"
    assert made("uk-gdpr/uk-72h", replace(known, mark="text")).subject.mark_of("addressee") == "text"


@pytest.mark.parametrize(("law", "stage", "written", "reads"), [
    ("ru-152fz", "ru-24h", "en", "ru"), ("ru-152fz", "ru-24h", "ru", ""), ("kz-94v", "kz-1bd", "en", "ru"),
    ("us-ca-1798.82", "ca-ag", "ru", "en"), ("eu-gdpr-33", "gdpr-72h", "ru", ""),
])  # fmt: skip
def test_whoever_drafts_is_told_where_the_authority_reads_another_language(
    law: str, stage: str, written: Language, reads: str
) -> None:
    known = load_regulations()[law]
    found = known.stage(stage)
    assert found is not None
    named = addressee_of(known, found, LegalSettings(), OrganizationSettings(country="FR"))
    duty = Duty(incident_id="i", regulation=law, stage=stage, law_version=1, position=0)
    subject = of_duty(duty, {law: known}, named)
    assert subject is not None
    assert MadeNotice(subject=subject, facts=facts(written), fields=()).reads_otherwise == reads
    legal = LegalSettings.model_validate({"recipients": {f"{law}/{stage}": {"language": "en"}}})
    said = addressee_of(known, found, legal, OrganizationSettings(country="FR"))
    assert said is None or not said.reads, "the company has said how they are written to"
