"""Facts as arrays against the same thing written down row by row."""

import itertools
import json
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.facts import fact_maker, novelty
from detector.detect.rules.facts.fact_maker import FactMaker, FactState
from detector.detect.rules.rule_checks import events_frame
from detector.settings import RecordMap, Settings
from tests.decode.batches import decode
from tests.decode.sql.test_hidden import audit

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
DAY = 86_400
MAKER = FactMaker(Settings(timezone="Europe/Berlin", records=RecordMap(canaries=("C-1", "77"))))

GAPS = st.sampled_from([0, 1, 5, 599, 600, 601, DAY, 2 * DAY, 3 * DAY, 89 * DAY, 91 * DAY])
IDS = st.one_of(
    st.none(),
    st.integers(1, 12).map(str),
    st.sampled_from(
        ["C-1", "C-2", "77", "+4", "-4", " 5", "5 ", "x", "", "00012", "1" * 25, "9" * 18, "1.0", "1e3", "٣"]
    ),
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "gap": GAPS,
            "who": st.sampled_from(["a", "a", "b", None]),
            "action": st.sampled_from(["read", "read", "update", None]),
            "outcome": st.sampled_from(["success", "success", "failure", None]),
            "ids": st.lists(IDS, max_size=2),
            "name": st.sampled_from([None, "internet", "office"]),
            "ip": st.sampled_from(
                [None, "192.0.2.1", "192.0.2.2", "198.51.100.1", "2001:db8::1", "2001:db8::2", "2001:db8:1::1", "odd"]
            ),
            "agent": st.sampled_from([None, "Firefox", "curl"]),
        }
    ),
    max_size=40,
)


def frame_of(rows: list[dict]) -> pl.DataFrame:
    at, events = START, []
    for row in rows:
        at += timedelta(seconds=row["gap"])
        events.append(
            {
                "@timestamp": at,
                "user.id": row["who"],
                "actor.id": row["who"] and f"user:{row['who']}",
                "actor.type": "service" if row["who"] == "b" else "human",
                "event.action": row["action"],
                "event.outcome": row["outcome"],
                "subject.ids": row["ids"],
                "network.name": row["name"],
                "source.ip": row["ip"],
                "user_agent.name": row["agent"],
            }
        )
    return events_frame(events)


def plain_network(address: str) -> str | None:
    parts = address.split(":" if ":" in address else ".")
    return ".".join(parts[:3]) if len(parts) > 2 else None


def plain_news(frame: pl.DataFrame) -> list[tuple[bool, ...]]:
    spans: dict[tuple, tuple] = {}
    forget, known_for = timedelta(microseconds=novelty.FORGET), timedelta(microseconds=novelty.KNOWN_FOR)

    def seen(key: tuple, time: datetime) -> datetime:
        first, last = spans.get(key, (time, time))
        spans[key] = (time if last < time - forget else first, time)
        return spans[key][0]

    found = []
    for row in frame.iter_rows(named=True):
        time, verdicts = row["@timestamp"], [False] * 9
        if row["user.id"] and row["actor.id"] and row["event.outcome"] not in (None, "failure"):
            since, at_all = seen((row["actor.id"],), time), seen(("anybody", "at all"), time)
            verdicts[3] = time - since < timedelta(microseconds=novelty.NEW_FOR)
            verdicts[4] = verdicts[3] and since - at_all >= known_for
            week = timedelta(microseconds=novelty.YOUNG_FOR)
            verdicts[6] = time - since < week <= since - at_all
            begun, days = since, 1
            while row["actor.type"] == "service" and days < 3 and time.date() > begun.date():
                days += 1
                begun = seen((row["actor.id"], "day", days), time)
            verdicts[5] = row["actor.type"] == "service" and days < 3 and time - at_all >= known_for
            name, address = row["network.name"], row["source.ip"]
            values = (
                plain_network(address or "") if name in (None, "internet") else name,
                address,
                row["user_agent.name"],
            )
            for place, value in enumerate(values):
                if value is not None:
                    begun = seen((row["actor.id"], place, value), time)
                    young = time - begun < timedelta(microseconds=novelty.NEW_FOR)
                    verdicts[place] = young and begun - since >= known_for
                    long = time - begun >= week
                    verdicts[7] |= place == 0 and long and row["actor.type"] == "service"
                    verdicts[8] |= place == 1 and long
        found.append(tuple(verdicts))
    return found


