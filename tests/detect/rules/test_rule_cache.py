"""Kept rules are the rules that reading would give, or none."""

import os
import zipfile
from pathlib import Path

import pytest

from detector.detect.rules import RuleContext, RuleSet
from detector.detect.rules.loading import load_rules as reading
from detector.resources import shipped

RULE = "title: T\nid: {id}\nlogsource: {{product: nabat}}\ndetection:\n  s:\n    {test}\n  condition: s\n"
EVERY = """
title: Every kind of test
name: every
logsource: {product: nabat}
detection:
  a:
    url.path|contains|all: [x, '*y?z']
    user.name|cased: Anna
    source.ip|cidr: ['192.0.2.0/24', '2001:db8::/32']
    http.response.status_code|gte: 400
    url.query|re|i: 'a+b'
    '@timestamp|hour': 3
    labels.n|exists: true
    labels.m: null
    user.id|fieldref|startswith: user.name
    nabat.new: 1.5
  condition: a or not a
---
title: Several
correlation:
  type: temporal_ordered
  rules: [every]
  timespan: 1h
"""


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count how often rules are read from their files."""
    counted: list[int] = []
    really = reading.load_rules
    monkeypatch.setattr(reading, "load_rules", lambda *given, **named: (counted.append(1), really(*given, **named))[1])
    return counted


@pytest.mark.parametrize("plain", [False, True])
def test_kept_rules_are_those_that_reading_gives(tmp_path: Path, reads: list[int], plain: bool) -> None:
    (tmp_path / "every.yml").write_text(EVERY.replace("    nabat.new: 1.5\n", ""))
    (tmp_path / "bad.yml").write_text("title: Bad\n")
    (tmp_path / "waits.yml").write_text(RULE.format(id="w", test="a: x").replace("product: nabat", "product: macos"))
    paths = [shipped("rules"), tmp_path]
    told = [RuleSet.load(paths, tolerant=True, plain=plain, cache=tmp_path / "c") for _ in range(3)]
    assert len(reads) == 1
    assert told[0] == told[1] == told[2] == RuleSet.load(paths, tolerant=True, plain=plain)
    assert told[0].skipped
    assert plain or told[0].waiting


def test_whatever_changes_they_are_read_again(tmp_path: Path, reads: list[int]) -> None:
    rule, cache = tmp_path / "r.yml", tmp_path / "c"
    rule.write_text(RULE.format(id="a", test="url.path|expand: '%x%'"))

    def ids(*texts: str, paths: tuple[Path, ...] = (rule,), **more: object) -> list[str]:
        context = RuleContext({"x": texts or ("y",)})
        return [each.about.id for each in RuleSet.load(paths, cache=cache, context=context, **more).events]  # type: ignore[arg-type]

    assert ids() == ids() == ["a"]
    rule.write_text(RULE.format(id="b", test="url.path|expand: '%x%'"))
    assert ids() == ["b"]
    assert len(reads) == 2
    ids("z")
    assert len(reads) == 3
    assert ids("z", disabled=["b"]) == []
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        archive.writestr("r.yml", RULE.format(id="c", test="url.path: x"))
    assert ids(paths=(tmp_path / "p.zip",)) == ids(paths=(tmp_path / "p.zip",)) == ["c"]
    assert len(reads) == 5


@pytest.mark.parametrize("spoil", ["cut", "other", "writable", "link", "folder"])
def test_a_cache_that_is_not_whole_or_not_ones_own_is_not_used(tmp_path: Path, reads: list[int], spoil: str) -> None:
    rule, cache = tmp_path / "r.yml", tmp_path / "c"
    rule.write_text(RULE.format(id="a", test="url.path: x"))
    expected = RuleSet.load([rule], cache=cache)
    (kept,) = cache.iterdir()
    data = kept.read_bytes()
    if spoil == "cut":
        kept.write_bytes(data[: len(data) // 2])
    elif spoil == "other":
        kept.write_bytes(data.replace(b'"t","url.path"', b'"t",7'))
    elif spoil == "writable":
        kept.chmod(0o666)
    else:
        kept.unlink()
        (tmp_path / "elsewhere").write_bytes(data)
        os.symlink(tmp_path / "elsewhere", kept) if spoil == "link" else kept.mkdir()
    assert RuleSet.load([rule], cache=cache).events[0].about == expected.events[0].about
    assert len(reads) == 2


def test_where_nothing_can_be_kept_rules_are_read(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(RULE.format(id="a", test="url.path: x"))
    (tmp_path / "c").write_text("a file")
    assert len(RuleSet.load([tmp_path / "r.yml"], cache=tmp_path / "c")) == 1
