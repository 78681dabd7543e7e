"""Clients who were told of less than all, whose next letter is planned, refused or on its way: they were told."""

from pathlib import Path

import pytest

from tests.receivers import Mails, smtp_server
from tests.runtime.letters.joined_room import OTHER, JoinedRoom
from tests.runtime.scopes.house import THIEF

__all__ = ["smtp_server"]

NEXT = {
    "none planned": ({"sent": 2}, 0, 1),
    "planned": ({"sent": 1, "planned": 1}, 1, 0),
    "refused": ({"sent": 1, "failed": 1}, 1, 0),
    "sent": ({"sent": 2}, 0, 0),
}
"""By what came next: how clients stand, how many are told of less by an open letter, of how many more is concerned."""


@pytest.mark.parametrize("joined", ["alone", "told by the case that went in", "told by the case it was parted from"])
@pytest.mark.parametrize("comes", NEXT)
def test_who_was_told_of_less_was_told_and_what_is_to_follow_is_open(
    tmp_path: Path, smtp_server: Mails, comes: str, joined: str
) -> None:
    cases = JoinedRoom.open(tmp_path, smtp_server.port, ["1", "2"], ["1", "2"], rate=1000)
    case, thief = cases.one, THIEF
    if joined == "told by the case it was parted from":
        cases.join()
        cases.file(cases.other)
        cases.send(cases.other)
        cases.part()
    else:
        cases.file(cases.one)
        cases.send(cases.one)
    if joined == "told by the case that went in":
        cases.join()
        case, thief = cases.other, OTHER
    cases.opened(thief, ["1"], 6, data="health")
    cases.recount(case)
    if comes != "none planned":
        cases.file(case)
    if comes == "refused":
        smtp_server.unknown.add("c1@example.org")
    if comes in ("refused", "sent"):
        cases.send(case)
    stand, less, wider = NEXT[comes]
    if comes == "refused" and joined != "alone":
        wider = 1  # what was refused here names nothing beside what the other case has told: it is planned anew
    found = cases.desk().standing_of(case)
    assert cases.stand(case) == stand
    assert (found.informed, found.less, found.wider) == (2, less, wider)
    assert (found.reached, found.without, found.untold) == (2, less, 0)
    assert found.going == wider + (comes == "planned")
