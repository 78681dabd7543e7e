"""Loading: every problem of every file at once, with its line; what cannot be judged yet is refused, never skipped."""

import pytest

from detector.detect.rules import RuleSet
from detector.errors import ConfigError

HEAD = "title: T\nid: 11111111-1111-4111-8111-111111111111\nlogsource:\n  category: webserver\n"
CORRELATION = (
    HEAD + "name: base\ndetection:\n  s:\n    c-ip: x\n  condition: s\n---\ntitle: C\ncorrelation:\n  type: {type}\n"
    "  rules: [base]\n  timespan: {span}\n  condition:\n    gte: 2\n    {more}\n"
)

REFUSED = [
    ("lookaround", HEAD + "detection:\n  s:\n    cs-uri|re: a(?=b)\n  condition: s\n", 7, "Regular expression"),
    ("expand", HEAD + "detection:\n  s:\n    c-ip: x\n    cs-host|expand: '%x%'\n  condition: s\n", 8, "placeholders"),
    ("an hour of a time", HEAD + "detection:\n  s:\n    '@timestamp|hour': 3\n  condition: s\n", 7, "hour"),
    ("an unknown modifier", HEAD + "detection:\n  s:\n    c-ip|near: x\n  condition: s\n", 7, "near"),
    ("an aggregation", HEAD + "detection:\n  s:\n    c-ip: x\n  condition: s | count() > 5\n", 8, "pipe syntax"),
    ("a timeframe", HEAD + "detection:\n  s:\n    c-ip: x\n  timeframe: 5m\n  condition: s\n", 8, "timeframe"),
    ("an unknown selection", HEAD + "detection:\n  s:\n    c-ip: x\n  condition: s and t\n", 8, "'t' not defined"),
    ("an unknown field", HEAD + "detection:\n  s:\n    c-ipp: x\n  condition: s\n", 7, "no column is called c-ipp"),
    ("a bad level", HEAD + "level: awful\ndetection:\n  s:\n    c-ip: x\n  condition: s\n", 5, "awful"),
    (
        "a source we do not have",
        "title: T\nlogsource:\n  product: windows\ndetection:\n  s:\n    A: x\n  condition: s\n",
        2,
        "no such source",
    ),
    (
        "an unknown key of ours",
        HEAD + "detection:\n  s:\n    c-ip: x\n  condition: s\nnabat:\n  dedupe: 1h\n",
        10,
        "dedupe",
    ),
    ("a temporal correlation", CORRELATION.format(type="temporal", span="5m", more=""), 13, "temporal"),
    ("an average", CORRELATION.format(type="value_avg", span="5m", more="field: sc-bytes"), 13, "value_avg"),
    ("a sum of texts", CORRELATION.format(type="value_sum", span="5m", more="field: cs-username"), 18, "whole numbers"),
    (
        "a sum of two",
        CORRELATION.format(type="value_sum", span="5m", more="field: [sc-bytes, cs-bytes]"),
        18,
        "one field",
    ),
    ("a sum of nothing", CORRELATION.format(type="value_sum", span="5m", more=""), 12, "without field"),
    ("a bad timespan", CORRELATION.format(type="event_count", span="5x", more=""), 15, "5x"),
    ("a filter", HEAD + "filter:\n  rules: any\n  s:\n    c-ip: x\n  condition: s\n", 5, "filter"),
    ("not YAML", "title: [\n", 2, "not YAML"),
]


@pytest.mark.parametrize(("what", "text", "line", "said"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_cannot_be_judged_is_refused_with_its_line(tmp_path, what, text, line, said):
    path = tmp_path / "rule.yml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        RuleSet.load([path])
    assert [(p.file, p.line) for p in caught.value.problems if said in p.what] == [(str(path), line)]


def test_all_problems_of_all_files_are_named_at_once(tmp_path):
    for name in ("a.yml", "b.yml"):
        body = f"title: {name}\nlogsource:\n  category: webserver\ndetection:\n  s:\n    c-ip|x: 1\n    c-ip|y: 1\n"
        (tmp_path / name).write_text(body + "  condition: s\n")
    with pytest.raises(ConfigError) as caught:
        RuleSet.load([tmp_path])
    assert [(p.file[-5:], p.line) for p in caught.value.problems] == [
        ("a.yml", 6),
        ("a.yml", 7),
        ("b.yml", 6),
        ("b.yml", 7),
    ]


def test_a_taken_id_is_a_problem(tmp_path):
    body = HEAD + "detection:\n  s:\n    c-ip: x\n  condition: s\n"
    (tmp_path / "a.yml").write_text(body)
    (tmp_path / "b.yml").write_text(body)
    with pytest.raises(ConfigError, match="is taken"):
        RuleSet.load([tmp_path])


def test_tolerant_loading_lists_what_it_left_out(tmp_path):
    (tmp_path / "a.yml").write_text(HEAD + "detection:\n  s:\n    c-ip: x\n  condition: s\n")
    (tmp_path / "b.yml").write_text(
        "title: B\nlogsource:\n  product: windows\ndetection:\n  s:\n    A: x\n  condition: s\n"
    )
    rules = RuleSet.load([tmp_path], tolerant=True)
    assert [rule.about.title for rule in rules.events] == ["T"]
    assert len(rules.skipped) == 1


def test_a_disabled_rule_is_left_out(tmp_path):
    (tmp_path / "a.yml").write_text(HEAD + "detection:\n  s:\n    c-ip: x\n  condition: s\n")
    assert len(RuleSet.load([tmp_path], disabled=["11111111-1111-4111-8111-111111111111"])) == 0


def test_what_pysigma_stumbles_over_is_named_by_its_kind(tmp_path, monkeypatch):
    def stumbles(*_: object) -> None:
        raise TypeError("unhashable type: 'dict'")

    monkeypatch.setattr("detector.detect.rules.loading.load_rules.SigmaDetectionItem.from_mapping", stumbles)
    (tmp_path / "a.yml").write_text(
        "title: A\nid: a\nlevel: low\nlogsource: {category: access}\n"
        "detection:\n  s:\n    user.name: x\n  condition: s\n"
    )
    with pytest.raises(ConfigError, match=r"pySigma cannot read it \(TypeError: unhashable type: 'dict'\)"):
        RuleSet.load([tmp_path])
