"""The shipped rules: every sample does what it says, every rule has one of each kind and speaks both languages."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from detector.detect.rules import RuleContext, RuleDetector, RuleSet, check_rules, list_rules, test_rules
from detector.detect.rules.rule_checks import events_frame, read_samples
from detector.errors import ConfigError
from detector.messages import LANGUAGES, messages
from detector.resources import shipped
from detector.settings import Settings

RULES = Path(shipped("rules"))
SIGMA = Path(__file__).resolve().parents[3].parent / "shared/data/sigma/rules/web"


@pytest.fixture(scope="module")
def results():
    """What the samples of all shipped rules give: running them takes longer than all else here."""
    return test_rules([RULES], RuleContext())


def test_every_sample_does_what_it_says(results):
    assert [result for result in results if not result.ok] == []


def test_every_rule_has_a_sample_that_must_match_and_one_that_must_not(results):
    cases: dict[str, set[bool]] = {}
    for result in results:
        cases.setdefault(result.file, set()).add(result.must_match)
    assert {str(path.with_suffix(".samples")) for path in RULES.rglob("*.yml")} == set(cases)
    assert set(map(frozenset, cases.values())) == {frozenset({True, False})}


def test_the_shipped_rules_have_no_problem():
    assert check_rules([RULES]).problems == ()


def test_every_rule_has_a_russian_title():
    rules = RuleSet.load([RULES])
    reported = {row.id for row in list_rules(rules)}
    assert [about.id for about in rules.abouts() if about.id in reported and not about.title_ru] == []


def test_samples_hold_no_real_address():
    import re

    allowed = ("192.0.2.", "198.51.100.", "203.0.113.", "127.0.0.1", "2001:db8:")
    for path in RULES.rglob("*.samples"):
        found = re.findall(r'"source\.ip": "([^"]+)"', path.read_text())
        assert all(address.startswith(allowed) for address in found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_reasons_read_well_in_both_languages(language):
    texts = messages(language)
    for name in ("rule-event-count", "rule-client-count", "rule-record-count", "rule-value-count"):
        text = texts.text(name, count=1240, span=1, unit="hours")
        assert "{" not in text
    if language == "en":
        assert texts.text("rule-client-count", count=1240, span=1, unit="hours") == "read 1,240 clients in 1 hour"


@pytest.mark.parametrize(
    ("rule", "export", "said"),
    [
        (
            "export-pieces",
            {"record.count": 900},
            ["10,800 records altogether in 1 day", "всего 10 800 записей за 1 день"],
        ),
        (
            "export-bytes",
            {"http.response.body.bytes": 5_000_000},
            ["60 MB altogether in 1 day", "всего 60 МБ за 1 день"],
        ),
    ],
)
def test_what_sums_say_reads_well(rule, export, said):
    detector = RuleDetector(RuleSet.load([RULES / "volume" / f"{rule}.yml"]), Settings())
    base = {"user.id": "anna", "event.action": "export", "object.type": "client"} | export
    events = [base | {"@timestamp": datetime(2026, 3, 2, 9, minute, tzinfo=UTC)} for minute in range(12)]
    (finding,) = detector.fold(detector.empty(), events_frame(events))
    (reason,) = finding.reasons
    for language, words in zip(("en", "ru"), said, strict=True):
        text = messages(language).reason(reason)
        assert words in text.replace("\u00a0", " ").replace("\u202f", " ")
    assert finding.record_high == (10_800 if rule == "export-pieces" else 0)


@pytest.mark.skipif(not SIGMA.exists(), reason="SigmaHQ's rules are not beside the checkout")
def test_every_web_rule_of_sigmahq_is_usable():
    rules = RuleSet.load([SIGMA], tolerant=True)
    assert rules.skipped == ()
    assert len(rules) == 45


def _told(rule, events):
    detector = RuleDetector(RuleSet.load([RULES / rule]), Settings())
    return detector.step(detector.empty(), events_frame(events))[1]


def _read(number, **more):
    at = datetime(2026, 3, 2, 10, tzinfo=UTC) + timedelta(seconds=number)
    return {"@timestamp": at, "event.action": "read", "subject.ids": [str(number)], "user.id": f"a{number}"} | more


def test_a_session_under_many_accounts_is_the_sessions_finding_whoever_came_last():
    said = _told("accounts/session-accounts.yml", [_read(n, **{"session.id": "s1"}) for n in range(10)])
    assert {finding.actor_id for finding in said} == {"session:s1"}
    assert {finding.id for finding in said} == {said[0].id}
    text = messages("en").reason(said[-1].reasons[0])
    assert text.startswith("One session reads client data under many accounts: 10 accounts in 1 hour")


def test_addresses_of_one_network_of_ipv6_are_counted_and_named_as_one():
    subnet = "2001:db8:1:2::/64"
    events = [
        _read(n, **{"source.ip": f"2001:db8:1:2::{n:x}", "source.subnet": subnet, "network.name": "internet"})
        for n in range(120)
    ]
    said = _told("accounts/address-accounts.yml", events)
    assert {(finding.actor_id, finding.source_ips) for finding in said} == {(f"ip:{subnet}", (subnet,))}


def test_a_sample_with_a_value_of_another_type_is_refused_with_its_line(tmp_path):
    path = tmp_path / "own.samples"
    wrong = [
        '{"labels": [1]}',
        '{"labels": {"EventID": 4624}}',
        '{"http.response.status_code": "x"}',
        '{"source.ip": 5}',
    ]
    path.write_text("\n".join(["== match: own", '{"labels": {"EventID": "4624"}, "subject.ids": ["7"]}', *wrong]))
    with pytest.raises(ConfigError) as refused:
        read_samples(path)
    assert [problem.line for problem in refused.value.problems] == [3, 4, 5, 6]
    assert all("must be" in problem.what for problem in refused.value.problems)
