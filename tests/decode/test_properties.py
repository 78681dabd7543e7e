"""What must hold for any line and any cut into batches."""

import string
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from detector import frames
from tests.decode.batches import batch_of, decode, decoder_for, one

CLEAN = string.ascii_letters + string.digits + "-._~!*'(),:@&=+$ "
WORD = st.text(string.ascii_letters + string.digits + "-._", min_size=1, max_size=12).filter(lambda t: t != "-")
GOOD = (
    '203.0.113.5 - anna [17/May/2026:10:05:03 +0300] "GET /crm/clients/17 HTTP/1.1" 200 512 "-" "curl/8.5.0"',
    '203.0.113.6 - - [17/May/2026:10:05:04 +0300] "GET /crm/card?client_id=%31,2 HTTP/1.1" 200 512 "-" "a \\"b\\""',
    '203.0.113.6 - - [17/May/2026:10:05:04 +0300] "GET / HTTP/1.1" 200 512',
    'crm:443 203.0.113.6 - - [17/May/2026:10:05:04 +0300] "GET / HTTP/1.1" 200 512 "-" "-"',
    '203.0.113.6 - a b [17/May/2026:10:05:04 +0300] "GET / HTTP/1.1" 200 512 "-" "cut',
    '203.0.113.6 - - [99/May/2026:10:05:04 +0300] "GET / HTTP/1.1" 200 512 "-" "cut"',
    '{"ts":"2026-05-17T07:05:03Z","user":"vera","action":"client.view","client_ids":[1,2],"status":"ok","x":1}',
    '{"time":"2026-05-17T07:05:03Z","remote_addr":"192.0.2.1","request":"GET / HTTP/1.1","status":200}',
    '{"@timestamp":"2026-05-17T07:05:03Z","source":{"ip":"192.0.2.1"}}',
    "{",
    "",
    "no format reads this",
)
LINE = st.one_of(st.sampled_from(GOOD), st.text(max_size=40).filter(lambda t: "\n" not in t))


def quoted(text):
    return text.replace("\\", "\\\\").replace('"', '\\"')


@settings(deadline=None, max_examples=50)
@given(
    address=st.ip_addresses(),
    account=WORD,
    seconds=st.integers(700_000_000, 4_000_000_000),
    offset=st.integers(-12, 14),
    method=st.sampled_from(["GET", "POST", "PURGE", "get"]),
    path=st.text(CLEAN.replace(" ", ""), max_size=20),
    query=st.none() | st.text(CLEAN.replace(" ", "") + "%?/", max_size=20),
    status=st.integers(100, 599),
    size=st.none() | st.integers(0, 2**62),
    referrer=st.text(CLEAN + '"\\', max_size=20).filter(lambda t: t != "-"),
    agent=st.text(CLEAN + '"\\', max_size=20).filter(lambda t: t != "-"),
)
def test_a_generated_combined_line_decodes_to_what_it_was_made_from(
    address, account, seconds, offset, method, path, query, status, size, referrer, agent
):
    local = datetime.fromtimestamp(seconds, timezone(timedelta(hours=offset)))
    target = "/" + path + ("" if query is None else f"?{query}")
    line = (
        f'{address} - {account} [{local:%d/%b/%Y:%H:%M:%S %z}] "{method} {target} HTTP/1.1" {status} '
        f'{"-" if size is None else size} "{quoted(referrer)}" "{quoted(agent)}"'
    )
    event = one(line, format="combined", records={})
    said = getattr(address, "ipv4_mapped", None) or address
    assert event["@timestamp"] == local.astimezone(UTC)
    assert event["source.ip"] == (None if said.is_unspecified else str(said))
    assert event["user.name"] == account.casefold() or account.casefold() == "anonymous"
    if status < 300 or status == 304:  # else it may be anybody's name
        assert event["actor.id"] == f"user:{account.casefold()}" or account.casefold() == "anonymous"
    assert (event["http.request.method"], event["url.path"], event["url.query"]) == (method, "/" + path, query)
    assert (event["http.response.status_code"], event["http.response.body.bytes"]) == (status, size)
    assert (event["http.request.referrer"], event["user_agent.original"]) == (referrer, agent)
    assert event["event.original"] == line


@settings(deadline=None, max_examples=50)
@given(st.lists(LINE, max_size=30), st.sampled_from(["auto", "combined", "common", "audit.json", "nginx.json"]))
def test_any_text_gives_one_event_or_one_reject_a_line_and_never_raises(lines, form):
    result = decode(lines, format=form)
    assert result.frame.height + len(result.rejects) == len(lines)
    assert dict(result.frame.schema) == frames.EVENT_SCHEMA
    numbers = [*result.numbers.to_list(), *(reject.number for reject in result.rejects)]
    assert sorted(numbers) == list(range(1, len(lines) + 1))


@settings(deadline=None, max_examples=50)
@given(st.lists(LINE, max_size=30), st.lists(st.integers(0, 30), max_size=4), st.sampled_from(["auto", "combined"]))
def test_any_cut_into_batches_gives_the_same_events_and_rejects(lines, cuts, form):
    whole = decode(lines, format=form)
    decoder = decoder_for(format=form)
    edges = sorted({0, len(lines), *(min(cut, len(lines)) for cut in cuts)})
    parts, start = [], 0
    for low, high in pairwise(edges):
        batch = batch_of(lines[low:high], start=start, number=low + 1)
        parts.append(decoder.decode(batch))
        start = batch.end
    assert frames.concat([part.frame for part in parts]).equals(frames.concat([whole.frame]))
    assert tuple(reject for part in parts for reject in part.rejects) == whole.rejects


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=200))
def test_bytes_as_text_never_raise(raw):
    result = decode([raw.decode("utf-8", "replace").replace("\n", " ")])
    assert result.frame.height + len(result.rejects) == 1
    assert isinstance(result.frame, pl.DataFrame)
