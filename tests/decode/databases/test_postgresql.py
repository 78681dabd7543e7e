"""PostgreSQL's prefixes: any that the server takes is read, and none costs more than its length."""

import pytest

from detector.decode.formats.databases.prefix import compile_prefix
from detector.errors import ConfigError
from detector.schema.lines import RejectReason
from tests.decode.batches import decoder_for, one

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
        assert read("2026-05-17 10:05:03.120 UTC [2201] " + tail) is RejectReason.MALFORMED
