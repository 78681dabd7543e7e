"""Loading: every problem of every file at once, with its line; what cannot be judged yet is refused, never skipped."""

import zipfile
from datetime import UTC, datetime

import pytest

from detector.detect.rules import RuleContext, RuleDetector, RuleSet, check_rules, evaluate, rule_coverage, test_rules
from detector.detect.rules.rule_checks import events_frame
from detector.errors import ConfigError
from detector.settings import Settings

HEAD = "title: T\nid: 11111111-1111-4111-8111-111111111111\nlogsource:\n  category: webserver\n"
CORRELATION = (
    HEAD + "name: base\ndetection:\n  s:\n    c-ip: x\n  condition: s\n---\ntitle: C\ncorrelation:\n  type: {type}\n"
    "  rules: [base]\n  timespan: {span}\n  condition:\n    gte: 2\n    {more}\n"
)

REFUSED = [
    ("lookaround", HEAD + "detection:\n  s:\n    cs-uri|re: a(?=b)\n  condition: s\n", 7, "Regular expression"),
    ("expand", HEAD + "detection:\n  s:\n    c-ip: x\n    cs-host|expand: '%x%'\n  condition: s\n", 8, "%x%"),
    ("an unknown modifier", HEAD + "detection:\n  s:\n    c-ip|near: x\n  condition: s\n", 7, "near"),
    ("an aggregation", HEAD + "detection:\n  s:\n    c-ip: x\n  condition: s | count() > 5\n", 8, "pipe syntax"),
    ("a timeframe", HEAD + "detection:\n  s:\n    c-ip: x\n  timeframe: 5m\n  condition: s\n", 8, "timeframe"),
    ("an unknown selection", HEAD + "detection:\n  s:\n    c-ip: x\n  condition: s and t\n", 8, "'t' not defined"),
    (
        "an unknown column",
        "title: T\nlogsource:\n  product: nabat\ndetection:\n  s:\n    user.nam: x\n  condition: s\n",
        6,
        "no column is called user.nam",
    ),
    ("a bad level", HEAD + "level: awful\ndetection:\n  s:\n    c-ip: x\n  condition: s\n", 5, "awful"),
    (
        "an unknown key of ours",
        HEAD + "detection:\n  s:\n    c-ip: x\n  condition: s\nnabat:\n  dedupe: 1h\n",
        10,
        "dedupe",
    ),
    ("an unknown kind", CORRELATION.format(type="frequency", span="5m", more=""), 13, "frequency"),
    (
        "a percentile of none",
        CORRELATION.format(type="value_percentile", span="5m", more="field: sc-bytes"),
        16,
        "1 to",
    ),
    ("a sum of texts", CORRELATION.format(type="value_sum", span="5m", more="field: cs-username"), 18, "of numbers"),
    ("a range of words", CORRELATION.format(type="event_count", span="5m", more="lt: many"), 18, "many"),
    (
        "a sum of two",
        CORRELATION.format(type="value_sum", span="5m", more="field: [sc-bytes, cs-bytes]"),
        18,
        "one field",
    ),
    ("a sum of nothing", CORRELATION.format(type="value_sum", span="5m", more=""), 16, "without field"),
    ("a field of events", CORRELATION.format(type="event_count", span="5m", more="field: c-ip"), 18, "takes no field"),
    (
        "a percentile of a sum",
        CORRELATION.format(type="value_sum", span="5m", more="field: sc-bytes\n    percentile: 5"),
        19,
        "takes no percentile",
    ),
    (
        "an unknown operator",
        CORRELATION.format(type="event_count", span="5m", more="gtee: 3"),
        18,
        "unknown key correlation.condition.gtee",
    ),
    (
        "no number",
        CORRELATION.format(type="event_count", span="5m", more="").replace("gte: 2", "gte: many"),
        16,
        "no valid Sigma correlation condition count",
    ),
    (
        "a bad level of a correlation",
        CORRELATION.format(type="event_count", span="5m", more="") + "level: x\n",
        19,
        "x",
    ),
    (
        "an alias of no rule",
        CORRELATION.format(type="event_count", span="5m", more="") + "  aliases:\n    ip:\n      gone: c-ip\n",
        21,
        "the alias ip names gone",
    ),
    (
        "a correlation of itself",
        CORRELATION.format(type="event_count", span="5m", more="").replace("[base]", "[C]"),
        14,
        "correlations count each other: C → C",
    ),
    (
        "a name of two rules",
        HEAD.replace("1111\n", "2222\n")
        + "name: base\ndetection:\n  s:\n    c-ip: y\n  condition: s\n---\n"
        + CORRELATION.format(type="event_count", span="5m", more=""),
        24,
        "several rules are called base: ",
    ),
    (
        "a rule listed twice",
        CORRELATION.format(type="temporal", span="5m", more="").replace("[base]", "[base, base]"),
        14,
        "listed twice",
    ),
    ("a bad timespan", CORRELATION.format(type="event_count", span="5x", more=""), 15, "5x"),
    ("a timespan of ages", CORRELATION.format(type="event_count", span="9999999999d", more=""), 15, "3,660 days"),
    ("a count below 0", CORRELATION.format(type="event_count", span="5m", more="gt: -5"), 16, "never below 0"),
    ("a filter of none", HEAD + "filter:\n  rules: [gone]\n  s:\n    c-ip: x\n  condition: s\n", 6, "gone"),
    ("a bad filter", HEAD + "filter:\n  rules: any\n  s:\n    c-ip|near: x\n  condition: s\n", 8, "near"),
    ("a filter without rules", HEAD + "filter:\n  s:\n    c-ip: x\n  condition: s\n", 5, "'rules' field"),
    (
        "a condition without end",
        HEAD + f"detection:\n  s:\n    c-ip: x\n  condition: {'not ' * 301}s\n",
        8,
        "nested too deeply",
    ),
    ("an unknown action", "action: all\n" + HEAD + "detection:\n  s:\n    c-ip: x\n  condition: s\n", 1, "all"),
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
        "title: B\nlogsource:\n  product: nabat\ndetection:\n  s:\n    A: x\n  condition: s\n"
    )
    rules = RuleSet.load([tmp_path], tolerant=True)
    assert [rule.about.title for rule in rules.events] == ["T"]
    assert len(rules.skipped) == 1


