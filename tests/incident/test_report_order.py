"""In which order people look at reports from outside, after a flood as well."""

from datetime import UTC, datetime, timedelta

from detector.incident.reports import in_order
from detector.schema.outside.outside_reports import OutsideReport, ReportKind, ReportWay

NIGHT = datetime(2026, 3, 2, 2, tzinfo=UTC)


def report(n: int, text: str, way: ReportWay = ReportWay.FORM, **given: object) -> OutsideReport:
    at = NIGHT + timedelta(minutes=n)
    known = {"by": "", "sender": "", "language": "en", **given}
    return OutsideReport(
        id=f"r-{n:010}", kind=ReportKind.CLIENT, way=way, received_at=at, recorded_at=at, text=text, **known
    )  # type: ignore[arg-type]


def flood(first: int, count: int) -> list[OutsideReport]:
    return [report(first + n, f"My data leaked!!! case {n}, PAY me {n * 17} now or I tell all") for n in range(count)]


def nobody(_: OutsideReport) -> bool:
    return False


def test_a_run_of_one_text_is_one_group_behind_whatever_nobody_else_wrote() -> None:
    honest = report(99, "A man called me and knew the diagnosis that only your doctor has seen.")
    groups = in_order([*flood(0, 58), honest], nobody)
    assert [len(each.reports) for each in groups] == [1, 58]
    assert groups[0].first == honest
    assert [each.id for each in groups[1].reports] == [f"r-{n:010}" for n in range(58)], "nothing is left out"


def test_who_is_known_stands_first_whatever_they_write_and_behind_what_the_team_wrote_down() -> None:
    copied = report(70, flood(0, 1)[0].text, clients=("104729",))
    ours = report(90, "a journalist called", ReportWay.COMMAND)
    groups = in_order([*flood(0, 5), report(80, "quite another thing"), copied, ours], lambda each: bool(each.clients))
    assert [each.first.id for each in groups] == [ours.id, copied.id, "r-0000000080", "r-0000000000"]
    assert [each.known for each in groups] == [False, True, False, False]


def test_two_alike_are_no_run_and_what_is_short_or_empty_of_words_is_told_apart() -> None:
    groups = in_order([report(0, "help me"), report(1, "HELP  me!"), report(2, "???"), report(3, "помогите")], nobody)
    assert [each.first.id for each in groups] == [f"r-{n:010}" for n in range(4)]
    assert in_order([], nobody) == []


def test_a_flood_of_five_thousand_is_ordered_in_a_moment_and_keeps_every_report() -> None:
    texts = [report(n, f"word{n} other{n * 7} third{n * 13} fourth fifth") for n in range(2_000)]
    many = [*flood(3_000, 3_000), *texts]
    groups = in_order(many, nobody)
    assert sorted(one.id for each in groups for one in each.reports) == sorted(each.id for each in many)
