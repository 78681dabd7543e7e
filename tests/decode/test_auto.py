"""How a format is found, and what becomes of lines it cannot read."""

from datetime import UTC, datetime

import polars as pl
import pytest

from detector.decode import Decoder, format_names, rows
from detector.decode.drafting import try_format
from detector.errors import ConfigError
from detector.schema.events.lines import LineReject, RejectReason
from tests.decode.batches import KEY, batch_of, decode, decoder_for, one, settings_for

COMBINED = '203.0.113.5 - - [17/May/2026:10:05:03 +0300] "GET / HTTP/1.1" 200 5 "-" "-"'
AUDIT = '{"ts":"2026-05-17T07:05:03Z","user":"vera","action":"view"}'


def test_the_first_decodable_line_decides_for_its_stream():
    decoder = decoder_for()
    assert decoder.format_of("a") == ""
    decoder.decode(batch_of(["nonsense"], stream="a"))
    assert decoder.format_of("a") == ""
    decoder.decode(batch_of(["nonsense", AUDIT, COMBINED], stream="a"))
    decoder.decode(batch_of([COMBINED], stream="b"))
    assert (decoder.format_of("a"), decoder.format_of("b")) == ("audit.json", "combined")


def test_a_line_of_another_format_is_still_read():
    result = decode([COMBINED, AUDIT, COMBINED])
    assert result.frame["event.dataset"].to_list() == ["web.access", "app.audit", "web.access"]
    assert result.frame["event.original"].to_list() == [COMBINED, AUDIT, COMBINED]


HAPROXY = (
    "May 17 10:05:03 lb1 haproxy[7]: 192.0.2.7:53332 [17/May/2026:10:05:03.143] crm~ app/app1 0/0/7/1457/1487 200 "
    '11394 - - ---- 2/1/0/0/0 0/0 "GET /crm/clients/7 HTTP/1.1"'
)
M365_CSV = (
    'r1,2026-05-17T07:05:03.0000000Z,6,FileDownloaded,anna@example.org,"{""CreationTime"":""2026-05-17T07:05:03"",'
    '""Id"":""a1"",""Operation"":""FileDownloaded"",""OrganizationId"":""o1"",""RecordType"":6,""UserType"":0,'
    '""Workload"":""OneDrive"",""ClientIP"":""192.0.2.1"",""UserId"":""anna@example.org""}"'
)
GUESTS = {
    "cef": "May 17 10:05:03 gw1 CEF:0|Example|WAF|1.2|100|Read|3|rt=1779001503123 src=192.0.2.7 suser=bob act=allowed",
    "leef": "May 17 10:05:03 gw1 LEEF:1.0|Example|Gateway|1.0|LOGIN|devTime=1779001503123\tsrc=192.0.2.7\tusrName=bob",
    "samba": "May 17 10:05:03 fs1 smbd_audit[1634]: bob|192.0.2.8|pc|clients|pread_send|ok|/srv/a.pdf",
    "haproxy.http": HAPROXY,
    "m365.csv:m365": M365_CSV,
}
"""Lines of formats that are told by what stands further on in them, and the names of the formats."""


def test_a_stream_that_begins_with_plain_syslog_still_gives_its_other_lines_to_formats_that_say_more():
    head = "May 17 10:05:01 lb1"
    lines = [f"{head} haproxy[1]: Proxy crm started.", HAPROXY, f"{head} cron[9]: (anna) CMD (x)"]
    whole = decode(lines).frame["event.dataset"].to_list()
    decoder = decoder_for()
    cut = [decoder.decode(batch_of([line])).frame["event.dataset"][0] for line in lines]
    assert whole == cut == ["syslog", "haproxy.http", "syslog"]


SAID_TO_SYSLOG = [
    "CEF:0|a|b|c|d|e|5|suser=root src=192.0.2.77 rt=1779001503000",
    "LEEF:1.0|a|b|c|d|usrName=root",
    "smbd_audit: anna|192.0.2.1|m|s|connect|ok|clients",
    "anna|192.0.2.7|pc|clients|unlinkat|ok|/srv/clients/104",
    "1779001503.120 25 192.0.2.7 TCP_MISS/200 512 GET http://example.org/ anna HIER_DIRECT/192.0.2.9 text/html",
    M365_CSV,
    HAPROXY.partition("]: ")[2],
    COMBINED,
    AUDIT,
]