def row(**given) -> dict:
    empty = {"gap": 0, "who": "a", "action": "read", "outcome": "success", "ids": [], "name": None, "ip": None}
    return {**empty, "agent": None, **given}


@pytest.mark.share(2)
@settings(max_examples=300, deadline=None)
@given(rows=ROWS, cuts=st.lists(st.integers(0, 50), max_size=5), snapshot=st.booleans())
@example(
    rows=[row(ip="192.0.2.1"), row(gap=91 * DAY, ip="192.0.2.1"), row(gap=3 * DAY, ip="198.51.100.1")],
    cuts=[],
    snapshot=False,
)
@example(rows=[row(ids=[str(n)]) for n in (1, 2, 2, 3, 9, 8, 8)], cuts=[1, 2, 3, 6], snapshot=True)
def test_a_batch_as_arrays_has_the_facts_that_going_through_it_row_by_row_gives(reference, rows, cuts, snapshot):
    frame = frame_of(rows)
    state, parts = FactState.empty(), []
    edges = [0, *sorted({cut % (frame.height + 1) for cut in cuts}), frame.height]
    for low, high in itertools.pairwise(edges):
        if snapshot:
            state = fact_maker.from_tables(fact_maker.to_tables(state))
        if high > low:
            parts.append(pl.DataFrame(MAKER.step(state, FrameView(frame[low:high]))))
    if not parts:
        return
    found = pl.concat(parts)
    assert found["nabat.sequential_run"].to_list() == reference.plain_runs(frame)
    assert found.select(*novelty.NOVELTIES, *novelty.OF_ACCOUNTS).rows() == plain_news(frame)
    assert [bool(touched) for touched in found["nabat.canary"]] == [
        any(id_ in ("C-1", "77") for id_ in ids) for ids in frame["subject.ids"]
    ]


def same_address(one, other):
    return bool(one and other) and one == other


def same_network(one, other):
    return bool(one and other) and one.rpartition(".")[0] == other.rpartition(".")[0]


def plain_failures(rows: list[tuple[int, str | None, str | None, str]]) -> list[int | None]:
    """Go through the logins one by one, with all of the past in sight."""
    found: list[int | None] = []
    explained: set[int] = set()  # failures of those who then signed in where they had signed in before
    for at, (now, who, address, outcome) in enumerate(rows):
        if outcome != "success":
            found.append(None)
            continue
        recent = [n for n, each in enumerate(rows[:at]) if each[3] == "failure" and now - each[0] <= 3600]
        failed = [rows[n] for n in recent]
        here = [rows[n] for n in recent if address and rows[n][2] == address and n not in explained]
        of_account = [each for each in failed if who and each[1] == who]
        at_home = of_account and any(
            before and before[0][0] < of_account[0][0] and not same
            for before, same in (
                (
                    [each for each in rows[:at] if each[1] == who and each[3] == "success" and near(each[2], address)],
                    [each for each in of_account if near(each[2], address)],
                )
                for near in (same_address, same_network)
            )
        )
        usual = here and any(
            who and each[1:] == (who, address, "success") and each[0] < here[0][0] for each in rows[:at]
        )
        own = [n for n in recent if who and address and rows[n][1:3] == (who, address)]
        here = own if usual and len(own) < 3 else here
        found.append(max(len(here), 0 if at_home else len(of_account)))
        if own and any(each[1:] == (who, address, "success") and each[0] < rows[own[0]][0] for each in rows[:at]):
            explained.update(own)
    return found


