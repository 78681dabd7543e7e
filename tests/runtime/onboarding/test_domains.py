"""Domains that accounts are written with are proposed where they are one's own, and only there."""

from dataclasses import replace
from pathlib import Path

from detector.runtime.onboarding.traits.account_domains import domains
from detector.runtime.preflight.check_all import check
from tests.runtime.onboarding.made import combined, working_day
from tests.runtime.onboarding.test_writing import loaded, written


def wanted(*accounts: str) -> list[str]:
    return [one.name for one in domains(accounts) if one.wanted]


def test_a_windows_domain_that_several_accounts_bear_is_ones_own() -> None:
    assert wanted("corp\\anna", "corp\\boris", "corp\\vera") == ["corp"]
    assert wanted("corp\\anna", "corp\\boris") == []
    assert wanted("nt authority\\system", "nt authority\\network service", "nt authority\\local service") == []


def test_a_mail_domain_is_ones_own_only_where_its_names_are_written_otherwise_too() -> None:
    mail = [f"{name}@example.org" for name in ("anna", "boris", "vera", "oleg")]
    assert wanted(*mail) == []
    assert wanted(*mail, "anna", "boris") == ["example.org"]
    assert wanted(*mail, "corp\\anna", "corp\\boris", "corp\\vera") == ["example.org", "corp"]
    assert wanted(*mail, *(f"client{n}@example.org" for n in range(5)), "anna", "boris") == []


def test_no_name_that_could_steer_the_configuration_is_proposed() -> None:
    for domain in ("*", "${HOME}", "a b", "x]", "\u202ecorp"):
        assert domains(f"{domain}\\{name}" for name in ("anna", "boris", "vera")) == []


def test_init_writes_the_domains_and_check_says_which_are_missing(tmp_path: Path) -> None:
    people = sorted({one.user for one in working_day()})
    log = [one for one in working_day() if one.user != "-"]
    log += [replace(one, user=f"CORP\\{one.user}") for one in log]
    out, _ = written(tmp_path, combined(log))
    assert len(people) >= 3
    assert loaded(out).actors.domains == ("corp",)
    text = out.read_text(encoding="utf-8")
    assert "domain corp: " in text
    assert not any("actors.domains" in each for each in check(out).notices)
    out.write_text(text.replace('domains: ["corp"]', "domains: []").replace("domains: [corp]", "domains: []"))
    assert any("actors.domains: domain corp: " in each for each in check(out).notices)
