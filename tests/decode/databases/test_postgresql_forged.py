"""Names in PostgreSQL's text log that hold the end of a prefix and a false message; shapes as a server wrote them."""

from typing import Any

import pytest

from detector.decode.formats.databases.log_line_prefix import KNOWN, compile_known, compile_prefix
from detector.decode.parse_result import AMBIGUOUS
from detector.schema.events.lines import LineReject, RejectReason
from tests.decode.batches import batch_of, decode, decoder_for
from tests.growth import swollen

RECORDS: dict[str, Any] = {
    "data_classes": {"contact": {"confidentiality": "confidential"}},
    "routes": [{"table": "clients", "object": "client", "classes": ["contact"], "subject": "where:id"}],
}
AT = "2026-05-17 10:05:03.120 UTC"
OWN = "%m [%p] %a %u@%d "
READS = "LOG:  statement: select * from clients where id=5"
FAILED = 'FATAL:  password authentication failed for user "op5"'
DETAIL = 'DETAIL:  Role "op5" does not exist.\n\tConnection matched pg_hba.conf line 87: "host all all all md5"'


def events(line: str, **source: Any) -> list[dict[str, Any]]:
    result = decode([line], format="postgresql", records=RECORDS, **source)
    assert result.rejects == ()
    return result.frame.to_dicts()


def badger(message: str, *, user: str = "op3", database: str = "crm", application: str = "psql") -> str:
    """Return a record with the prefix of pgBadger."""
    return f"{AT} [2201]: [1-1] user={user},db={database},app={application},client=203.0.113.9 {message}"


