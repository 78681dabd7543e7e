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


def unfolded(each: tuple[str, ...] = (), pairs: tuple[str, ...] = ()):
    def records(block: Block) -> list[Event]:
        item = json.loads(block.record)
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
    """Return each line as an event, folders left out; what the daemon wrote in quotes is taken out of them."""
    made = []
    for line in [line for line in block.lines if "nametype=PARENT" not in line]:
        head, _, rest = line.partition("): ")
        pairs = dict(re.findall(r'([A-Za-z0-9_-]+)=("[^"]*"|[^ \'"\x1d]+)', rest.replace("msg='", "")))
        values = {key: value.strip('"') for key, value in pairs.items() if value not in ("(null)", "?", "(none)")}
        values = {key: decoded(value) if "type=EXECVE" in head else value for key, value in values.items()}
        kind = re.search(r"type=(\S+)", head)
        made += [{"type": kind[1], **values}] if kind else []
    return made


# Times as columns hold them: what is asked of their parts is the same.
TIMES = {"@timestamp", "eventTime", "published", "CreationTime", "id.time", "EventTime", "TimeCreated_SystemTime"}
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
        "Keywords",  # a number; here as Windows writes it in XML
    }),
    ("windows.xml", {"product": "windows"}, of_windows_xml, {
        "ProcessID",  # NXLog calls the process that wrote the event so
    }),
    ("auditd", {"product": "linux", "service": "auditd"}, of_auditd, {
        # What stands in PATH beside the name; items of several lines; the decoded forms of these.
        "item", "inode", "dev", "ouid", "ogid", "rdev", "cap_fp", "cap_fi", "cap_fe", "cap_fver",
        "name", "proctitle", "cmd", "data", "acct", "msg",
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


def of_time(path: str) -> Iterator[dict[str, Any]]:
    for part, limit in (("hour", 7), ("day", 17), ("month", 5), ("year", 2026)):
        yield {f"{path}|{part}": limit}
        yield {f"{path}|{part}": limit + 1}
    yield {f"{path}|hour|gte": 7}
    yield {f"{path}|exists": True}


def rules_of(event: Event, left_out: set[str]) -> Iterator[dict[str, Any]]:
    for path in paths(event):
        if path in left_out or "|" in path:
            continue
        if path in TIMES:
            yield from of_time(path)
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


def keyworded(words: dict[str, Any], logsource: dict[str, str], folder) -> Any:
    """Write a rule for each keyword."""
    path = folder / "words.yml"
    documents = [
        {"title": name, "id": name, "logsource": logsource, "detection": {"s": each, "condition": "s"}}
        for name, each in words.items()
    ]
    path.write_text(yaml.safe_dump_all(documents, allow_unicode=True), encoding="utf-8")
    return path


AT = "2026-05-17T07:05:03.000Z"
WORDS = {
    "backslash": ["C:\\temp\\evil"],
    "quote": ['say "hello"'],
    "letters": ["привет"],
    "tab": ["tab\there"],
    "newline": ["line1\nline2"],
    "within a list": ['the "last" one'],
    "wildcard": ["evil*hello"],  # not from one value to the next
    "anchored": {"|re": ["^C:.temp"]},
    "field names": ["_name"],
    "a pair as it is written": ['"a": 1'],
}
SAID = ["C:\\temp\\evil", 'say "hello"', "привет", "tab\there", "line1\nline2", 'the "last" one']
SPOKEN = [
    ("json", {"product": "kubernetes", "service": "audit"}, lambda text: {"@timestamp": AT, "the_name": [{"m": text}]}),
    ("journald", {"product": "linux"},
        lambda text: {"__REALTIME_TIMESTAMP": "1779001503000000", "SYSLOG_IDENTIFIER": "x", "_name": "",
            "MESSAGE": text}),
    ("postgresql.json", {"category": "database"},
        lambda text: {"timestamp": "2026-05-17 07:05:03.000 UTC", "user_name": "", "user": "anna", "dbname": "crm",
            "pid": 7, "session_id": "s", "error_severity": "LOG", "message": text, "backend_type": "client backend"}),
    ("pino", {"product": "nodejs", "category": "application"},
        lambda text: {"level": 50, "time": 1779001503000, "pid": 1, "hostname": "h", "err_name": "",
            "res": {"statusCode": 500}, "msg": text}),
    ("cloudtrail", {"product": "aws", "service": "cloudtrail"},
        lambda text: {"eventVersion": "1.08", "eventTime": AT, "eventSource": "s3.amazonaws.com", "eventName": "X",
            "awsRegion": "us-east-1", "sourceIPAddress": "192.0.2.7", "eventID": "e", "eventType": "AwsApiCall",
            "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::1:user/a"},
            "requestParameters": {"the_name": [{"m": text}]}}),
]  # fmt: skip


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize(("name", "logsource", "event"), SPOKEN, ids=[row[0] for row in SPOKEN])
def test_keywords_are_looked_for_in_values_as_they_are(tmp_path, name, logsource, event, ascii_only):
    path = keyworded(WORDS, logsource, tmp_path)
    events = [event(text) for text in SAID]
    blocks = [Block([], {}, {}, [json.dumps(each, ensure_ascii=ascii_only)]) for each in events]
    found = matched(name, logsource, blocks, path, settings_for(format=name, sigma=logsource))
    for number, each in enumerate(events):
        expected = {one["rule"] for one in evaluate([path], [each])}
        assert found[number] == expected, SAID[number]
        assert expected


def test_keywords_are_looked_for_in_what_csv_quotes_and_docker_wraps(tmp_path):
    words = {"quote": ['say "hello"'], "name": ["err_name"]}
    csv = (
        '2026-05-17 07:05:03.000 UTC,"anna","crm",7,"192.0.2.7:1",s,1,"SELECT",2026-05-17 07:05:03 UTC,1/1,0,LOG,00000,'
        '"statement: say ""hello""",,,,,,,,,"psql","client backend",,0'
    )
    said = {"level": 50, "time": 1779001503000, "err_name": "", "res": {"statusCode": 500}, "msg": 'say "hello"'}
    docker = json.dumps({"log": json.dumps(said) + "\n", "stream": "stdout", "time": AT})
    for name, logsource, line in [
        ("postgresql.csv", {"category": "database"}, csv),
        ("docker:pino", {"product": "nodejs", "category": "application"}, docker),
    ]:
        path = keyworded(words, logsource, tmp_path)
        found = matched(name, logsource, [Block([], {}, {}, [line])], path, settings_for(format=name, sigma=logsource))
        assert found[0] == {"quote"}, name


SQUID = "1779001503.250 125 192.0.2.17 TCP_MISS/200 512 {} anna HIER_DIRECT/203.0.113.9 text/html"
ASKED = [
    # what was asked for, and a part of the URL that is found
    ("GET http://paste.example.org/raw/abc?x=1", {"c-uri|contains": ".example.org/raw/"}, True),
    ("GET http://paste.example.org/raw/abc?x=1", {"c-uri": "http://paste.example.org/raw/abc?x=1"}, True),
    ("GET https://paste.example.org/raw", {"cs-uri|startswith": "https://paste"}, True),
    ("GET https://paste.example.org/raw", {"cs-uri|re": "^http:"}, False),
    ("CONNECT paste.example.org:443", {"c-uri": "paste.example.org"}, True),
    ("GET http://paste.example.org/raw/abc", {"c-uri": "/raw/abc"}, True),  # as published rules write it
    ("GET http://paste.example.org/raw/abc", {"c-uri|contains": "abc.example"}, False),
    ("GET http://paste.example.org/raw/abc", ["example.org/raw"], True),
]


@pytest.mark.parametrize(("asked", "selection", "expected"), ASKED, ids=range(len(ASKED)))
def test_what_a_proxy_was_asked_for_is_a_whole_url(tmp_path, asked, selection, expected):
    logsource = {"category": "proxy"}
    path = keyworded({"url": selection}, logsource, tmp_path)
    block = Block([], {}, {}, [SQUID.format(asked)])
    assert matched("squid", logsource, [block], path, settings_for(format="squid")) == {
        0: {"url"} if expected else set()
    }


EXISTING = {
    "there": {"A|exists": True},
    "not there": {"A|exists": False},
    "nothing": {"A": None},
    "in an object": {"A.b|exists": True},
    "not in an object": {"A.b|exists": False},
}
VALUES = [None, "", "x", 0, False, [], {}, {"b": 1}, {"b": None}, {"b": {"c": 1}}, [{"b": 1}], [None]]


@pytest.mark.parametrize(
    ("name", "logsource", "event"), [row for row in SPOKEN if row[0] in ("json", "pino", "cloudtrail")]
)
def test_a_field_exists_whatever_it_holds(tmp_path, name, logsource, event):
    path = keyworded(EXISTING, logsource, tmp_path)
    events = [*({**event("x"), "A": value} for value in VALUES), event("x")]
    blocks = [Block([], {}, {}, [json.dumps(each)]) for each in events]
    found = matched(name, logsource, blocks, path, settings_for(format=name, sigma=logsource))
    for number, each in enumerate(events):
        assert found[number] == {one["rule"] for one in evaluate([path], [each])}, each


GOOGLE = {"product": "gcp", "service": "gcp.audit"}
ENTRA = {"product": "azure", "service": "signinlogs"}
AUDITED = {"timestamp": AT, "protoPayload": {"methodName": "v1.compute.firewalls.delete"}, "resource": {"type": "gce"}}
SIGNED = {
    "time": AT,
    "category": "SignInLogs",
    "properties": {"status": {"errorCode": 50126}, "riskState": "atRisk", "appDisplayName": "CRM"},
}
CALLED = [
    (GOOGLE, AUDITED, {"gcp.audit.method_name|startswith": "v1.compute"}, True),
    (GOOGLE, AUDITED, {"data.protoPayload.methodName": "v1.compute.firewalls.delete"}, True),
    (GOOGLE, AUDITED, {"protoPayload.methodName|endswith": ".delete"}, True),
    (GOOGLE, AUDITED, {"gcp.audit.method_name|contains": ["firewalls.insert"]}, False),
    (ENTRA, SIGNED, {"ResultType": 50126, "riskState": "atRisk"}, True),
    (ENTRA, SIGNED, {"AppDisplayName": "CRM"}, True),
    (ENTRA, SIGNED, {"properties.riskState": "atRisk", "category": "SignInLogs"}, True),
    (ENTRA, SIGNED, {"riskState": None}, False),
    (ENTRA, SIGNED, {"RiskDetail|exists": False, "riskState|exists": True}, True),
    (ENTRA, SIGNED, {"ResultType": 0}, False),
]


@pytest.mark.parametrize(("logsource", "event", "selection", "expected"), CALLED, ids=range(len(CALLED)))
def test_clouds_fields_are_found_by_the_names_that_published_rules_have(
    tmp_path, logsource, event, selection, expected
):
    path = keyworded({"it": selection}, logsource, tmp_path)
    blocks = [Block([], {}, {}, [json.dumps(event)])]
    found = matched("json", logsource, blocks, path, settings_for(format="json", sigma=logsource))
    assert found == {0: {"it"} if expected else set()}


def test_a_policy_within_a_request_is_found_as_it_is_written(tmp_path):
    logsource = {"product": "aws", "service": "cloudtrail"}
    path = keyworded({"it": {"requestParameters|contains|all": ['"Effect":"Allow"', "s3:Get"]}}, logsource, tmp_path)
    event = next(each for each in SPOKEN if each[0] == "cloudtrail")[2]("x")
    for number, (effect, expected) in enumerate((("Allow", {"it"}), ("Deny", set()))):
        policy = json.dumps({"Effect": effect, "Action": ["s3:GetObject"]}, separators=(",", ":"))
        block = Block([], {}, {}, [json.dumps({**event, "requestParameters": {"policyDocument": policy}})])
        assert matched("cloudtrail", logsource, [block], path, settings_for(format="cloudtrail")) == {0: expected}, (
            number
        )


@pytest.mark.parametrize(("agent", "expected"), [("", {"it"}), ("-", set()), ("curl/8", set())])
def test_a_proxys_client_without_a_name_is_one_that_sent_an_empty_one(tmp_path, agent, expected):
    path = keyworded({"it": {"c-useragent": ""}}, {"category": "proxy"}, tmp_path)
    line = (
        '192.0.2.1 - anna [17/May/2026:10:05:03 +0300] "GET http://crm.example.org/ HTTP/1.1" 200 99 "-" '
        f'"{agent}" TCP_MISS:HIER_DIRECT'
    )
    settings = settings_for(format="squid.combined")
    assert matched("squid.combined", {}, [Block([], {}, {}, [line])], path, settings) == {0: expected}