@pytest.mark.share(2)
@settings(max_examples=300, deadline=None)
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from([0, 1, 60, 3599, 3600, 3601]),
            st.sampled_from(["a", "b", None]),
            st.sampled_from(["192.0.2.1", "192.0.2.2", "198.51.100.1", None]),
            st.sampled_from(["failure", "failure", "success"]),
        ),
        max_size=40,
    ),
    cuts=st.lists(st.integers(0, 50), max_size=5),
    snapshot=st.booleans(),
)
def test_failures_of_an_account_count_where_it_never_signed_in_before_they_began(steps, cuts, snapshot):
    times = itertools.accumulate(gap for gap, *_ in steps)
    rows = [(now, *step[1:]) for now, step in zip(times, steps, strict=True)]
    names = ("user.name", "source.ip", "event.outcome")
    events = [
        {"@timestamp": START + timedelta(seconds=now), "event.action": "login", **dict(zip(names, rest, strict=True))}
        for now, *rest in rows
    ]
    maker, state, found = FactMaker(Settings(), {"nabat.failures_before"}), FactState.empty(), []
    edges = [0, *sorted({cut % (len(rows) + 1) for cut in cuts}), len(rows)]
    for low, high in itertools.pairwise(edges):
        if snapshot:
            state = fact_maker.from_tables(fact_maker.to_tables(state))
        if high > low:
            columns = {each.name: each for each in maker.step(state, FrameView(events_frame(events[low:high])))}
            found += columns["nabat.failures_before"].to_list()
    assert found == plain_failures(rows)


def test_failures_at_a_shared_address_are_not_charged_to_those_who_sign_in_there_anyway():
    office = [(0, "anna", "success"), (1, "boris", "success"), (2, "dora", "success"), (40, "boris", "failure")]
    office += [(41 + n, "dora", "failure") for n in range(3)]
    guesses = [(10 + n, f"guess{n}", "failure") for n in range(30)]
    rows = sorted([*office, *guesses]) + [
        (50, name, "success") for name in ("anna", "boris", "dora", "guess7", "clara")
    ]
    events = [
        {"@timestamp": START + timedelta(seconds=now), "event.action": "login", "source.ip": "192.0.2.1"}
        | {"user.name": name, "event.outcome": outcome}
        for now, name, outcome in rows
    ]
    columns = {each.name: each for each in MAKER.step(FactState.empty(), FrameView(events_frame(events)))}
    assert columns["nabat.failures_before"].to_list()[-5:] == [0, 1, 33, 30, 30]


def test_on_the_day_passwords_run_out_nobody_at_an_office_is_charged_with_what_the_others_forgot():
    names = [f"colleague{n}" for n in range(40)]
    rows = [(n, name, "success") for n, name in enumerate(names)]
    rows += [(DAY + 60 * n + m, name, "failure") for n, name in enumerate(names) for m in range(3)]
    rows += [(DAY + 60 * n + 30, name, "success") for n, name in enumerate(names)]
    events = [
        {"@timestamp": START + timedelta(seconds=now), "event.action": "login", "source.ip": "192.0.2.1"}
        | {"user.name": name, "event.outcome": outcome}
        for now, name, outcome in sorted(rows)
    ]
    columns = {each.name: each for each in MAKER.step(FactState.empty(), FrameView(events_frame(events)))}
    assert columns["nabat.failures_before"].drop_nulls().to_list()[-40:] == [3] * 40


def test_the_network_of_an_address_is_told_where_it_lies_on_the_internet():
    places = {
        "203.0.113.7": "203.0.113.0/24", "203.0.113.8": "203.0.113.0/24", "2001:db8:7:1::1": "2001:db8:7::/48",
        "2001:db8:7:ffff::1": "2001:db8:7::/48", "::1": "::/48",
    }  # fmt: skip
    rows = [{"@timestamp": START, "source.ip": each, "network.name": "internet"} for each in places]
    rows += [{"@timestamp": START, "source.ip": "203.0.113.7", "network.name": name} for name in ("office", None)]
    rows += [{"@timestamp": START, "network.name": "internet"}]
    columns = {each.name: each for each in MAKER.step(FactState.empty(), FrameView(events_frame(rows)))}
    assert columns["nabat.network"].to_list() == [*places.values(), None, None, None]


def test_the_bare_name_of_an_account_is_told_where_it_has_a_domain_or_realm():
    accounts = ["corp\\anna", None, "anna@corp", "anna", "a@b@c", "@x", None]
    rows = [{"@timestamp": START, "user.id": each} for each in accounts]
    columns = {each.name: each for each in MAKER.step(FactState.empty(), FrameView(events_frame(rows)))}
    assert columns["nabat.account_bare"].to_list() == ["anna", None, "anna", None, "a@b", "@x", None]
    columns = {each.name: each for each in MAKER.step(FactState.empty(), FrameView(events_frame(rows[1:2])))}
    assert columns["nabat.account_bare"].to_list() == [None]