def test_rules_that_are_left_out_are_counted_however_much_is_wrong_with_each(tmp_path):
    (tmp_path / "two.yml").write_text("title: A\n---\ntitle: B\nlogsource: {}\nlevel: none\n")
    (tmp_path / "unreadable.yml").write_text("title: [\n")
    rules = RuleSet.load([tmp_path], tolerant=True)
    assert rules.refused == 3
    assert len(rules.skipped) > 3


def test_a_disabled_rule_is_left_out(tmp_path):
    (tmp_path / "a.yml").write_text(HEAD + "detection:\n  s:\n    c-ip: x\n  condition: s\n")
    assert len(RuleSet.load([tmp_path], disabled=["11111111-1111-4111-8111-111111111111"])) == 0


def test_what_pysigma_stumbles_over_is_named_by_its_kind(tmp_path, monkeypatch):
    def stumbles(*_: object, **__: object) -> None:
        raise TypeError("unhashable type: 'dict'")

    monkeypatch.setattr("detector.detect.rules.loading.document.SigmaDetectionItem.from_mapping", stumbles)
    (tmp_path / "a.yml").write_text(
        "title: A\nid: a\nlevel: low\nlogsource: {category: access}\n"
        "detection:\n  s:\n    user.name: x\n  condition: s\n"
    )
    with pytest.raises(ConfigError, match=r"pySigma cannot read it \(TypeError: unhashable type: 'dict'\)"):
        RuleSet.load([tmp_path])


EXPANDED = (
    HEAD + "detection:\n  s:\n    cs-username|expand: 'adm-%admins%'\n    c-ip|expand: '%hosts%'\n  condition: s\n"
)