def test_what_a_stranger_has_a_program_write_into_syslog_is_that_programs_message(subtests: pytest.Subtests) -> None:
    for first in ["", *GUESTS]:
        for head in ["May 17 10:05:03 host1 sshd[1]:", "2026-05-17T10:05:03Z host1 sshd[1]:"]:
            for said in SAID_TO_SYSLOG:
                with subtests.test(first=first, head=head, said=said):
                    lines = [f"{head} Invalid user {name} from 203.0.113.9 port 22" for name in ("bob", said)]
                    for order in (lines, lines[::-1]):
                        decoder = decoder_for()
                        if first:
                            decoder.decode(batch_of([GUESTS[first]]))
                            assert decoder.format_of("stream") == first
                        frame = decoder.decode(batch_of(order)).frame
                        assert frame["event.dataset"].to_list() == ["syslog", "syslog"]
                        assert frame["source.ip"].to_list() == ["203.0.113.9"] * 2


@pytest.mark.parametrize("name", GUESTS)
def test_a_stream_is_read_alike_with_and_without_lines_of_other_programs(name):
    other = "May 17 10:05:09 gw1 sshd[8]: Invalid user bob from 203.0.113.9 port 22"
    decoder = decoder_for()
    alone = decoder.decode(batch_of([GUESTS[name]])).frame["event.dataset"][0]
    mixed = decoder.decode(batch_of([GUESTS[name], other, GUESTS[name]])).frame["event.dataset"].to_list()
    assert mixed == [alone, "syslog", alone]


def test_a_line_that_is_of_no_format_is_refused_for_the_same_reason_in_any_company():
    bad_time = COMBINED.replace("/May/", "/Foo/")
    refused = [
        bad_time,
        bad_time.replace(' "-" "-"', ""),
        "2026-05-17 10:05:03,123 INFO [worker-1] request 7 took 12 ms",
        '{"evt":"thing","k":1}',
        '{"evt":"thing',
        "\tat org.example.crm.ClientService.load(ClientService.java:142)",
        "no line of any log",
    ]
    company = [COMBINED, AUDIT, HAPROXY]
    alone = [decode([COMBINED, line]).rejects[0].reason for line in refused]
    assert set(alone) == {
        RejectReason.BAD_TIME,
        RejectReason.NO_FORMAT,
        RejectReason.NOT_JSON,
        RejectReason.IGNORED,
    }
    mixed = [text for line in refused for text in (*company, line)]
    found = decode(mixed)
    assert [reject.reason for reject in found.rejects] == alone
    assert found.frame["event.original"].to_list() == company * len(refused)
    assert [reject.reason for reject in decode([COMBINED, *refused]).rejects] == alone


def test_a_named_format_reads_nothing_else():
    result = decode([COMBINED, AUDIT], format="combined")
    assert (result.frame.height, [one.reason for one in result.rejects]) == (1, [RejectReason.MALFORMED])


def test_rejects_say_where_they_stood_and_why():
    lines = [COMBINED, "nonsense", "  ", "{", COMBINED.replace("17/May", "31/Feb")]
    result = decode(lines)
    assert [one.reason.value for one in result.rejects] == ["no_format", "empty", "not_json", "bad_time"]
    assert [one.number for one in result.rejects] == [2, 3, 4, 5]
    assert result.rejects[0].offset == len(COMBINED) + 1
    assert result.rejects[0].length == len("nonsense")


def test_rows_come_in_the_order_of_the_lines_with_what_the_reader_refused():
    raw = LineReject(offset=len(COMBINED) + 1, number=2, reason=RejectReason.INVALID_UTF8, length=3)
    offsets = pl.Series("o", [0, len(COMBINED) + 5, len(COMBINED) + 14], dtype=pl.Int64())
    batch = batch_of(
        [COMBINED, "nonsense", AUDIT], offsets=offsets, rejects=(raw,), end=999, numbers=pl.Series("n", [1, 3, 4])
    )
    told = list(rows(decoder_for().decode(batch)))
    assert [row["line"] for row in told] == [1, 2, 3, 4]
    assert [row.get("reject") for row in told] == [None, "invalid_utf8", "no_format", None]
    assert told[0]["fields"]["@timestamp"] == "2026-05-17T07:05:03Z"
    assert told[3]["fields"]["labels"] == {"action": "view"}
    assert None not in told[0]["fields"].values()


def test_times_without_a_zone_are_in_the_zone_of_the_source():
    said = AUDIT.replace("07:05:03Z", "07:05:03")
    assert one(said)["@timestamp"] == datetime(2026, 5, 17, 7, 5, 3, tzinfo=UTC)
    assert one(said, timezone="Europe/Moscow")["@timestamp"] == datetime(2026, 5, 17, 4, 5, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-02-30T00:00:00Z", "", "now", "1e400", "2026"]
)
def test_what_is_no_moment_is_rejected_as_bad_time(text):
    result = decode([AUDIT.replace("2026-05-17T07:05:03Z", text)] * 2, format="audit.json")
    assert [one.reason for one in result.rejects] == [RejectReason.BAD_TIME] * 2


