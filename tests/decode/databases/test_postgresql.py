"""PostgreSQL's prefixes: any that the server takes is read, and none costs more than its length."""

import pytest

from detector.decode.formats.databases.log_line_prefix import KNOWN, compile_known, compile_prefix
from detector.errors import ConfigError
from tests.decode.batches import decoder_for, one
from tests.growth import swollen

LINES = {
    "%t:%r:%u@%d:[%p]: ": "2026-05-17 10:05:03 UTC:198.51.100.7(52114):vera@crm:[2201]: LOG:  statement: SELECT 1",
    "%m [%p] %q%u@%d ": "2026-05-17 10:05:03.120 UTC [2201] vera@crm LOG:  statement: SELECT 1",
    "%n %h %-8u|%d|%a|%c ": "1779012303.120 198.51.100.7 vera    |crm|psql -x|66471a2f.899 LOG:  statement: SELECT 1",
    "log_line_prefix = '%m %u@%d %h '": "2026-05-17 10:05:03.120 UTC vera@crm 2001:db8::1 LOG:  statement: SELECT 1",
}


@pytest.mark.parametrize("prefix", LINES)
def test_a_prefix_is_read_as_the_server_wrote_it(prefix: str) -> None:
    event = one(LINES[prefix], format="postgresql", log_format=prefix)
    assert event["user.name"] == "vera"
    assert event["event.outcome"] == "success"
    assert {label["value"] for label in event["labels"] if label["key"] == "database"} == {"crm"}


@pytest.mark.parametrize(("prefix", "said"), [("%u@%d ", "must hold a time"), ("%m %Z ", "%Z is no escape")])
def test_a_prefix_that_cannot_be_read_is_refused(prefix: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        decoder_for(format="postgresql", log_format=prefix)


def test_a_long_hostile_line_is_refused_in_one_pass() -> None:
    read = compile_prefix("%m [%-10p] %q%u@%d %a ")
    for tail in (" " * 200_000, "a@" * 100_000, "@ " * 100_000):
        assert read("2026-05-17 10:05:03.120 UTC [2201] " + tail) == []


def _hostile(prefix: str, unit: str, size: int) -> str:
    """Return a record that begins as the prefix does, and whose every part may end wherever ``unit`` ends."""
    day = "2026-05-17 10:05:03"
    values = {"%m": f"{day}.120 UTC", "%t": f"{day} UTC", "%p": "1", "%l": "1", "%q": ""}
    values |= dict.fromkeys(("%r", "%u", "%d", "%a", "%h"), unit)
    for escape, value in values.items():
        prefix = prefix.replace(escape, value)
    return prefix + unit * ((size - len(prefix)) // len(unit))


@pytest.mark.parametrize("unit", ["a:", "a@", "a:b@c:[1]:", "a,", ",app=a,client=a ", "[1]:", "a"])
@pytest.mark.parametrize("prefix", KNOWN)
def test_what_a_hostile_text_costs_grows_with_its_length(prefix: str, unit: str) -> None:
    read = compile_known()
    assert read(_hostile(prefix, unit, 4 << 10)) == []
    assert not swollen(read, lambda size: _hostile(prefix, unit, size))


@pytest.mark.parametrize(
    "client", ["198.51.100.7(52114)", "2001:db8::1(52114)", "[local]", "host-7.example.org(52114)", ""]
)
def test_a_client_may_hold_the_colon_that_stands_behind_it(client: str) -> None:
    (record,) = compile_known()(f"2026-05-17 10:05:03 UTC:{client}:vera@crm:[2201]:LOG:  statement: SELECT 1")
    assert (record.get("connection_from", ""), record["user"], record["dbname"]) == (client, "vera", "crm")
