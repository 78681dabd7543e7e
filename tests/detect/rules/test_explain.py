"""What is said of a rule's parts is what judging the rule says."""

import json

import msgspec
import pytest

from detector.decode import Decoder, rows
from detector.detect.rules import RuleDetector, RuleSet, evaluate, explain_rule, lines_of
from detector.errors import InputError
from tests.decode.batches import KEY, batch_of, settings_for
from tests.detect.rules.test_evaluate import BASE, TABLE


@pytest.mark.parametrize(("what", "selection", "event", "meant"), TABLE, ids=[row[0] for row in TABLE])
def test_the_whole_holds_where_the_rule_matches(write, what, selection, event, meant):
    path = write({**BASE, "detection": {"s": selection, "condition": "s"}})
    _, verdict = explain_rule([path], "T", event)
    assert verdict.held is bool(list(evaluate([path], [event]))) is meant
    assert lines_of(verdict)


def test_every_part_is_told_with_what_the_event_has(write):
    detection = {
        "login": {"EventID": 4625, "Data.User|endswith": ["$", "adm"]},
        "inside": {"Ip|cidr": "192.0.2.0/24"},
        "words": ["secret"],
        "condition": "login and not inside or words",
    }
    path = write({**BASE, "detection": detection})
    about, verdict = explain_rule([path], BASE["id"], {"EventID": 4625, "Data": {"User": "anna"}, "Ip": "192.0.2.7"})
    assert about.title == "T"
    assert lines_of(verdict) == [
        "- at least one of",
        "  - all of",
        "    - all of",
        '      + EventID is 4625  (found: "4625")',
        "      - at least one of",
        '        - Data.User ends with "$"  (found: "anna")',
        '        - Data.User ends with "adm"  (found: "anna")',
        "    - not",
        '      + Ip lies in 192.0.2.0/24  (found: "192.0.2.7")',
        '  - some text contains "secret"',
    ]


def test_a_rule_that_is_not_there_or_counts_events_is_told(write):
    path = write(
        {**BASE, "name": "one", "detection": {"s": {"a": 1}, "condition": "s"}},
        {
            "title": "C",
            "correlation": {"type": "event_count", "rules": ["one"], "timespan": "1m", "condition": {"gte": 2}},
        },
    )
    with pytest.raises(InputError, match="about several events"):
        explain_rule([path], "C", {})
    with pytest.raises(InputError, match="no rule has the id"):
        explain_rule([path], "D", {})


def test_of_many_texts_those_that_are_there_are_shown(write):
    detection = {"s": {"Path|contains": [f"word{n}" for n in range(40)]}, "condition": "s"}
    path = write({**BASE, "detection": detection})
    assert lines_of(explain_rule([path], "T", {"Path": "/a/word7x"})[1]) == [
        "+ at least one of",
        '  + Path contains "word7"  (found: "/a/word7x")',
        "  - 39 more of which none holds",
    ]
    assert lines_of(explain_rule([path], "T", {"Path": "/a"})[1])[-1] == "  - 35 more of which none holds"


SYSMON = {
    "Event": {
        "System": {
            "Provider": {"#attributes": {"Name": "Microsoft-Windows-Sysmon"}},
            "EventID": 13,
            "TimeCreated": {"#attributes": {"SystemTime": "2026-03-02T10:00:00.1234567Z"}},
            "Channel": "Microsoft-Windows-Sysmon/Operational",
            "Computer": "pc7.example.org",
        },
        "EventData": {"EventType": "SetValue", "TargetObject": r"HKLM\SOFTWARE\Run\a", "User": r"NT AUTHORITY\SYSTEM"},
    }
}


REGISTRY = {
    "title": "T",
    "id": "5f0c0c5e-0000-4000-8000-0000000000ee",
    "status": "test",
    "logsource": {"product": "windows", "category": "registry_set"},
    "detection": {"s": {"TargetObject|contains": "Run", "EventType": "SetValue"}, "condition": "s"},
    "level": "high",
}


@pytest.mark.parametrize(
    ("number", "user", "actor"),
    [(13, r"EXAMPLE\anna", "user:anna"), (13, r"NT AUTHORITY\SYSTEM", "host:pc7.example.org"), (11, "", None)],
)
def test_a_decoded_event_is_judged_as_a_running_service_judges_it(write, number, user, actor):
    event = json.loads(json.dumps(SYSMON))
    event["Event"]["System"]["EventID"] = number
    event["Event"]["EventData"]["User"] = user
    settings = settings_for(format="windows.json")
    batch = Decoder(settings, session_key=KEY).decode(batch_of([json.dumps(event)], source="s"))
    path = write(REGISTRY)
    (printed,) = rows(batch)
    _, verdict = explain_rule([path], "T", json.loads(msgspec.json.encode(printed)))
    detector = RuleDetector(RuleSet.load([path]), settings)
    _, findings = detector.step(detector.empty(), batch.frame)
    assert [finding.actor_id for finding in findings] == ([actor] if actor else [])
    assert verdict.held is bool(findings)
    assert lines_of(verdict)[:2] == (
        ["+ all of", "  + it is of the log source windows/registry_set"]
        if actor
        else ["- it is of the log source windows/registry_set"]
    )


def test_a_field_that_is_no_column_s_is_told(write):
    with pytest.raises(InputError, match="@timestamp cannot hold"):
        explain_rule([write(REGISTRY)], "T", {"fields": {"@timestamp": "then", "event.dataset": "windows.security"}})
