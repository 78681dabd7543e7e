"""The fast way of access logs takes only what the careful way reads, and reads it the same."""

import string
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.decode.columns.frame_ops import index
from detector.decode.parse_result import METHOD, together
from detector.decode.weblog.combined import careful, parse
from detector.decode.weblog.combined_fast import plain
from detector.decode.weblog.layouts import LAYOUTS
from detector.decode.weblog.request_line import METHODS

UTC = ZoneInfo("UTC")
TEXT = st.text(string.printable.replace("\n", "").replace("\r", "") + "é日", max_size=12)
TAILS = {
    "": "",
    "quoted": ' "https://crm.example.org/a" "Mozilla/5.0 (X11; Linux) é"',
    "forwarded": ' "-" "-" "198.51.100.7, 192.0.2.3"',
    "duration": ' "-" "curl/8.5.0" 0.250',
    "both": ' "-" "-" "-" 12.5',
}


GOOD = {
    "host": ("", "crm.example.org:443 "),
    "address": ("192.0.2.7", "2001:db8::1234:5678:9abc:def0"),
    "identity": ("-",),
    "account": ("-", "anna", "a" * 20),
    "day": ("17/May/2026", "29/Feb/2024"),
    "clock": ("10:05:03", "23:59:59"),
    "zone": ("+0300", "-1130"),
    "method": ("GET", "POST", "PROPFIND"),
    "target": ("/", "/a?b=c?d", "/a b", "/?"),
    "protocol": ("HTTP/1.1", "HTTP/2.0", "HTTP/2"),
    "status": ("200", "404"),
    "size": ("0", "512", "-", "12345678", "123456789012"),
    "tail": tuple(TAILS.values()),
}
ODD = {
    "host": ("- ", " ", '" '),
    "address": ("host", "", "a" * 70),
    "identity": ("bob", "", '"'),
    "account": ("", "a b", '"', "-x", "b" * 70),
    "day": ("31/Feb/2026", "17/may/2026", "01/Jan/1971", " 1/May/2026", "17/May/-026"),
    "clock": ("24:00:00", "10:60:03", "10:05:60", "10:5:003", " 0:05:03"),
    "zone": ("+2400", "+03:0", "+0260", "0300 ", "-0000"),
    "method": ("PURGE", "get", "", "GET "),
    "target": ("*", "http://x/y", "/a ", "?", "/\\x", ""),
    "protocol": ("HTTP/3", "HTTP/1.2", "http/1.1", "", " HTTP/2"),
    "status": ("099", "999", "20", "2000", "-", "2 0", "+20"),
    "size": ("+5", "9" * 16, "9" * 19, "9" * 30, "5.0", ""),
    "tail": (' "-"', ' "-" "-" ', ' "-" "-" 5', ' "-" "-" -', ' "a" b"'),
}


@st.composite
def lines(draw):
    """An access line, at most a few parts of which are odd."""
    odd = draw(st.sets(st.sampled_from(sorted(GOOD)), max_size=2))
    part = {
        name: draw(st.sampled_from(ODD[name]) | TEXT if name in odd else st.sampled_from(good))
        for name, good in GOOD.items()
    }
    return (
        "{host}{address} {identity} {account} [{day}:{clock} {zone}] "
        '"{method} {target} {protocol}" {status} {size}{tail}'
    ).format_map(part)


ANY = lines() | TEXT.map(lambda text: text + '" "' + text)


@pytest.mark.share(2)
@settings(deadline=None, max_examples=300)
@given(st.lists(ANY, max_size=12), st.sampled_from(sorted(LAYOUTS)))
def test_a_plain_line_is_read_as_the_careful_way_reads_it(several, name):
    layout, column = LAYOUTS[name], pl.Series("line", several, dtype=pl.String())
    frame, rows = plain(column, layout)
    taken = np.arange(len(several)) if rows is None else rows
    slow = careful(column[index(taken)], layout, UTC)
    assert not slow.failures
    assert slow.frame.height == frame.height == len(taken)
    for made in frame.get_columns():
        if frame.height and made.name != METHOD:
            assert made.to_list() == slow.frame[made.name].to_list()
    assert [METHODS[number] for number in frame[METHOD]] == frame["http.request.method"].to_list()


@settings(deadline=None, max_examples=100)
@given(st.lists(ANY, max_size=12), st.sampled_from(sorted(LAYOUTS)))
def test_parsing_gives_what_the_careful_way_alone_would(several, name):
    layout, column = LAYOUTS[name], pl.Series("line", several, dtype=pl.String())
    fast, slow = parse(column, layout, UTC), careful(column, layout, UTC)
    assert dict(fast.failures) == dict(slow.failures)
    assert fast.places().tolist() == slow.places().tolist()
    for made in fast.frame.get_columns():
        if fast.frame.height and made.name != METHOD:
            assert made.to_list() == slow.frame[made.name].to_list()


@pytest.mark.parametrize(("name", "tail"), [("common", ""), ("combined", "quoted"), ("combined_time", "duration")])
def test_lines_as_servers_write_them_are_plain(name, tail):
    line = f'192.0.2.7 - anna [17/May/2026:10:05:03 +0300] "GET /a?b HTTP/1.1" 200 512{TAILS[tail]}'
    assert plain(pl.Series([line] * 3), LAYOUTS[name])[1] is None
    assert plain(pl.Series(["crm:443 " + line]), LAYOUTS["vhost_" + name])[1] is None if tail != "duration" else True


def test_parts_are_put_together_in_the_order_of_their_lines():
    layout = LAYOUTS["combined"]
    good = f'192.0.2.7 - anna [17/May/2026:10:05:03 +0300] "GET /a HTTP/1.1" 200 512{TAILS["quoted"]}'
    several = [good, good.replace("anna", "b\\x41"), "nothing", good.replace("GET", "PURGE"), good]
    result = parse(pl.Series(several), layout, UTC)
    assert result.places().tolist() == [0, 1, 3, 4]
    assert list(result.failures) == [2]
    assert together([result], result.failures).frame["user.name"].to_list() == ["anna", "bA", "anna", "anna"]
