"""Our renaming against pySigma's own pipeline, over the ways a rule can name a field."""

from dataclasses import replace

import pytest
from sigma.processing.pipeline import ProcessingItem, ProcessingPipeline
from sigma.processing.transformations import FieldMappingTransformation
from sigma.rule import SigmaRule

from detector.detect.rules.condition import Node
from detector.detect.rules.loading.sigma_conditions import from_sigma
from detector.detect.rules.logsources.event_scope import Source
from detector.detect.rules.logsources.table import LogSource, LogSources

WEB = LogSources().find(LogSource(category="webserver"))

DETECTIONS = [
    ("one column", {"s": {"c-ip": "192.0.2.7"}, "condition": "s"}),
    ("several values", {"s": {"c-useragent|contains": ["sqlmap", "nikto"]}, "condition": "s"}),
    ("several columns", {"s": {"cs-uri-query|contains": "select"}, "condition": "s"}),
    ("all values in one of several columns", {"s": {"cs-uri-query|contains|all": ["a", "b"]}, "condition": "s"}),
    ("not in any of several columns", {"s": {"cs-uri-query": "a"}, "condition": "not s"}),
    ("maps in a list", {"s": [{"cs-uri-query": "a", "sc-status": 200}, {"cs-uri-stem": "/b"}], "condition": "s"}),
    ("keywords", {"s": ["union", "select"], "condition": "s"}),
    ("a field that is ours already", {"s": {"url.path|startswith": "/crm"}, "condition": "s"}),
    (
        "another field",
        {"s": {"c-ip|fieldref": "src_ip", "cs-host|fieldref|endswith": "cs-uri-query"}, "condition": "s"},
    ),
    ("a field that is not there", {"s": {"r-dns": None}, "condition": "s"}),
    ("two selections", {"s": {"c-uri": "/a"}, "t": {"cs-uri-query|re": "a.b"}, "condition": "1 of them"}),
]


def _rule(detection: dict[str, object]) -> SigmaRule:
    return SigmaRule.from_dict({"title": "T", "logsource": {"category": "webserver"}, "detection": detection})


def _nodes(rule: SigmaRule) -> list[Node]:
    return [from_sigma(condition.parsed) for condition in rule.detection.parsed_condition]


@pytest.mark.parametrize("detection", [row[1] for row in DETECTIONS], ids=[row[0] for row in DETECTIONS])
def test_fields_are_renamed_as_a_pipeline_of_sigma_would(detection: dict[str, object]) -> None:
    assert isinstance(WEB, Source)
    reading = WEB.readings[0]
    names = {field: list(reading.names(field)) for field in reading.fields}
    ours, theirs = _rule(detection), _rule(detection)
    items = [ProcessingItem(FieldMappingTransformation(names))]
    ProcessingPipeline(name="theirs", items=items).apply(theirs)
    (expected,), (node,) = _nodes(theirs), _nodes(ours)
    assert replace(reading, keywords=("",)).condition(node) == expected
