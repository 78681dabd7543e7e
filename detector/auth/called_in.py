"""Who was called into a case by what was written to them: roles that people were only asked for call nobody for good.

Comes in: what was written to somebody about a case, and the roles they were asked for that are not theirs any more.
Goes out: whom it called all the same. What reached them in such a role, while they were asked for it or held it, let
them know as long as that lasted; what they would have been told without the role counts as ever. Pure.
"""

from collections.abc import Collection, Iterable
from typing import Final

from detector.schema.team.delivery import MessageKind, WrittenTo
from detector.schema.team.role_assignments import RoleAssignment

_AFTER_A_PAGE: Final = frozenset({MessageKind.INFO, MessageKind.DELIVERY_FAILED})
"""What is said to whoever was paged before: where a page called nobody, neither does what follows it."""
_OF_A_ROLE: Final = frozenset({MessageKind.ROLE_ASKED, MessageKind.ROLE_ENDED})


def called_in(
    written: Iterable[WrittenTo], over: Collection[RoleAssignment], everybody: Collection[int]
) -> frozenset[str]:
    """Return whom messages about a case called into it.

    Args:
        written: What was written.
        over: What they were asked for and does not stand.
        everybody: The rungs of the ladder that call everybody, whatever their roles.
    """
    paged, noted, called = set[str](), set[str](), set[str]()
    for each in written:
        if each.kind is MessageKind.PAGE:
            paged.add(each.person)
        if each.kind in _OF_A_ROLE:
            continue
        to_all = each.kind is MessageKind.PAGE and (each.round > 0 or each.rung in everybody)
        if to_all or not any(_by_role(each, asked) for asked in over):
            (noted if each.kind in _AFTER_A_PAGE else called).add(each.person)
    return frozenset(called | (noted - paged))


def _by_role(written: WrittenTo, asked: RoleAssignment) -> bool:
    """Tell whether something reached somebody because they were asked for a role, or held it by that."""
    end = asked.declined_at or asked.ended_at
    meanwhile = asked.at <= written.at and (end is None or written.at <= end)
    return (written.person, written.role) == (asked.person, asked.role) and meanwhile
