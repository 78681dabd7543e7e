"""What is said of a rule's parts is what judging the rule says."""


import pytest

from detector.detect.rules import evaluate, explain_rule, lines_of
from detector.errors import InputError
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
