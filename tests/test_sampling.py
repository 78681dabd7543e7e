"""What CI leaves out at one commit, it tries at others."""

import pytest

from tests.sampling import is_tried

SINGLE, CHEAP = "tests/web/test_acts.py::test_a_note", "tests/incident/test_duties.py::test_a_duty"


@pytest.mark.parametrize(
    ("nodeid", "cell", "cells", "share", "parts"),
    [
        (CHEAP, "", 1, None, 1),
        (f"{CHEAP}[en]", "en", 9, None, 1),
        (SINGLE, "", 1, None, 4),
        (f"{SINGLE}[en]", "en", 3, None, 4),
        (f"{SINGLE}[en]", "en", 4, None, 5),
        ("tests/decode/test_golden.py::test_a_line[nginx]", "nginx", 500, None, 5),
        ("tests/decode/test_golden.py::test_a_line[nginx]", "nginx", 500, 1, 1),
        (SINGLE, "", 1, 2, 2),
    ],
)
def test_whatever_is_left_out_at_a_commit_has_its_turn(
    nodeid: str, cell: str, cells: int, share: int | None, parts: int
) -> None:
    tried = [turn for turn in range(100, 100 + 4 * parts) if is_tried(nodeid, cell, cells, share, turn)]
    assert len(tried) == 4
    assert {turn % parts for turn in tried} == {tried[0] % parts}


def test_cells_of_one_name_are_drawn_together_and_single_tests_by_themselves() -> None:
    def turns(names: list[str], cells: int) -> set[tuple[bool, ...]]:
        return {tuple(is_tried(f"{name}[en]", "en", cells, None, turn) for turn in range(20)) for name in names}

    names = [f"tests/runtime/test_{number}.py::test_it" for number in range(40)]
    assert len(turns(names, cells=6)) == 1
    assert len(turns(names, cells=2)) == 4