@pytest.mark.parametrize("value", ["1779001503", "1779001503000", "1779001503.0", '"1779001503"', "1779001503000000"])
def test_seconds_since_1970_are_read_by_their_size(value):
    event = one(AUDIT.replace('"2026-05-17T07:05:03Z"', value), format="audit.json")
    assert event["@timestamp"] == datetime(2026, 5, 17, 7, 5, 3, tzinfo=UTC)


def test_check_shows_how_many_of_the_lines_each_format_reads():
    settings = settings_for()
    told = try_format(batch_of([COMBINED, COMBINED, AUDIT, "nonsense"]), settings, settings.sources[0])
    assert told["combined"] == 2
    assert told["audit.json"] == 1
    assert "common" not in told
    assert format_names(settings)[0] == "auto"


def test_a_source_and_its_service_fill_what_the_line_does_not_say():
    event = one(COMBINED, service="crm", dataset="crm.web", format="nginx.combined")
    assert (event["service.name"], event["event.dataset"], event["log.source"]) == ("crm", "crm.web", "s")
    assert one(AUDIT.replace('"user"', '"service":"portal","user"'))["service.name"] == "portal"


def test_every_mistake_in_format_files_is_told_with_its_line(tmp_path):
    (tmp_path / "a.json.yml").write_text("kind: json\ndataset: a\ntime: {fields: [t]}\nfields: {no.column: x}\n")
    (tmp_path / "b.yml").write_text("kind: csv\n")
    (tmp_path / "combined.yml").write_text("kind: json\n")
    settings = settings_for().model_copy(update={"formats": (str(tmp_path),)})
    with pytest.raises(ConfigError) as caught:
        Decoder(settings, session_key=KEY)
    said = "\n".join(map(str, caught.value.problems))
    assert "no such columns: no.column" in said
    assert "kinds: json" in said
    assert "combined is taken" in said


def test_a_format_of_ones_own_is_a_file_in_a_folder(tmp_path):
    (tmp_path / "shop.yml").write_text(
        "kind: json\ndataset: shop\norder: 1\nrequires: [wann]\ntime: {fields: [wann], form: '%d.%m.%Y %H:%M'}\n"
        "fields: {user.name: wer, event.action: was}\nvalues: {event.action: {lesen: read}}\n"
    )
    settings = settings_for(timezone="Europe/Berlin").model_copy(update={"formats": (str(tmp_path),)})
    decoder = Decoder(settings, session_key=KEY)
    frame = decoder.decode(batch_of(['{"wann":"17.05.2026 10:05","wer":"anna","was":"lesen","zahl":1}'])).frame
    assert frame["event.action"][0] == "read"
    assert frame["@timestamp"][0] == datetime(2026, 5, 17, 8, 5, tzinfo=UTC)
    assert decoder.format_of("stream") == "shop"


@pytest.mark.parametrize("year", ["-2026", "+262000", "0000"])
def test_a_year_no_calendar_of_ours_has_costs_its_line_and_not_the_batch(year):
    lines = [AUDIT] * 99 + [AUDIT.replace("2026", year)]
    result = decode(lines, format="audit.json")
    assert (result.frame.height, [one.reason for one in result.rejects]) == (99, [RejectReason.BAD_TIME])
    stamp = decode([COMBINED, COMBINED.replace("2026", "-026")], format="combined")
    assert (stamp.frame.height, [one.reason for one in stamp.rejects]) == (1, [RejectReason.BAD_TIME])


def test_a_number_no_column_holds_is_read_as_its_figures(subtests: pytest.Subtests) -> None:
    for others in [0, 20, 300]:
        for field in ['"user":"vera"', '"action":"view"', '"ip":"192.0.2.1"']:
            for digits in [26, 42, 75, 201]:
                with subtests.test(others=others, field=field, digits=digits):
                    whole = AUDIT.replace("}", ',"ip":"192.0.2.1"}')
                    number = "1" + "0" * (digits - 1)
                    evil = whole.replace(field, f"{field.partition(':')[0]}:{number}")
                    assert number in evil
                    result = decode([whole] * others + [evil], format="audit.json")
                    assert (result.frame.height, result.rejects) == (others + 1, ())
                    if "user" in field:
                        assert result.frame["user.name"][others] == number


@pytest.mark.parametrize("moment", ["{}", '{"a":1}', "[]", "null", "true", "1e400", "1" + "0" * 400, '"x"', '""'])
@pytest.mark.parametrize("others", [0, 20])
def test_a_time_of_the_journal_that_is_none_costs_its_line(others, moment):
    line = '{"__REALTIME_TIMESTAMP":"1779001503000000","MESSAGE":"said","_HOSTNAME":"h","_PID":"7"}'
    result = decode([line] * others + [line.replace('"1779001503000000"', moment)], format="journald")
    assert (result.frame.height, len(result.rejects)) == (others, 1)
