"""Files that are no lines, read as they come from their cloud: documents, arrays, pieces, rows over several lines."""

import gzip
import json
from collections import Counter

import pytest
from click.testing import CliRunner

from detector.cli import nabat

LINE = '203.0.113.5 - anna [17/May/2026:10:05:03 +0300] "GET / HTTP/1.1" 200 512 "-" "curl/8.5.0"'
LONG = LINE[:-1] + "A" * 20_000 + '"'
PIECE = 16_384


def called(at):
    return {
        "eventVersion": "1.09",
        "userIdentity": {"type": "IAMUser", "userName": "anna"},
        "eventTime": f"2026-05-17T07:05:0{at}Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "requestParameters": {"bucketName": "crm", "key": f"clients/{at}"},
    }


def audited(at):
    return {
        "CreationTime": f"2026-05-17T07:05:0{at}",
        "Operation": "FileAccessed",
        "RecordType": 6,
        "Workload": "SharePoint",
        "UserId": "anna@example.org",
    }


def acted(at):
    return {
        "kind": "admin#reports#activity",
        "id": {"time": f"2026-05-17T07:05:0{at}Z", "applicationName": "drive"},
        "actor": {"email": "anna@example.org"},
        "events": [{"name": "view"}, {"name": "download"}],
    }


def signed_in(at):
    return {
        "actor": {"id": "1", "alternateId": "anna@example.org"},
        "displayMessage": "x" * 1100,
        "uuid": str(at),
        "published": f"2026-05-17T07:05:0{at}.000Z",
        "eventType": "user.session.start",
        "outcome": {"result": "SUCCESS"},
    }


def docked(text):
    entry = {"log": text, "stream": "stdout", "time": "2026-05-17T07:05:03.1Z"}
    return json.dumps(entry, separators=(",", ":")) + "\n"


def cri(tag, text):
    return f"2026-05-17T07:05:03.123456789Z stdout {tag} {text}\n"


def row(at):
    text = json.dumps(audited(at), indent=at or None).replace('"', '""')
    return f'r{at},2026-05-17T07:05:03Z,6,FileAccessed,anna@example.org,"{text}",\r\n'


def edge(*rows):
    fields = "#Version: 1.0\n#Fields: date time x-edge-location c-ip cs-method cs-uri-stem sc-status\n"
    return fields + "".join("\t".join(one) + "\n" for one in rows)


EDGE = ("2026-05-17", "07:05:03", "FRA50-C1", "192.0.2.1", "GET", "/", "200")
THREE = range(3)
FILES = {
    "one object on one line": (json.dumps({"Records": list(map(called, THREE))}), {"aws.cloudtrail": 3}),
    "one object over lines": (json.dumps({"Records": list(map(called, THREE))}, indent=2), {"aws.cloudtrail": 3}),
    "one event a line": ("".join(json.dumps(called(at)) + "\n" for at in THREE), {"aws.cloudtrail": 3}),
    "an array of audit records": (json.dumps(list(map(audited, THREE))), {"m365.audit": 3}),
    "an exported table": (
        "\ufeffRecordId,CreationDate,RecordType,Operation,UserId,AuditData,AssociatedAdminUnits\r\n"
        + "".join(map(row, THREE)),
        {"m365.audit": 3, "header": 1},
    ),
    "a page of activities": (
        json.dumps({"kind": "x", "items": list(map(acted, THREE))}, indent=1),
        {"google_workspace": 6},
    ),
    "an array of sign-ins": (json.dumps(list(map(signed_in, THREE)), indent=2), {"okta.system": 3}),
    "pieces of a long line, docker": (
        docked(LINE + "\n") + docked(LONG[:PIECE]) + docked(LONG[PIECE:] + "\n") + docked(LINE + "\n"),
        {"web.access": 3},
    ),
    "pieces of a long line, cri": (
        cri("F", LINE) + cri("P", LONG[:PIECE]) + cri("F", LONG[PIECE:]) + cri("F", LINE),
        {"web.access": 3},
    ),
    "lines behind a directive": (edge(EDGE, EDGE), {"header": 2, "aws.cloudfront": 2}),
}


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("name", list(FILES))
def test_every_record_of_a_file_is_found_without_saying_what_it_is(name, packed, tmp_path):
    text, expected = FILES[name]
    path = tmp_path / ("log.gz" if packed else "log")
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    result = CliRunner().invoke(nabat, ["decode", str(path)])
    told = [json.loads(line) for line in result.stdout.splitlines()]
    found = Counter(one.get("reject") or one["fields"]["event.dataset"] for one in told)
    assert found == expected
