"""Accounts that opened the clients an incident is about, which nothing explains for them either.

Comes in: work around an incident. Goes out: a trace for each account. What one opens of these clients, of all the
clients it opens, is held against what its colleagues do (``chance``); and against how much of the other work of the
incident's actors it shares, because who sits at the next desk sees the same callers every day. A client that many
open (a famous one) says nothing of any of them, and whose own clients most of them are, is who is looked after. Pure.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from math import log
from statistics import median

import polars as pl

from detector.runtime.incidents.companions.hypergeometric import log_chance
from detector.runtime.incidents.companions.surrounding_work import SurroundingWork, unexplained
from detector.web.companions import SharedTrace, SharedWay

LEAST_CLIENTS = 5
"""Of fewer in common nothing is said."""
MOST_SHARING = 5
"""A client that more accounts open with nothing to explain it is known to everybody."""
TIMES = 3.0
"""So many times what colleagues would have, and what is shared of other work."""
LIKELY = log(0.001)
"""Together with the number of accounts that are looked at, so likely by chance is too likely."""
LEAST_SHARE = 0.1
"""Two share so much of what the one who opened less opened with nothing to explain it."""
OUTSTANDING = 2
"""So many times what any colleague has who is not named."""
_LEAST_OF_DAY = 3


def same_clients(work: SurroundingWork) -> Mapping[str, SharedTrace]:
    """Return who opened the same clients, by account."""
    mine, others = unexplained(work.mine).select("client"), unexplained(work.others)
    shared = others.join(mine, on="client", how="semi")
    famous = shared.group_by("client").len().filter(pl.col("len") > MOST_SHARING)
    mine = mine.join(famous, on="client", how="anti")
    shared = shared.join(famous, on="client", how="anti")
    counts, in_all = _counts(shared), _counts(others)
    with_a_reason = _counts(work.others.join(work.mine, on="client", how="semi"))
    usual = _usually_shared(unexplained(work.mine_elsewhen), others)
    found: dict[str, SharedTrace] = {}
    for who, count in counts.items():
        chance = unlikely(count, work.clients_of[who], counts, work.clients_of, work.peers_of(who), len(work.roles))
        share = count / max(mine.height, 1)
        little = count < max(LEAST_CLIENTS, LEAST_SHARE * min(mine.height, in_all[who]))
        of_its_own = 2 * count < with_a_reason[who]
        if little or of_its_own or chance is None or share < TIMES * usual.get(who, 0.0):
            continue
        times = shared.filter(pl.col("who") == who).get_column("first")
        found[who] = SharedTrace(
            way=SharedWay.CLIENTS,
            count=with_a_reason[who],
            unexplained=count,
            of=work.mine.height,
            log_chance=chance,
            first_at=times.min(),  # type: ignore[arg-type]
            last_at=times.max(),  # type: ignore[arg-type]
        )
    return outstanding(work, found, {who: (trace.unexplained, counts) for who, trace in found.items()})


def outstanding(
    work: SurroundingWork, found: Mapping[str, SharedTrace], counts: Mapping[str, tuple[int, Mapping[str, int]]]
) -> dict[str, SharedTrace]:
    """Return those who have far more than any colleague who is not among them, with how much that one has.

    Args:
        work: Says who is whose colleague.
        found: By account.
        counts: What each of these has, and what others have that it is compared with.
    """
    left = dict(found)
    while True:
        most = {who: _most(work, who, left, counts[who][1]) for who in left}
        usual = [who for who in left if counts[who][0] < OUTSTANDING * most[who]]
        if not usual:
            return {
                who: replace(trace, others=len(work.peers_of(who) - set(left)), most=most[who])
                for who, trace in left.items()
            }
        del left[min(usual, key=lambda who: (counts[who][0], who))]


def _most(work: SurroundingWork, who: str, named: Collection[str], counts: Mapping[str, int]) -> int:
    return max((counts.get(each, 0) for each in work.peers_of(who) - set(named)), default=0)


def unlikely(
    count: int,
    of: int,
    counts: Mapping[str, int],
    whole: Mapping[str, int],
    peers: frozenset[str],
    compared: int,
) -> float | None:
    """Return the logarithm of how likely ``count`` of ``of`` is by chance, if that is little; else None.

    Args:
        count: What an account has that counts.
        of: All it has.
        counts: What each account has that counts.
        whole: All that each has.
        peers: Colleagues.
        compared: How many accounts are looked at: the more, the likelier that one of them stands out by chance.
    """
    theirs, in_all = sum(counts.get(each, 0) for each in peers), sum(whole.get(each, 0) for each in peers)
    if not in_all or count * in_all < TIMES * of * theirs:
        return None
    chance = log_chance(count, of, count + theirs, of + in_all) + log(max(compared, 1))
    return chance if chance < LIKELY else None


def _usually_shared(other_work: pl.DataFrame, others: pl.DataFrame) -> dict[str, float]:
    """Return which part of what the incident's actors open on another day each account opens too, on a middle day.

    What is shared on one day alone is no habit: it may be the same matter.
    """
    day = pl.col("first").dt.date().alias("day")
    days = other_work.select("client", day)
    sizes = days.group_by("day").len("of").filter(pl.col("of") >= _LEAST_OF_DAY)
    if sizes.height < 2:
        return {}
    shared = others.select("who", "client").join(days, on="client").group_by("who", "day").len("shared")
    found: dict[str, list[float]] = {}
    for who, count, of in shared.join(sizes, on="day").select("who", "shared", "of").iter_rows():
        found.setdefault(who, []).append(count / of)
    return {who: median([*shares, *[0.0] * (sizes.height - len(shares))]) for who, shares in found.items()}


def _counts(rows: pl.DataFrame) -> dict[str, int]:
    return dict(rows.group_by("who").len().sort("who").iter_rows())
