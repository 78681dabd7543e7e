"""W3C extended logs: the directive in force counts, wherever the file is cut and whatever dialect stands beside it."""

from functools import cache
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from detector.schema.events.lines import RejectReason
from tests.decode.batches import batch_of, decoder_for

FULL = "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status"
SHORT = "#Fields: date time c-ip cs-method cs-uri-stem sc-status time-taken"
FOREIGN = "#Fields: date time action protocol src-ip dst-ip"
LINES = [
    "#Software: Microsoft Internet Information Services 10.0",
    "#Version: 1.0",
    FULL,
    "2026-05-17 07:05:03 192.0.2.9 GET /crm/clients/17 x=1 443 anna 192.0.2.17 curl/8.5.0 200",
    "2026-05-17 07:05:04 192.0.2.9 GET /crm/clients/18 - 443 - 192.0.2.17 - 403",
    "2026-05-17 07:05:04 192.0.2.9 GET /crm/clients/18 one value too many - 443 - 192.0.2.17 - 403",
    SHORT,
    "2026-05-17 07:05:05 192.0.2.18 GET /crm/clients/19 404 12",
    FOREIGN,
    "07:05:06 ALLOW TCP 192.0.2.1 192.0.2.2",
    FULL,
    "2026-05-17 07:05:07 192.0.2.9 POST /login - 443 - 192.0.2.19 curl/8.5.0 302",
]
HEADER, LOST = RejectReason.HEADER, RejectReason.NO_FORMAT
KEPT = [
    "@timestamp",
    "source.ip",
    "user.id",
    "url.path",
    "http.response.status_code",
    "event.duration",
    "event.original",
]


def in_force(lines):
    """The directive a reader would hand over with the next line."""
    return next((line for line in reversed(lines) if line.startswith("#Fields:")), "")


def test_the_fields_of_a_file_may_change_in_its_middle():
    result = decoder_for().decode(batch_of(LINES))
    assert [row[3] for row in result.frame.select(KEPT).rows()] == [
        *(f"/crm/clients/{client}" for client in (17, 18, 19)),
        "/login",
    ]
    assert result.frame["source.ip"].to_list() == ["192.0.2.17", "192.0.2.17", "192.0.2.18", "192.0.2.19"]
    assert set(result.frame["event.dataset"]) == {"iis.access"}
    reasons = {reject.number: reject.reason for reject in result.rejects}
    assert {number: reasons[number] for number in (1, 2, 3, 6, 7, 11)} == {
        1: HEADER, 2: HEADER, 3: HEADER, 6: LOST, 7: HEADER, 11: HEADER
    }  # fmt: skip


@cache
def decoder_of(form):
    decoder = decoder_for(format=form)
    decoder.decode(batch_of(LINES))  # a stream's format is remembered: let it be so from the first batch on
    return decoder


@settings(deadline=None, max_examples=30)
@given(cuts=st.lists(st.integers(0, len(LINES)), max_size=5), form=st.sampled_from(["auto", "iis.w3c"]))
def test_any_cut_gives_the_same_when_the_reader_hands_over_the_directive(cuts, form):
    decoder = decoder_of(form)
    whole = decoder.decode(batch_of(LINES))
    edges = sorted({0, len(LINES), *cuts})
    parts = [
        decoder.decode(batch_of(LINES[low:high], number=low + 1, header=in_force(LINES[:low])))
        for low, high in pairwise(edges)
    ]
    assert [row for part in parts for row in part.frame.select(KEPT).rows()] == whole.frame.select(KEPT).rows()
    told = [(reject.number, reject.reason) for part in parts for reject in part.rejects]
    assert told == [(reject.number, reject.reason) for reject in whole.rejects]
