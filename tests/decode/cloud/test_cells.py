"""Lines of cells: cut or read by a pattern, the answer is the same, and no text of a client moves it."""

import string
from functools import cache
from urllib.parse import quote
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detector.decode.formats.cloud import alb, s3
from detector.decode.line_context import LineContext
from tests.decode.batches import batch_of, decoder_for, one

PLACE = LineContext(zone=ZoneInfo("UTC"))
OWNER = "7" * 64
PRINTED = string.ascii_letters + string.digits + string.punctuation + " "
FORMS = {"alb": alb.FORMATS[0], "s3": s3.FORMATS[0]}
decoder_of = cache(lambda name: decoder_for(format=name, records={}))


def s3_line(key="k", target="/crm/k", referer="-", agent="curl/8.5.0", status="200"):
    return (
        f"{OWNER} crm [17/May/2026:07:05:03 +0000] 192.0.2.1 - R1 REST.GET.OBJECT {key} "
        f'"GET {target} HTTP/1.1" {status} - 5 5 7 6 "{referer}" "{agent}" - h SigV4 C - s3.amazonaws.com T - - r'
    )


def alb_line(target="/", agent="curl/8.5.0", tail=" TID_1"):
    return (
        "https 2026-05-17T07:05:03.186641Z app/crm/50 192.0.2.1:2817 198.51.100.4:80 0.1 0.2 0.3 200 200 1 5 "
        f'"GET https://example.org:443{target} HTTP/1.1" "{agent}" C T arn "Root=1" "-" "-" 1 '
        f'2026-05-17T07:05:02.364000Z "forward" "-" "-" "198.51.100.4:80" "200" "-" "-"{tail}'
    )


def event(form, line):
    (row,) = decoder_of(form).decode(batch_of([line])).frame.iter_rows(named=True)
    return row


@settings(deadline=None, max_examples=100)
@given(st.text(PRINTED, min_size=1, max_size=30).filter(lambda text: text.strip() not in ("-", "")))
def test_an_agent_written_by_the_client_changes_nothing_but_the_agent(agent):
    escaped = agent.replace("\\", "\\\\").replace('"', '\\"')
    plain, odd = event("alb", alb_line()), event("alb", alb_line(agent=escaped))
    assert odd["user_agent.original"] == agent
    same = set(plain) - {"user_agent.original", "user_agent.name", "event.original"}
    assert {name: odd[name] for name in same} == {name: plain[name] for name in same}


@settings(deadline=None, max_examples=100)
@given(st.text(PRINTED, max_size=30))
def test_quotes_that_s3_leaves_in_an_agent_do_not_forge_who_asked_for_what(agent):
    plain, odd = event("s3", s3_line()), event("s3", s3_line(agent=agent))
    kept = ("@timestamp", "source.ip", "url.path", "event.action", "http.response.status_code", "url.domain")
    assert {name: odd[name] for name in kept} == {name: plain[name] for name in kept}


@settings(deadline=None, max_examples=100)
@given(st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable()))
@example("-")
def test_a_key_is_the_path_of_its_object_whatever_it_is_called(key):
    once = quote(key, safe="/")
    path = event("s3", s3_line(key=quote(once, safe="/"), target=f"/crm/{once}"))["url.path"]
    assert path == f"/crm/{once}"


@pytest.mark.parametrize(
    ("key", "path"),
    [("a%252Bb", "/crm/a%2Bb"), ("a%2Bb", "/crm/a%20b"), ("a+b", "/crm/a%20b"), ("%25D0%259A", "/crm/%D0%9A")],
)
def test_both_layers_of_a_key_are_told_apart(key, path):
    assert event("s3", s3_line(key=key))["url.path"] == path


def test_the_route_of_an_object_serves_a_request_of_either_style_and_none():
    records = {
        "routes": [
            {"path": "/crm/clients/{client_id}/**", "object": "client", "action": "read", "subject": "{client_id}"}
        ]
    }
    by_path = s3_line(key="clients/17/a.pdf", target="/crm/clients/17/a.pdf")
    by_host = s3_line(key="clients/17/a.pdf", target="/clients/17/a.pdf")
    nobody = by_path.replace('"GET /crm/clients/17/a.pdf HTTP/1.1"', '"-"').replace(
        "REST.GET.OBJECT", "S3.EXPIRE.OBJECT"
    )
    assert [one(line, format="s3", records=records)["subject.ids"] for line in (by_path, by_host, nobody)] == [
        ["17"]
    ] * 3


@pytest.mark.parametrize("form", list(FORMS))
def test_lines_cut_and_lines_read_by_the_pattern_give_the_same(form):
    line = {"alb": alb_line(agent="a b"), "s3": s3_line(agent="a b")}[form]
    sly = {"alb": alb_line(agent='a \\"b'), "s3": s3_line(agent='a "b')}[form]
    parsed = FORMS[form].parse(pl.Series([line, sly, line]), PLACE)
    frame = parsed.frame.drop("user_agent.original")
    assert frame[0].equals(frame[1])
    assert frame[0].equals(frame[2])


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.text(max_size=60) | st.builds(alb_line, st.text(max_size=9)) | st.builds(s3_line, st.text(max_size=9)),
        max_size=9,
    ),
    st.sampled_from(list(FORMS)),
)
def test_any_text_gives_one_event_or_one_failure_a_line(lines, form):
    parsed = FORMS[form].parse(pl.Series(lines, dtype=pl.String()), PLACE)
    found = [*(parsed.places().tolist() if parsed.frame.height else ()), *parsed.failures]
    assert sorted(found) == list(range(len(lines)))


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 600))
def test_a_line_cut_off_anywhere_costs_itself_alone(at):
    for form, line in (("alb", alb_line()), ("s3", s3_line())):
        parsed = FORMS[form].parse(pl.Series([line, line[:at], line]), PLACE)
        assert {0, 2} <= set(parsed.places().tolist())