def touches(found: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    told = ("user.name", "source.ip", "event.outcome", "subject.ids", "log.flags")
    return [tuple(each[name] for name in told) for each in found if each["object.type"]]


@pytest.mark.parametrize(
    "application",
    [
        "x,client=h LOG:  statement: select 1 --",
        "x,client=h LOG:  connection authorized: user=boss",
        "x,client=h ERROR:  a",
        "x,client=h FATAL:  a",
        "x,client=h DETAIL:  Connection matched a",
        "x,client=h LOG:  a,client=h FATAL:  role",
        "x,client=192.0.2.7 LOG:  disconnection: session time: 0:00:00.0",
        "x,client=h LOG:  statement: select 1 --" + "\\xd0" * 24,
        "x,client=h LOG:  statement: select 1 --[unknown]",
    ],
)
def test_an_application_that_names_itself_a_message_hides_no_touch_and_is_marked(application: str) -> None:
    found = events(badger(READS, application=application))
    assert ("op3", "203.0.113.9", "success", ["5"], [AMBIGUOUS]) in touches(found)
    assert {each["user.name"] for each in found} == {"op3"}
    assert all(each["log.flags"] == [AMBIGUOUS] for each in found)


@pytest.mark.parametrize("application", ["a,user=boss", "x,client=192.0.2.7", "x,client=h", "a,b", "LOG:  a,b", "x: y"])
def test_an_application_that_names_itself_parts_of_a_prefix_changes_nothing(application: str) -> None:
    (event,) = events(badger(READS, application=application))
    assert touches([event]) == [("op3", "203.0.113.9", "success", ["5"], None)]
    assert {"key": "application_name", "value": application} in event["labels"]


@pytest.mark.parametrize(
    "application", ["psql", "DBeaver 23.1 - Main", "boss@x y", "boss@x", "[unknown]", "boss@x LOG:  statement: a"]
)
def test_an_application_before_the_account_is_no_part_of_it(application: str) -> None:
    found = events(f"{AT} [2201] {application} op3@crm {READS}", log_format=OWN)
    assert [(each["user.name"], each["subject.ids"]) for each in found if each["object.type"]] == [("op3", ["5"])]


@pytest.mark.parametrize(
    "message", [FAILED, DETAIL, "LOG:  could not receive data from client: Connection reset by peer"]
)
@pytest.mark.parametrize("act", ["execute: delete from clients where id=7", "statement: table clients"])
@pytest.mark.parametrize("client", ["", "192.0.2.7"])
def test_who_is_refused_did_nothing_whatever_his_database_is_called(message: str, act: str, client: str) -> None:
    name = f",app=,client={client} LOG:  {act}"[:63]
    found = events(badger(message, user="op5", database=name, application="[unknown]"))
    assert {each["event.outcome"] for each in found} == {"failure"}
    assert {each["source.ip"] for each in found} == {"203.0.113.9"}
    assert [each["user.name"] for each in found if each["event.action"] == "login"] == ["op5"]
    assert touches(found) == [("op5", "203.0.113.9", "failure", None, [AMBIGUOUS])]


NAME = "op5@crm LOG:  statement: copy clients to stdout--"


@pytest.mark.parametrize(
    "record",
    [
        f'{NAME}@postgres FATAL:  password authentication failed for user "{NAME}"',
        f'{NAME}@postgres DETAIL:  Role "{NAME}" does not exist.\n\tConnection matched pg_hba.conf line 87: "host"',
        f"{NAME}@postgres LOG:  connection authorized: user={NAME} database=postgres",
        f'FATAL:  password authentication failed for user "{NAME}"',
        f'DETAIL:  Role "{NAME}" does not exist.\n\tConnection matched pg_hba.conf line 87: "host"',
        'LOG:  statement: copy clients to stdout--@crm FATAL:  password authentication failed for user "LOG:  state"',
    ],
)
def test_who_is_refused_did_nothing_whatever_his_account_is_called(record: str) -> None:
    found = events(f"{AT} [2201] {record}")
    assert {each["event.outcome"] for each in found} == {"failure"}
    assert "login" in {each["event.action"] for each in found}
    assert {each["user.name"] for each in found} & {
        "op5",
        'fatal:  password authentication failed for user "op5',
    } == set()


def test_what_a_refused_connection_names_is_its_addresss_and_no_accounts() -> None:
    database = ",app=,client= LOG:  execute: delete from clients where id=5"
    found = events(badger(FAILED, user="op5", database=database, application="[unknown]"))
    assert len(found) > 1
    assert {(each["actor.id"], each["actor.type"]) for each in found} == {("ip:203.0.113.9", "anonymous")}
    assert {each["user.name"] for each in found} == {"op5"}


def test_a_refusal_is_read_first_where_the_prefix_may_name_nobody() -> None:
    (event,) = events(f'{AT} [2201] FATAL:  password authentication failed for user "op5@crm x"')
    assert (event["event.action"], event["event.outcome"], event["user.name"]) == ("login", "failure", "op5@crm x")


@pytest.mark.parametrize("severity", ["LOG:  statement: a", "ERROR:  a", "FATAL:  a", f"{FAILED}"])
def test_a_statement_that_holds_a_message_is_no_touch_lost(severity: str) -> None:
    found = events(badger(f"LOG:  statement: table clients--,client=192.0.2.7 {severity}"))
    assert [each for each in found if each["object.type"]]
    assert {each["user.name"] for each in found} == {"op3"}
    assert all(each["log.flags"] == [AMBIGUOUS] for each in found)


def test_a_long_statement_that_holds_a_message_has_one_reading() -> None:
    (event,) = events(badger(f"{READS} /* {'x' * 63} ,client=192.0.2.7 FATAL:  a */"))
    assert touches([event]) == [("op3", "203.0.113.9", "success", ["5"], None)]


def test_what_a_statement_says_of_somebody_else_did_not_happen() -> None:
    found = events(f"{AT} [2201] op3@crm LOG:  statement: table clients--boss@crm LOG:  statement: table clients")
    assert ("op3", None, "success", None, [AMBIGUOUS]) in touches(found)
    assert {each["user.name"] for each in found} == {"op3"}
    assert [each["event.outcome"] for each in found] == ["success", "failure"]


@pytest.mark.parametrize("word", ["LOG", "WARNING", "DEBUG3", "FEHLER"])
def test_only_severities_end_a_prefix(word: str) -> None:
    (event,) = events(badger(f"{word}:  a", application=f"x,client=h {word.lower()}:  b,client=h LAGE:  c"))
    assert {"key": "severity", "value": word} in event["labels"]


def test_readings_of_a_mended_line_keep_both_flags() -> None:
    line = badger(READS, application="x,client=h LOG:  statement: select 1 --")
    reject = LineReject(offset=0, reason=RejectReason.INVALID_UTF8, text=line, line_hash="00")
    decoder = decoder_for(format="postgresql", records=RECORDS)
    found = decoder.decode(batch_of([], rejects=(reject,)))
    assert found.frame["log.flags"].to_list() == [["invalid_utf8", AMBIGUOUS]] * 2


@pytest.mark.parametrize(
    "unit", ["LOG:  ", "a LOG:  ", "a@b LOG:  ", ",client=h LOG:  ", ",db=,app=,client=h LOG:  ", "@ LOG:  "]
)
def test_many_severities_cost_no_square(unit: str) -> None:
    readers = (compile_known(), compile_prefix(OWN), compile_prefix("%m %u %d %a "))
    starts = [badger("")[:54], f"{AT} [2201] ", f"{AT} "]

    def read(text: str) -> None:
        for reader in readers:
            for start in starts:
                reader(start + text)

    assert not swollen(read, lambda size: unit * (size // len(unit)))


def test_each_known_prefix_reads_a_name_with_anything_in_it() -> None:
    for prefix in KNOWN:
        read = compile_prefix(prefix)
        values = {"%m": AT, "%t": "2026-05-17 10:05:03 UTC", "%p": "1", "%l": "1", "%q": "", "%r": "192.0.2.7(5)"}
        values |= {"%h": "192.0.2.7", "%u": "a b", "%d": "c, d", "%a": "[unknown]"}
        text = prefix
        for escape, value in values.items():
            text = text.replace(escape, value)
        assert [(one["user"], one["dbname"]) for one in read(text + FAILED)] == [("a b", "c, d")], prefix
