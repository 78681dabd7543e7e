"""Lines that begin with an ISO time: syslog's only where machine and program make sense."""

import pytest

from detector.decode import Decoder
from detector.settings import Settings
from tests.decode.batches import KEY, batch_of, decode

SYSLOG = [
    "2026-05-17T10:05:03.123456+03:00 web1 sshd[7]: Accepted password for anna from 192.0.2.7 port 1 ssh2",
    "2026-05-17T10:05:03Z web1 myapp: GET /a 200",
    "2026-05-17T10:05:03Z web1.example.org kernel: [1.0] x",
    "2026-05-17T10:05:03Z 192.0.2.9 myapp[3]: x",
    "2026-05-17T10:05:03Z sshd[7]: x",
    "2026-05-17 10:05:03 web1 sshd[7]: x",
    "<34>2026-05-17T10:05:03Z web1 no tag at all",
    "<34>1 2026-05-17T10:05:03Z - - - - - x",
]
OTHERS = [
    "2026-05-17T10:05:03.123Z INFO request: started",
    "2026-05-17 10:05:03 INFO: started",
    "2026-05-17T10:05:03.123Z error: connection refused",
    "2026-05-17T10:05:03Z web1 GET /a 200",
    "2026-05-17 10:05:03 - anna - login ok",
    "2026-05-17 10:05:03 root INFO: x",
    "2026-05-17 10:05:03 anna login: ok",
    "2026-05-17T10:05:03Z my-lb 192.0.2.7:2817 x",
    "2026-05-17T10:05:03Z 12 [Other] x: y",
    "2026-05-17T10:05:03Z [main] WARN: x",
    "2026-05-17T10:05:03Z user=anna action=x: y",
    '2026-05-17T10:05:03Z {"a": 1}',
    "2026-05-17,10:05:03,anna,login",
    "2026-05-17T10:05:03Z",
]


@pytest.mark.parametrize("line", SYSLOG)
def test_a_line_with_machine_and_program_is_syslogs(line):
    result = decode([line])
    assert result.frame["event.dataset"].to_list() == ["syslog"], result.rejects


def test_any_other_line_is_a_reject_and_not_a_machine_called_info(subtests: pytest.Subtests) -> None:
    for name in ["auto", "syslog"]:
        for line in OTHERS:
            with subtests.test(name=name, line=line):
                result = decode([line], format=name)
                assert (result.frame.height, len(result.rejects)) == (0, 1)


@pytest.mark.parametrize(
    ("line", "dataset", "account", "address"),
    [
        (
            "2026-05-17T10:05:03.123456Z 12 [Note] Access denied for user 'root'@'203.0.113.9' (using password: YES)",
            "mysql.error",
            "root",
            "203.0.113.9",
        ),
        (
            "2026-05-17 10:05:03.12 Logon       Login failed for user 'sa'. Reason: x. [CLIENT: 203.0.113.9]",
            "mssql.errorlog",
            "sa",
            "203.0.113.9",
        ),
        (
            '2026-05-17T07:05:03.9Z lb 192.0.2.7:2817 10.0.0.1:80 0.1 0.1 0.1 200 200 0 29 "GET http://a:80/ HTTP/1.1" '
            '"curl" - -',
            "aws.elb",
            None,
            "192.0.2.7",
        ),
    ],
)
def test_logins_and_requests_that_looked_like_syslog_are_events(line, dataset, account, address):
    (event,) = decode([line]).frame.to_dicts()
    assert (event["event.dataset"], event["user.name"], event["source.ip"]) == (dataset, account, address)
    assert event["event.outcome"] == ("failure" if account else "success")


def test_text_of_unknown_programs_is_a_last_resort_unless_the_source_names_syslog():
    lines = [SYSLOG[0], *[SYSLOG[1]] * 3]
    assert decode(lines).last_resort == {"syslog": 3}
    assert decode(lines, format="syslog").last_resort == {}


def test_a_format_of_ones_own_reads_what_only_looked_like_syslog(tmp_path):
    pattern = "%{TIMESTAMP_ISO8601:time} %{LOGLEVEL:level} %{GREEDYDATA:m}"
    text = f"kind: regex\ndataset: own\norder: 3\npatterns: ['{pattern}']\n"
    (tmp_path / "own.yml").write_text(text, encoding="utf-8")
    source = {"name": "s", "paths": ["/x"], "service": "crm"}
    made = Decoder(Settings.model_validate({"sources": [source], "formats": [str(tmp_path)]}), session_key=KEY)
    frame = made.decode(batch_of([SYSLOG[1], OTHERS[0], SYSLOG[0]])).frame
    assert frame["event.dataset"].to_list() == ["syslog", "own", "syslog"]