def matched(rules, rows):
    detector = RuleDetector(rules, Settings())
    frames = [events_frame([{"@timestamp": datetime(2026, 3, 2, tzinfo=UTC), **row}]) for row in rows]
    return [bool(detector.step(detector.empty(), frame)[1]) for frame in frames]


def test_placeholders_stand_for_the_texts_that_the_settings_give(tmp_path):
    (tmp_path / "r.yml").write_text(EXPANDED)
    (tmp_path / "hosts.txt").write_text("192.0.2.1\n\n 192.0.2.2 \n")
    given = {"admins": ["anna", "boris"], "hosts": str(tmp_path / "hosts.txt")}
    settings = Settings.model_validate({"rules": {"placeholders": given}})
    rules = RuleSet.load([tmp_path / "r.yml"], context=RuleContext.of(settings))
    rows = [
        {"user.name": "ADM-Boris", "source.ip": "192.0.2.2"},
        {"user.name": "adm-carl", "source.ip": "192.0.2.2"},
        {"user.name": "adm-anna", "source.ip": "192.0.2.3"},
    ]
    assert matched(rules, rows) == [True, False, False]


def test_a_placeholder_that_stands_for_nothing_is_named(tmp_path):
    (tmp_path / "r.yml").write_text(EXPANDED)
    with pytest.raises(ConfigError) as caught:
        RuleSet.load([tmp_path], context=RuleContext({"admins": ["anna"]}))
    (problem,) = caught.value.problems
    assert (problem.line, problem.what) == (
        8,
        "nothing says what %hosts% stands for: name it under rules.placeholders",
    )


def test_rules_of_a_file_share_what_it_says_for_all(tmp_path):
    shared = "action: global\nlogsource: {category: webserver}\nlevel: high\ndetection:\n  condition: s\n"
    own = "title: {title}\nid: {title}\ndetection:\n  s:\n    c-ip: {ip}\n"
    parts = [
        shared,
        own.format(title="A", ip="192.0.2.1"),
        "action: repeat\nid: B\ndetection: {s: {c-ip: 192.0.2.2}}\n",
    ]
    (tmp_path / "r.yml").write_text("---\n".join(parts))
    rules = RuleSet.load([tmp_path])
    assert [(rule.about.id, rule.about.title, rule.about.severity) for rule in rules.events] == [
        ("A", "A", "high"),
        ("B", "A", "high"),
    ]
    assert matched(rules, [{"source.ip": "192.0.2.1"}, {"source.ip": "192.0.2.2"}, {"source.ip": "192.0.2.3"}]) == [
        True,
        True,
        False,
    ]
    (tmp_path / "r.yml").write_text("---\n".join([*parts[:2], "action: reset\n", parts[1]]))
    with pytest.raises(ConfigError) as caught:
        RuleSet.load([tmp_path])
    assert any("log source" in problem.what for problem in caught.value.problems)


def test_rules_of_an_archive_are_read_and_told_with_their_places(tmp_path):
    with zipfile.ZipFile(tmp_path / "pack.zip", "w") as archive:
        archive.writestr("rules/b.yml", HEAD + "detection:\n  s:\n    c-ip: x\n  condition: s\n")
        archive.writestr("rules/a.yml", "title: A\n")
        archive.writestr("README.md", "none of ours")
    rules = RuleSet.load([tmp_path / "pack.zip"], tolerant=True)
    assert [rule.about.file for rule in rules.events] == [f"{tmp_path}/pack.zip/rules/b.yml"]
    assert {problem.file for problem in rules.skipped} == {f"{tmp_path}/pack.zip/rules/a.yml"}
    (tmp_path / "broken.zip").write_bytes(b"PK")
    with pytest.raises(ConfigError, match="no zip archive"):
        RuleSet.load([tmp_path / "broken.zip"])


