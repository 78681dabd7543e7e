"""A log nobody wrote for this project, and lines of other formats within syslog and the journal."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.decode.batches import batch_of, decode, decoder_for

REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "real" / "sshd_auth_7k.log"
WRITTEN = datetime(2017, 5, 1, tzinfo=UTC)
COMBINED = '203.0.113.5 - anna [17/May/2026:10:05:03 +0300] "GET /crm/clients/17 HTTP/1.1" 200 5 "-" "-"'


@pytest.mark.skipif(not REAL.exists(), reason="the folder with real logs is not beside the project")
@pytest.mark.parametrize("form", ["auto", "syslog"])
def test_every_line_of_a_public_hosts_log_becomes_an_event(form):
    lines = REAL.read_text(encoding="utf-8").splitlines()
    result = decoder_for(format=form).decode(batch_of(lines, written=WRITTEN))
    assert (len(lines), result.frame.height, result.rejects) == (7121, 7121, ())
    counts = result.frame.filter(result.frame["event.action"] == "login")["event.outcome"].value_counts()
    assert dict(counts.iter_rows()) == {"success": 226, "failure": 717}
    assert result.frame["@timestamp"].dt.year().unique().to_list() == [2017]
    told = {pair["key"] for pairs in result.frame["labels"].to_list() for pair in pairs}
    assert {"program", "method", "port", "command", "module", "unknown_user", "repeated"} <= told


def test_a_web_servers_line_within_syslog_is_read_as_such():
    line = f"May 17 10:05:04 web1 nginx: {COMBINED}"
    for form in ("syslog:combined", "syslog:auto"):
        (event,) = decode([line], format=form).frame.rows(named=True)
        assert (event["user.name"], event["url.path"], event["host.name"]) == ("anna", "/crm/clients/17", "web1")
        assert event["@timestamp"] == datetime(2026, 5, 17, 7, 5, 3, tzinfo=UTC)
        assert {"key": "program", "value": "nginx"} in event["labels"]


def test_a_web_servers_line_within_the_journal_is_read_as_such():
    entry = {"__REALTIME_TIMESTAMP": "1779001504000000", "_HOSTNAME": "web1", "_SYSTEMD_UNIT": "nginx.service"}
    (event,) = decode([json.dumps(entry | {"MESSAGE": COMBINED})], format="journald:combined").frame.rows(named=True)
    assert (event["user.name"], event["host.name"], event["event.dataset"]) == ("anna", "web1", "web.access")
    assert {"key": "unit", "value": "nginx.service"} in event["labels"]


def test_a_line_that_is_no_syslog_costs_itself_alone_behind_the_wrapper():
    lines = [f"May 17 10:05:04 web1 nginx: {COMBINED}", "nothing", f"May 17 10:05:05 web1 nginx: {COMBINED}"]
    result = decode(lines, format="syslog:combined")
    assert (result.frame.height, [one.number for one in result.rejects]) == (2, [2])


def test_an_event_without_a_time_of_its_own_has_that_of_its_envelope():
    line = "CEF:0|Example|WAF|1|100|Request|3|src=192.0.2.7 act=read"
    assert decode([line], format="cef").rejects[0].reason.value == "bad_time"
    wrapped = json.dumps({"log": line + "\n", "stream": "stdout", "time": "2026-05-17T07:05:04Z"})
    (event,) = decode([wrapped], format="docker:cef").frame.rows(named=True)
    assert (event["@timestamp"], event["source.ip"]) == (datetime(2026, 5, 17, 7, 5, 4, tzinfo=UTC), "192.0.2.7")
