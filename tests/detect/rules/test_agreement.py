"""A rule over a log's own fields says the same of plain events (``evaluate``) and of decoded ones (as replay does).

For every golden sample of a format whose fields rules name: each field of the raw record becomes rules (its value, a
part of it, another value), and all rules are asked of all events in both ways.
"""

import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest
import yaml

from detector import frames
from detector.decode import Decoder
from detector.decode.json.explode import Unfold
from detector.detect.rules import RuleContext, RuleSet, evaluate
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.columns.native_values import reach
from detector.detect.rules.matching.match import RuleMatcher
from tests.decode.batches import KEY, batch_of, settings_for
from tests.decode.golden import FOLDER, Block, read

Event = dict[str, Any]


def without_nulls(value: Any) -> Any:
    """Leave out what is null: decoded events do not know such a field from one that is not there."""
    if isinstance(value, dict):
        return {key: without_nulls(inner) for key, inner in value.items() if inner is not None}
    return [without_nulls(each) for each in value] if isinstance(value, list) else value


def unfolded(each: tuple[str, ...] = (), pairs: tuple[str, ...] = ()):
    def records(block: Block) -> list[Event]:
        item = without_nulls(json.loads(block.record))
        return Unfold(each, pairs)(item) if isinstance(item, dict) else []

    return records


def of_windows_json(block: Block) -> list[Event]:
    """Return NXLog's objects, whose names are Windows' own; others write them within objects of theirs."""
    item = json.loads(block.record)
    return [{"Channel": "Security", **item}] if "EventID" in item and "EventTime" in item else []


def of_windows_xml(block: Block) -> list[Event]:
    event = ElementTree.fromstring(block.record[block.record.index("<Event") :])
    local = {each: each.tag.rpartition("}")[2] for each in event.iter()}
    made: Event = {}
    for part in event:
        for each in part:
            if local[part] == "System":
                made |= {f"{local[each]}_{key}": value for key, value in each.attrib.items()}
                made |= {local[each]: each.text} if (each.text or "").strip() else {}
            elif local[part] == "EventData" and each.get("Name"):
                made[each.get("Name")] = each.text
            elif local[part] == "UserData":
                made |= {local[inner]: inner.text for inner in each}
            elif local[part] == "EventData" and each.text:
                made.setdefault("Data", []).append(each.text)
    if made["EventID"] == "33205":
        return []  # read as the audit record within
    return [{"Channel": "Security", **made}]  # where the file does not say


def decoded(value: str) -> str:
    """Return an argument that the daemon wrote as hexadecimal digits."""
    return bytes.fromhex(value).decode() if len(value) > 8 and re.fullmatch("(?:[0-9A-F]{2})+", value) else value


def of_auditd(block: Block) -> list[Event]:
    """Return each line as an event; what the daemon wrote in quotes is taken out of them."""
    made = []
    for line in block.lines:
        head, _, rest = line.partition("): ")
        pairs = dict(re.findall(r'([A-Za-z0-9_-]+)=("[^"]*"|[^ \'"\x1d]+)', rest.replace("msg='", "")))
        values = {key: value.strip('"') for key, value in pairs.items() if value not in ("(null)", "?", "(none)")}
        values = {key: decoded(value) if "type=EXECVE" in head else value for key, value in values.items()}
        kind = re.search(r"type=(\S+)", head)
        made += [{"type": kind[1], **values}] if kind else []
    return made


TIMES = {"@timestamp", "eventTime", "published", "CreationTime", "id.time", "requestReceivedTimestamp"}
FORMATS = [
    # format, log source, records of a block, fields that are not kept as they are (and why)
    ("cloudtrail", {"product": "aws", "service": "cloudtrail"}, unfolded(("Records",)), {
        "userIdentity.accessKeyId",  # hashed
        "requestParameters.key", "requestParameters.x-amz-copy-source",  # names of clients' files
        "resources.type", "resources.ARN", "resources.accountId",
        "responseElements.credentials.sessionToken", "responseElements.credentials.accessKeyId",
    }),
    ("okta", {"product": "okta", "service": "okta"}, unfolded(), {
        "authenticationContext.externalSessionId", "authenticationContext.rootSessionId",  # hashed
    }),
    ("m365", {"product": "m365", "service": "audit"},
        unfolded((), ("ExtendedProperties", "Parameters", "OperationProperties", "DeviceProperties")), {
        "SessionId", "AppAccessContext.AADSessionId", "DeviceProperties.SessionId",  # hashed
        "Parameters",  # an object in some records, of which the fields alone are kept
    }),
    ("workspace", {"product": "gcp"}, unfolded(("items", "events"), ("parameters",)), {
        "parameters.session_id",  # hashed
    }),
    ("json", {"product": "kubernetes", "service": "audit"}, unfolded(), set()),
    ("windows.json", {"product": "windows"}, of_windows_json, {
        "EventTime", "TimeCreated", "Keywords",  # a number; here as Windows writes it in XML
    }),
    ("windows.xml", {"product": "windows"}, of_windows_xml, {
        "TimeCreated_SystemTime", "ProcessID",  # NXLog calls the process that wrote the event so
    }),
    ("auditd", {"product": "linux", "service": "auditd"}, of_auditd, {
        # What stands in PATH beside the name; items of several lines; the decoded forms of these.
        "item", "inode", "dev", "mode", "ouid", "ogid", "rdev", "nametype", "cap_fp", "cap_fi", "cap_fe", "cap_fver",
        "argc", "name", "proctitle", "cmd", "data", "acct", "msg",
        "SYSCALL",  # known of raw logs, too
    }),
]  # fmt: skip


