"""Second ``:60`` is the second after ``:59``, in every format."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.decode.golden import Block, decoded, files, read

_CLOCK = re.compile(r"(?:(?<![0-9:])|(?<=/[0-9]{4}:))([0-2][0-9]:[0-5][0-9]):[0-5][0-9](?![0-9:])")
_NUMBERED = frozenset({"squid"})
"""Formats whose time is a number: a clock in their records is that of the line around them."""


def _clocks(block: Block) -> list[int]:
    """Return where the seconds of each clock in a record begin."""
    return [found.end(1) + 1 for found in _CLOCK.finditer(block.record)]


def _time(name: str, block: Block, place: int, second: str) -> str | None:
    """Return the time of a record that has this second at a place; None when it is rejected."""
    record = block.record
    lines = f"{record[:place]}{second}{record[place + 2 :]}".split("\n")
    return decoded(replace(block, lines=lines), name).get("@timestamp")


def _with_clock() -> list[tuple[str, Block]]:
    """Return of each format some records with a clock."""
    found = []
    for path in files():
        blocks = [block for block in read(path) if "@timestamp" in block.expected and _clocks(block)]
        found += [(path.stem, block) for block in blocks[:3] if path.stem not in _NUMBERED]
    return found


BLOCKS = _with_clock()


def test_second_sixty_is_the_next_second(subtests: pytest.Subtests) -> None:
    for name, block in BLOCKS:
        with subtests.test(name=name, block=block):
            own = 0
            for place in _clocks(block):
                before, at = (_time(name, block, place, second) for second in ("58", "59"))
                if before is None or at is None or before == at:
                    continue  # of the program that passed the record on, or of what the record tells of
                own += 1
                after = _time(name, block, place, "60")
                assert after is not None
                assert datetime.fromisoformat(after) == datetime.fromisoformat(at) + timedelta(seconds=1)
            assert own, "none of its clocks is the record's time"
