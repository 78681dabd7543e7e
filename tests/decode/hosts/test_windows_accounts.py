"""Whose account it is: of the domain, or of the machine, whose administrator gives it any name."""

import json

import pytest

from tests.decode.batches import decode, one

SERVICE = {"service_accounts": ["svc-*", "*report"], "admins": ["adm*"]}


def event(computer="FS1.corp.example.org", actors=SERVICE, **data):
    said = {"event_id": "4663", "computer_name": computer, "event_data": data}
    line = json.dumps({"@timestamp": "2026-05-17T07:05:04Z", "winlog": said})
    (found,) = decode([line], format="windows.json", actors=actors).frame.rows(named=True)
    return found["user.id"], found["actor.type"]


def test_an_account_of_the_machine_is_no_listed_account_of_the_domain(subtests: pytest.Subtests) -> None:
    for domain, computer in [
        ("FS1", "FS1.corp.example.org"),
        ("fs1", "FS1"),
        ("FILESERVER-MOSC", "fileserver-moscow-01.example.org"),
    ]:
        for name in ["svc-backup", "night-report", "admin"]:
            for domains in [[], ["CORP"], ["*"]]:
                with subtests.test(domain=domain, computer=computer, name=name, domains=domains):
                    actors = {**SERVICE, "domains": domains}
                    found = event(computer, actors, SubjectUserName=name, SubjectDomainName=domain)
                    assert found == (f"\\\\{domain.lower()}\\{name}", "human")


@pytest.mark.parametrize("domains", [[], ["CORP"], ["*"]])
def test_an_account_of_the_domain_is_told_without_it(domains):
    actors = {**SERVICE, "domains": domains}
    assert event(actors=actors, SubjectUserName="svc-backup", SubjectDomainName="CORP") == ("svc-backup", "service")


def test_a_machine_that_is_named_among_ours_has_our_accounts():
    actors = {**SERVICE, "domains": ["FS1"]}
    assert event(actors=actors, SubjectUserName="svc-backup", SubjectDomainName="FS1") == ("svc-backup", "service")


def test_an_account_of_a_machine_is_listed_by_a_pattern_that_names_it():
    for pattern in ("\\\\FS1\\svc-*", "*\\svc-backup"):
        actors = {"service_accounts": [pattern]}
        found = event(actors=actors, SubjectUserName="svc-backup", SubjectDomainName="FS1")
        assert found == ("\\\\fs1\\svc-backup", "service"), pattern


def test_the_account_of_sysmon_is_told_apart_likewise():
    assert event(User="FS1\\svc-backup") == ("\\\\fs1\\svc-backup", "human")
    assert event(User="CORP\\svc-backup") == ("svc-backup", "service")


@pytest.mark.parametrize("domains", [[], ["*"]])
def test_other_logs_that_name_the_machine_tell_its_accounts_apart_too(domains):
    def account(name):
        event = {"@timestamp": "2026-05-17T07:05:03Z", "host": {"name": "web1.example.org"}, "user": {"name": name}}
        line = json.dumps({**event, "ecs": {"version": "8.0"}, "event": {"action": "view", "kind": "event"}})
        return one(line, format="ecs.json", actors={"domains": domains})["user.id"]

    assert account("WEB1\\svc-backup") == "\\\\web1\\svc-backup"
    assert account("CORP\\svc-backup") == ("svc-backup" if domains else "corp\\svc-backup")