def paths(event: Event) -> Iterator[str]:
    """Yield the way to every value, through lists too."""

    def walk(value: Any, way: str) -> Iterator[str]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from walk(inner, f"{way}.{key}" if way else key)
        elif isinstance(value, list) and any(isinstance(each, dict) for each in value):
            for each in value:
                yield from walk(each, way)
        elif value not in (None, "", []):
            yield way

    return iter(dict.fromkeys(walk(event, "")))


def pattern(text: str) -> str:
    return re.sub(r"([\\*?])", r"\\\1", text)


def rules_of(event: Event, left_out: set[str]) -> Iterator[dict[str, Any]]:
    for path in paths(event):
        if path in left_out or path in TIMES or "|" in path:
            continue
        for text in filter(None, reach(event, path) or ()):
            yield {path: pattern(text)}
            yield {f"{path}|contains": pattern(text[len(text) // 3 :])}
            yield {f"{path}|startswith": pattern(text[:4])}
            yield {path: pattern(f"{text}x")}
        yield {f"{path}|exists": True}


def matched(name: str, logsource: dict[str, str], blocks: list[Block], folder, settings) -> dict[int, set[str]]:
    """Return the ids of the rules that match the event of each block."""
    rules = RuleSet.load([folder], context=RuleContext.of(settings))
    assert not rules.waiting
    matcher = RuleMatcher(rules.events, frames.EVENT_SCHEMA)
    decoder = Decoder(settings, session_key=KEY)
    found: dict[int, set[str]] = {}
    for number, block in enumerate(blocks):
        more = {"header": block.told["header"]} if "header" in block.told else {}
        frame: pl.DataFrame = decoder.decode(batch_of([block.record], stream=f"s{number}", **more)).frame
        matches = matcher.match(FrameView(frame))
        assert not matches.failed
        found[number] = {rules.events[rule].about.id for rule in matches.rows}
    return found


@pytest.mark.parametrize(("name", "logsource", "records", "left_out"), FORMATS, ids=[row[0] for row in FORMATS])
def test_plain_and_decoded_events_match_the_same_rules(tmp_path, name, logsource, records, left_out):
    blocks = [block for block in read(FOLDER / f"{name}.samples") if "reject" not in block.expected]
    blocks = [block for block in blocks if not {"log_format", "beside"} & set(block.told) and records(block)]
    # Of lines whose record is not whole only the type is known; as lines of whole records they are parts of these.
    blocks = [block for block in blocks if "incomplete" not in (block.expected.get("log.flags") or ())]
    selections = {
        json.dumps(selection, sort_keys=True): selection
        for block in blocks
        for event in records(block)
        for selection in rules_of(event, left_out)
    }
    assert len(selections) > 30
    path = tmp_path / "rules.yml"
    documents = [
        {"title": str(n), "id": f"r{n}", "logsource": logsource, "detection": {"s": each, "condition": "s"}}
        for n, each in enumerate(selections.values())
    ]
    path.write_text(yaml.safe_dump_all(documents, allow_unicode=True), encoding="utf-8")
    settings = settings_for(format=name, sigma=logsource)
    found = matched(name, logsource, blocks, path, settings)
    asked = dict(zip((document["id"] for document in documents), selections.values(), strict=True))
    for number, block in enumerate(blocks):
        expected = {one["rule"] for one in evaluate([path], records(block))}
        differing = {rule: asked[rule] for rule in expected ^ found[number]}
        assert not differing, (block.record, differing)
        assert expected
