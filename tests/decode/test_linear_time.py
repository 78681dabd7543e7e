"""Whatever stands in a line, the time to read it grows with its length and no faster.

Times are only compared with each other. LINEAR=1 tries each string in each place at each length (half an hour); else
each place meets a few of them, so that each format meets most.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from detector.decode.drafting import draft_format
from detector.decode.drafting.explain import explain
from detector.decode.line_context import LineContext
from detector.decode.registry import load_formats
from detector.decode.sql.statement_tables import touches_of
from detector.detect.rules import RuleDetector, RuleSet
from detector.detect.rules.rule_checks import events_frame
from detector.resources import shipped
from detector.schema.events.framing import MAX_RECORD
from detector.schema.events.id_forms import one_form
from detector.settings import Settings
from tests.acquire.framed import FRAMINGS, cuts_of
from tests.decode.batches import settings_for
from tests.decode.linear import SPECIAL, Hostile, decoding, hostile, swollen
from tests.growth import SIZES

WHOLE = os.environ.get("LINEAR") == "1"
PLACES = list(hostile())
STEP = 1 if WHOLE else 31
NAMES = [f"{one.form}-{one.place}" for one in PLACES]


def few(at: int, step: int = STEP) -> list[str]:
    """Return the strings a place meets: others than its neighbours."""
    return list(SPECIAL[at % step :: step])


def linear(work: Callable[[str], object], specials: list[str], text: Callable[[str, int], str]) -> None:
    found = {each: swollen(work, lambda size, each=each: text(each, size), whole=WHOLE) for each in specials}
    assert not {each: times for each, times in found.items() if times}


def repeated(special: str, size: int) -> str:
    return special * (size // len(special.encode()))


@pytest.mark.parametrize(("at", "one"), list(enumerate(PLACES)), ids=NAMES)
def test_a_format_reads_a_line_in_time_that_grows_with_its_length(at: int, one: Hostile) -> None:
    linear(decoding(one), few(at), one.text)


@pytest.mark.parametrize(("at", "one"), list(enumerate(PLACES))[:: 1 if WHOLE else 37])
def test_so_does_auto(at: int, one: Hostile) -> None:
    linear(decoding(one, "auto"), few(at), one.text)


@pytest.mark.parametrize("dialect", ["", "mysql", "mssql"])
@pytest.mark.parametrize(
    "begin",
    [
        "select * from clients where id in (1) and a = ",
        "select * from ",
        "copy ",
        "",
        "select '",
        'select "x',
        "exec('",
    ],
)
def test_sql(dialect: str, begin: str) -> None:
    linear(lambda text: touches_of(text, dialect), few(len(begin), min(STEP, 15)), lambda s, n: begin + repeated(s, n))


@pytest.mark.parametrize("dialect", ["", "mysql", "mssql", "oracle"])
def test_sql_that_hides_its_tables(dialect: str) -> None:
    pieces = [
        "/* ",
        "*/ ",
        "/*! ",
        'U&"a" ',
        "U&'a' uescape ",
        "into ",
        "update ",
        "table ",
        "{oj ",
        "do $$ ",
        "exec('x ",
        "@a = 1 ",
    ]
    linear(lambda text: touches_of(text, dialect), [*pieces, "select 1 from t; ", "a''b "], repeated)
    linear(lambda text: touches_of("frobnicate " + text, dialect), pieces, repeated)


def test_sql_of_many_tables_and_many_conditions() -> None:
    def text(special: str, size: int) -> str:
        many = size // 30
        tables = ", ".join(f"t{at} a{at}" if special else "t" for at in range(many))
        return f"select * from {tables} where " + " and ".join(f"a{at} = {at}" for at in range(many))

    linear(touches_of, ["", "distinct"], text)


def test_sql_of_queries_within_queries() -> None:
    def text(special: str, size: int) -> str:
        deep = size // 60
        begin = f"select m.name, count(*){special} from (select * from "
        return begin * deep + "clients m" + ") m join z on z.id = m.z group by m.name" * deep

    linear(touches_of, ["", ", max(a)"], text)


@pytest.mark.timeout(1800 if WHOLE else 120)
@pytest.mark.parametrize("name", sorted(FRAMINGS))
def test_records_of_several_lines(name: str) -> None:
    begin = {"json": '{"a":"', "xml": "<Event>", "quotes": 'a,"', "braces": "{20261124000000,N,"}.get(name, "")

    def cut_all(text: str) -> object:
        return [cut.end for cut in cuts_of(FRAMINGS[name], text.encode())]

    # Records as long as one may be, and records that are too long, of which only a part is kept: two ways, each linear.
    for first, times in product({begin, ""}, (MAX_RECORD // SIZES[-1], 2 * MAX_RECORD // SIZES[0])):
        linear(
            cut_all,
            few(len(name), min(STEP, 9)),
            lambda s, n, first=first, times=times: first + repeated(s, n * times),
        )


@pytest.mark.parametrize("name", ["json", "wrapped"])
def test_records_that_are_none(name: str) -> None:
    linear(lambda text: [cut.end for cut in cuts_of(FRAMINGS[name], text.encode())], ["{"], lambda s, n: s * 5 * n)


@pytest.mark.parametrize("number", [False, True])
def test_ids(number: bool) -> None:
    linear(lambda text: one_form(text, number=number), list(SPECIAL), lambda s, n: "7" + repeated(s, n))


@pytest.mark.parametrize("column", ["url.path", "url.query", "user_agent.original", "user.name"])
def test_rules(column: str) -> None:
    detector = RuleDetector(RuleSet.load([shipped("rules")]), Settings(), 1)
    empty = detector.empty()

    def judge(text: str) -> object:
        row = {"@timestamp": datetime(2026, 3, 2, tzinfo=UTC), "source.ip": "192.0.2.1", "url.path": "/a", column: text}
        return detector.fold(empty, events_frame([row]))

    linear(judge, few(len(column)), repeated)


def test_drafts_of_a_first_configuration_and_explanations() -> None:
    settings = settings_for()
    formats = load_formats(settings)

    def both(text: str) -> object:
        line = f"2026-05-17T10:05:03Z user=anna {text} 192.0.2.1"
        return draft_format([line], settings), explain(line, formats, None, LineContext(zone=ZoneInfo("UTC")))

    linear(both, few(3), repeated)