COUNTING_EACH_OTHER = """title: A
name: a
correlation: {type: event_count, rules: [b], timespan: 5m, condition: {gte: 2}}
---
title: B
name: b
correlation: {type: temporal, timespan: 5m, condition: c and base}
---
title: C
name: c
correlation: {type: event_count, rules: [a], timespan: 5m, condition: {gte: 2}}
---
title: D
correlation: {type: event_count, rules: [a], timespan: 5m, condition: {gte: 2}}
---
title: Base
name: base
logsource: {category: webserver}
detection: {s: {c-ip: x}, condition: s}
"""


def test_correlations_that_count_each_other_are_each_said_so_and_others_are_not(tmp_path):
    (tmp_path / "r.yml").write_text(COUNTING_EACH_OTHER)
    with pytest.raises(ConfigError) as caught:
        RuleSet.load([tmp_path])
    said = {problem.line: problem.what.partition(":")[2] or problem.what for problem in caught.value.problems}
    assert said == {
        3: " a → b → c → a",
        7: " b → c → a → b",
        11: " c → a → b → c",
        14: "the rule a is not there, or was refused",
    }


def test_a_correlation_may_name_in_its_condition_one_that_stands_behind_it(tmp_path):
    (tmp_path / "r.yml").write_text(COUNTING_EACH_OTHER.replace("rules: [a], ", "rules: [base], "))
    assert [rule.about.title for rule in RuleSet.load([tmp_path]).correlations] == ["C", "D", "B", "A"]


def test_the_hour_of_an_event_is_one_in_utc(tmp_path):
    (tmp_path / "r.yml").write_text(
        "title: T\nlogsource: {product: nabat}\ndetection:\n  s:\n    '@timestamp|hour': [2, 3]\n  condition: s\n"
    )
    hours = [{"@timestamp": datetime(2026, 3, 2, hour, 59, tzinfo=UTC), "user.id": "anna"} for hour in range(5)]
    assert matched(RuleSet.load([tmp_path]), hours) == [False, False, True, True, False]


CAPITALS = """title: A
name: a
logsource: {category: process_creation}
detection: {one: {Image: a}, two: {User: u}, condition: 1 OF one AND NOT two}
---
title: B
name: b
logsource: {category: process_creation}
detection: {NOT: {Image: b}, condition: NOT}
---
title: C
correlation: {type: temporal_ordered, rules: [a, b], group-by: [User], timespan: 5m, condition: a AND b}
"""


def test_operators_in_capitals_are_operators_unless_something_bears_that_name(tmp_path):
    (tmp_path / "rules.yml").write_text(CAPITALS)
    events = [{"ts": f"2026-01-01T00:00:0{n}Z", "Image": image, "User": "v"} for n, image in enumerate("ab")]
    found = evaluate([tmp_path / "rules.yml"], [*events, {**events[0], "User": "u"}], "ts")
    assert [(each["event"], each["rule"]) for each in found] == [(2, "C")]


RULE = HEAD + "name: base\ndetection:\n  s:\n    c-ip: x\n  condition: s\n---\n"
FILTER = (
    "title: F\nlogsource:\n  {source}\nfilter:\n  rules: {rules}\n  f:\n    {field}: y\n  condition: not {selection}\n"
)
COUNTED = (
    "title: C\nname: many\ncorrelation:\n  type: event_count\n  rules: [base]\n  timespan: 5m\n  group-by: [c-ip]\n"
    "  condition:\n    gte: 2\n---\n"
)
WRONG_FILTERS = [
    ("a selection that is not there", {"selection": "g"}, 8, "'g' not defined"),
    ("a modifier that is not there", {"field": "c-ip|near"}, 7, "near"),
    ("a column that is not there", {"source": "product: nabat", "rules": "any", "field": "user.nam"}, 7, "user.nam"),
    ("a rule of another log source", {"source": "category: proxy"}, 5, "another log source"),
    ("a rule of a wider log source", {"source": "{category: webserver, product: apache}"}, 5, "wider"),
    ("a rule about several events", {"rules": "[many]"}, 5, "several events"),
    ("no rule at all", {"source": "product: toaster", "rules": "any"}, 2, "no rule is of its log source"),
    ("a rule that is not there", {"rules": "[base, gone]"}, 5, "the rule gone is not there"),
]