def test_what_was_not_seen_for_longest_is_let_go_of_beyond_the_bound():
    seen = novelty.NoveltyState(sweep_at=50, most=40)
    frame = frame_of([row(gap=1, who=f"u{n}", ip="192.0.2.1") for n in range(30)])
    seen.step(FrameView(frame))
    assert seen.spans.size == 40
    # One place is that of all accounts together.
    assert seen.spans.known()["last"].min() == frame["@timestamp"].dt.epoch("us")[17]


def test_a_canary_is_the_same_however_it_is_written_down_unless_zeros_belong_to_ids():
    def touched(canary: str, ids: str, asked: str, kind: str = "client") -> bool:
        routes = [{"path": "/x/{id}", "action": "read", "object": "client", "subject": "{id}", "ids": ids}]
        maker = FactMaker(Settings(records=RecordMap(canaries=(canary,), routes=routes)), {"nabat.canary"})
        view = FrameView(events_frame([{"@timestamp": START, "subject.ids": [asked], "object.type": kind}]))
        return bool({column.name: column for column in maker.step(FactState.empty(), view)}["nabat.canary"].item())

    assert touched("0777", "number", "777")
    assert touched("777.json", "number", "777")
    assert not touched("0777", "number", "778")
    assert touched("0777", "text", "0777")
    assert not touched("0777", "text", "777")
    assert touched("0777", "text", "777", "document")  # of another object, whose ids are numbers


UUID = "a3f1c2d4-0000-4000-8000-00000000cafe"
PORTAL = {"when": {"action": "get"}, "action": "read", "object": "client", "subject": "field:client_id"}
BY_UUID = {
    "combined": {"path": "/clients/{client}", "action": "read", "object": "client", "subject": "{client}"},
    "audit.json": PORTAL,
    "postgresql.csv": {"table": "crm.clients", "object": "client", "subject": "where:id"},
}


def _uuid_line(form: str, spelt: str) -> str:
    if form == "combined":
        return f'203.0.113.9 - anna [17/May/2026:07:05:04 +0000] "GET /clients/{spelt} HTTP/1.1" 200 512 "-" "curl"'
    if form == "audit.json":
        return json.dumps({"ts": "2026-05-17T07:05:04Z", "user": "anna", "action": "get", "client_id": spelt})
    return audit(f"SELECT * FROM crm.clients WHERE id = '{spelt}'", "TABLE", "crm.clients")


def test_a_planted_uuid_is_known_in_any_spelling_by_path_field_and_statement(subtests: pytest.Subtests) -> None:
    for spelt, touched in [
        (UUID, True),
        (UUID.upper(), True),
        (UUID.replace("-", ""), True),
        (f"{{{UUID}}}", True),
        (f"urn:uuid:{UUID}", True),
        (UUID.replace("cafe", "cafd"), False),
    ]:
        for form in BY_UUID:
            with subtests.test(spelt=spelt, touched=touched, form=form):
                records = {"routes": [BY_UUID[form]], "canaries": [UUID.upper()]}
                maker = FactMaker(Settings(records=RecordMap.model_validate(records)), {"nabat.canary"})
                view = FrameView(decode([_uuid_line(form, spelt)], format=form, records=records).frame)
                found = {column.name: column for column in maker.step(FactState.empty(), view)}["nabat.canary"].item()
                assert bool(found) == touched


@pytest.mark.parametrize(
    ("canary", "asked", "touched"),
    [
        ("99001", "acme/99001", True),
        ("99001", "acme/099001", True),
        ("99001", "x/y/99001", True),
        ("99001", "99001", True),
        ("acme/99001", "acme/99001", True),
        ("acme/99001", "globex/99001", False),
        ("99001", "99001/99002", False),
        ("99001", "acme/199001", False),
    ],
)
def test_a_canary_is_known_within_any_tenant_unless_one_is_named(canary: str, asked: str, touched: bool) -> None:
    route = {"path": "/t/{org}/x/{id}", "action": "read", "object": "client", "subject": "{id}", "tenant": "{org}"}
    maker = FactMaker(Settings(records=RecordMap(canaries=(canary,), routes=[route])), {"nabat.canary"})
    view = FrameView(events_frame([{"@timestamp": START, "subject.ids": [asked], "object.type": "client"}]))
    found = {column.name: column for column in maker.step(FactState.empty(), view)}["nabat.canary"].item()
    assert bool(found) == touched
