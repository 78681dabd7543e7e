"""Looking for needed texts first loses nothing: the same rows as when every rule is judged on every event."""

import random
from pathlib import Path

import polars as pl
import pytest

from detector import frames
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.facts.fact_maker import FACT_TYPES
from detector.detect.rules.loading.rule_set import RuleSet
from detector.detect.rules.matching import match, text_search
from detector.detect.rules.matching.match import RuleMatcher
from detector.detect.rules.matching.prefilter import Prefilter, needed
from detector.detect.rules.rule_checks import events_frame, read_samples
from detector.resources import shipped
from tests.bench import sigma_size

TYPES = {**frames.EVENT_SCHEMA, **FACT_TYPES}
TEXTS = {name for name, kind in TYPES.items() if kind in (pl.String(), pl.List(pl.String())) or name == "labels"}
# What the shipped rules do not ask for: labels, lists, keywords, numbers as text, wildcards, letters beyond ASCII.
MORE = """
- {labels.CommandLine|contains: [mimikatz, 'реестр kerberos::']}
- {labels.Image|endswith: '\\\\rundll32.exe'}
- {labels.EventID: [4624, 4625]}
- {user.roles: ['*admin*', backup]}
- {subject.ids|startswith: 'client-'}
- {labels.User|cased: KARL}
- {url.query|contains|all: [unions, nion]}
- {labels.Hashes|contains: 'İxyz'}
- {labels.CommandLine|contains: cmd.exe, labels.Image|fieldref: labels.CommandLine}
"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    path = tmp_path_factory.mktemp("more") / "more.yml"
    documents = [
        f"title: T{at}\nid: more-{at}\nlogsource: {{product: nabat}}\ndetection:\n  s: {line[2:]}\n  condition: s\n"
        for at, line in enumerate(MORE.strip().splitlines())
    ]
    keywords = "title: K\nid: keywords\nlogsource: {category: webserver}\ndetection:\n  k: [kerberoast, '*kerb?ros*']\n"
    path.write_text("---\n".join([*documents, f"{keywords}  condition: k\n"]), encoding="utf-8")
    return RuleSet.load([Path(shipped("rules")), path]).events


def event(column: str, text: str) -> dict:
    """Return an event that holds a text in a column."""
    if column == "labels":
        return {"labels": dict.fromkeys(("CommandLine", "Image", "User", "Hashes", "EventID"), text)}
    return {column: [None, text] if TYPES[column] == pl.List(pl.String()) else text}


@pytest.fixture(scope="module")
def frame(rules):
    """Return the samples of the shipped rules, and every needed text in several guises."""
    samples = [
        each
        for path in Path(shipped("rules")).rglob("*.samples")
        for case in read_samples(path)
        for each in case.events
    ]
    needs = sorted({pair for rule in rules for need in needed(rule.condition, TEXTS) for pair in need})
    guises = ("{}", "x{}y", "{}y", "x{}")
    made = [
        {"@timestamp": samples[0]["@timestamp"]} | event(column, guise.format(text))
        for column, needle in needs
        for text in (needle, f"İ{needle}", needle.upper(), needle.replace("k", "\u212a"), needle[:-1], f"İ{needle[1:]}")
        for guise in guises
    ]
    whole = events_frame([*samples, *made])
    return whole.with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in FACT_TYPES.items())


@pytest.mark.parametrize("library", ["hyperscan", "polars"])
@pytest.mark.parametrize("height", [3, 5_000])
def test_prefiltered_is_plain(rules, frame, monkeypatch, library, height):
    parts = [frame[at : at + height] for at in range(0, frame.height, height)][:40]
    with monkeypatch.context() as patch:
        patch.setattr(match, "needed", lambda *_: ())
        plain = RuleMatcher(rules, TYPES)
    if library == "polars":
        monkeypatch.setattr(text_search, "hyperscan", None)
    prefiltered = RuleMatcher(rules, TYPES)
    matched = set()
    for part in parts:
        found, expected = prefiltered.match(FrameView(part)), plain.match(FrameView(part))
        assert {number: rows.tolist() for number, rows in found.rows.items()} == {
            number: rows.tolist() for number, rows in expected.rows.items()
        }
        assert found.failed == expected.failed == {}
        matched |= expected.rows.keys()
    if height == 5_000:
        assert {number for number, rule in enumerate(rules) if rule.about.id.startswith(("more", "key"))} <= matched


def test_of_many_rules_with_several_needs_none_is_lost_by_what_is_rare(tmp_path, monkeypatch):
    texts = [
        f"title: T{n}\nlogsource: {{product: nabat}}\ndetection:\n  s:\n    labels.Image|endswith: program{n % 9}.exe\n"
        f"    labels.CommandLine|contains: [first-{n:03}, second-{n:03}]\n    url.path|startswith: /common/\n"
        f"    user.name|cased: Somebody{n % 4}\n  condition: s\n"
        for n in range(300)
    ]
    (tmp_path / "many.yml").write_text("---\n".join(texts))
    rules = RuleSet.load([tmp_path / "many.yml"]).events
    chance = random.Random(1)
    events = [
        {
            "@timestamp": sigma_size.START,
            "labels": {
                "Image": f"program{chance.choice([n % 9, n % 9, 1])}.exe",
                "CommandLine": f"{chance.choice(['first', 'second', 'third'])}-{n % chance.choice([300, 7]):03}",
            },
            "user.name": f"Somebody{chance.choice([n % 4, 2])}",
            "url.path": chance.choice(["/common/", "/common/x", "/else/"]),
        }
        for n in range(3_000)
    ]
    frame = events_frame(events)
    frame = frame.with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in FACT_TYPES.items())
    with monkeypatch.context() as patch:
        patch.setattr(match, "needed", lambda *_: ())
        plain = RuleMatcher(rules, TYPES)
    prefiltered = RuleMatcher(rules, TYPES)
    for part in (frame, frame[:300], frame[700:703]):
        found, expected = prefiltered.match(FrameView(part)).rows, plain.match(FrameView(part)).rows
        assert {n: rows.tolist() for n, rows in found.items()} == {n: rows.tolist() for n, rows in expected.items()}
    assert len(plain.match(FrameView(frame)).rows) > 90


def test_a_program_that_always_runs_lets_no_rule_through_whose_other_text_never_comes(tmp_path):
    rules = RuleSet.load([sigma_size.write_rules(tmp_path / "made", 400)]).events
    conditions = [node for rule in rules for _, node in rule.conditions]
    needs = {number: needed(node, TEXTS) for number, node in enumerate(conditions)}
    programs = [f"\\{name}.exe" for name in sigma_size.PROGRAMS]
    labels = [{"Image": f"C:\\Windows{name}", "OriginalFileName": name[1:]} for name in programs]
    held = [{"@timestamp": sigma_size.START, "labels": each} for each in labels]
    found = Prefilter({number: need for number, need in needs.items() if need}).candidates(
        FrameView(events_frame(held))
    )
    alone = {number for number, need in needs.items() if len(need) == 1}
    assert {number for number, _ in found} <= alone
    assert sum(len(need) > 1 for need in needs.values()) > 200


@pytest.mark.share(2)
def test_rules_are_judged_on_every_event_while_the_search_fails(rules, frame, monkeypatch):
    expected = RuleMatcher(rules, TYPES).match(FrameView(frame))
    assert expected.search is None
    for search in (text_search.HyperscanSearch, text_search.PolarsSearch):
        monkeypatch.setattr(search, "find", lambda _self, _column: 1 // 0)
    found = RuleMatcher(rules, TYPES).match(FrameView(frame))
    assert (found.search.kind, found.failed) == ("ZeroDivisionError", {})
    assert {number: rows.tolist() for number, rows in found.rows.items()} == {
        number: rows.tolist() for number, rows in expected.rows.items()
    }