@pytest.mark.parametrize(("what", "given", "line", "said"), WRONG_FILTERS, ids=[row[0] for row in WRONG_FILTERS])
def test_a_filter_that_is_wrong_or_narrows_nothing_is_refused_and_the_rule_stays(tmp_path, what, given, line, said):
    ours = "title: N\nlogsource:\n  product: nabat\ndetection:\n  s:\n    user.name: x\n  condition: s\n"
    (tmp_path / "rules.yml").write_text(RULE + COUNTED + ours)
    filled = {"source": "category: webserver", "rules": "[base]", "field": "c-ip", "selection": "f", **given}
    text = FILTER.format(**filled)
    (tmp_path / "filter.yml").write_text(text)
    rules = RuleSet.load([tmp_path], tolerant=True)
    assert [(problem.file[-10:], problem.line) for problem in rules.skipped] == [("filter.yml", line)]
    assert said in str(rules.skipped[0])
    assert {rule.about.title for rule in rules.events} == {"T", "N"}


def test_a_filter_may_name_a_rule_by_its_name(tmp_path):
    filled = FILTER.format(source="category: webserver", rules="[base]", field="c-ip", selection="f")
    (tmp_path / "rules.yml").write_text(RULE + filled)
    (rule,) = RuleSet.load([tmp_path]).events
    assert rule.filters == ("F",)


def test_every_rule_file_of_a_folder_is_read_however_it_lies_there(tmp_path):
    folder, elsewhere = tmp_path / "rules", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    body = "title: {0}\nid: {0}\nlogsource:\n  category: webserver\ndetection:\n  s:\n    c-ip: x\n  condition: s\n"
    (folder / "UP.YML").write_text(body.format("capitals"))
    (elsewhere / "a.yml").write_text(body.format("linked"))
    (folder / "team").symlink_to(elsewhere)
    (elsewhere / "round").symlink_to(folder)
    with zipfile.ZipFile(folder / "pack.Zip", "w") as archive:
        archive.writestr("in/b.YAML", body.format("packed"))
    (folder / "half.zip").write_bytes(b"PK")
    (folder / "..data").mkdir()  # as Kubernetes mounts files
    (folder / "..data" / "c.yml").write_text(body.format("mounted"))
    (folder / "c.yml").symlink_to("..data/c.yml")
    rules = RuleSet.load([folder], tolerant=True)
    assert {rule.about.title for rule in rules.events} == {"capitals", "linked", "packed", "mounted"}
    assert [problem.file for problem in rules.skipped] == [f"{folder}/half.zip"]
    with pytest.raises(ConfigError, match="no zip archive"):
        RuleSet.load([folder])


def test_rules_are_checked_beside_those_in_use(tmp_path):
    used, more = tmp_path / "used", tmp_path / "more"
    used.mkdir()
    more.mkdir()
    (used / "base.yml").write_text(RULE.removesuffix("---\n"))
    (used / "wrong.yml").write_text("title: W\n")
    (more / "count.yml").write_text(
        COUNTED + FILTER.format(source="category: webserver", rules="[base]", field="c-ip", selection="f")
    )
    found = check_rules([more], beside=[used])
    assert (found.problems, found.runs) == ((), 1)
    assert {problem.file for problem in check_rules([used], beside=[used, more]).problems} == {f"{used}/wrong.yml"}


def test_samples_of_what_is_not_there_do_not_pass(tmp_path):
    with pytest.raises(ConfigError, match="my-rulez: is not there"):
        test_rules([tmp_path / "my-rulez"], RuleContext())


def test_techniques_that_are_counted_are_those_that_rules_name(tmp_path):
    (tmp_path / "a.yml").write_text(RULE.removesuffix("---\n"))
    found = rule_coverage(RuleSet.load([tmp_path]))
    assert (len(found.techniques), found.named) == (1, ())
