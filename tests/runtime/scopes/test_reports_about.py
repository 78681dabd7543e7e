"""Whom a report from outside is guessed to be about does not see it, but somebody always does."""

from pathlib import Path

import pytest

from detector.incident.reports import ReportTold
from detector.schema.events.touches import TouchReason
from detector.schema.outside.outside_reports import ReportKind
from tests.runtime.scopes.house import ScopeHouse

TAKERS = ("anna", "boris", "dina", "lev", "olga")


@pytest.mark.parametrize(("touched_by", "seen_by"), [(TAKERS[:4], ["olga"]), (TAKERS, list(TAKERS))])
def test_a_report_is_hidden_from_those_who_touched_its_client_unless_that_is_everybody(
    tmp_path: Path, touched_by: tuple[str, ...], seen_by: list[str]
) -> None:
    house = ScopeHouse(tmp_path)
    for minute, name in enumerate(touched_by):
        house.touched(minute - 10, ["1005"], by=f"user:{name}", why=TouchReason.NOBODY)
    with house.store.begin() as unit:
        house.journal.flush(unit)
    told = ReportTold(kind=ReportKind.CLIENT, text="who rang me knew my last payment", clients=("1005",))
    report = house.console.take_in_form(told)
    assert [name for name in TAKERS if house.by(name).reports.all(9)] == seen_by
    assert {*report.about} == ({f"user:{name}" for name in touched_by} if len(seen_by) == 1 else set())
