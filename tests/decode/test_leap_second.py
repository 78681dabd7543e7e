"""Second ``:60`` is the second after ``:59``, in every format."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.decode.golden import Block, decoded, files, read

_CLOCK = re.compile(r"(?<![0-9:])([0-2][0-9]:[0-5][0-9]):([0-5][0-9])(?![0-9:])")


def _at(block: Block, second: str) -> Block:
    """Return the record with this second in its first line's first time."""
    first = _CLOCK.sub(rf"\g<1>:{second}", block.lines[0], count=1)
    return replace(block, lines=[first, *block.lines[1:]])


def _with_clock() -> list[tuple[str, Block]]:
    """Return of each format records of which the first clock is their own time."""
    found = []
    for path in files():
        for block in read(path):
            if "@timestamp" not in block.expected or not _CLOCK.search(block.lines[0]):
                continue
            if len([one for one in found if one[0] == path.stem]) < 3:
                found.append((path.stem, block))
    return found


BLOCKS = _with_clock()


@pytest.mark.parametrize(("name", "block"), BLOCKS, ids=[f"{b[0]}-{i}" for i, b in enumerate(BLOCKS)])
def test_second_sixty_is_the_next_second(name: str, block: Block) -> None:
    before, at = (decoded(_at(block, second), name).get("@timestamp") for second in ("58", "59"))
    if not before or before == at:
        pytest.skip("the first clock of this record is not its time")
    after = decoded(_at(block, "60"), name)
    assert "reject" not in after
    assert datetime.fromisoformat(after["@timestamp"]) == datetime.fromisoformat(str(at)) + timedelta(seconds=1)
