"""Where an incident's findings saw somebody else than an account's holder, and which of them are about the holder.

Comes in: findings, and the addresses at which the incident's accounts were known before. Goes out: addresses, findings.
Plain functions; nothing is read. An intruder is told from the holder by address: where findings saw one at which nobody
of the incident was known, it is the intruder's, and the holder is at the others. Where they saw none, whatever an
intruding finding saw is the intruder's.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from ipaddress import ip_network
from typing import Final, NamedTuple

import polars as pl

from detector import frames
from detector.schema.case.incidents import Incident
from detector.schema.detection.findings import Finding
from detector.schema.events.columns import ACCOUNT
from detector.schema.levels import Severity

# An office has one network, and the next desk lies in it.
_HOUSE: Final = tuple(
    map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7", "fe80::/10"))
)

# An account that had so many addresses of a network is given them by turns.
_BY_TURNS: Final = 3


class Intrusion(NamedTuple):
    """An incident, and what says where somebody else was.

    Attributes:
        said: The gravest of the findings that say that somebody got in, or tries to. findings: all behind it.
    """

    incident: Incident
    said: Sequence[Finding]
    findings: Sequence[Finding]


def gravest(findings: Sequence[Finding]) -> list[Finding]:
    """Return those that are an incident by themselves; all, where none is."""
    return [each for each in findings if each.severity.rank >= Severity.HIGH.rank] or list(findings)


def known_at(addresses: Collection[str], known: pl.DataFrame) -> frozenset[str]:
    """Return the addresses that are among those at which accounts touched client data (column ``source.ip``)."""
    return frozenset(each for each in addresses if known.filter(frames.from_addresses((each,))).height)


def nearby(met: pl.DataFrame, known: pl.DataFrame, strange: Collection[str]) -> pl.DataFrame:
    """Return the pairs (``actor.id``, ``source.ip``) met in a network in which the account is known.

    Whoever works from home or on the way has another address every day, and seldom another network (/24, of IPv6 /48).
    In a company's own network the next address is the next desk; but where an account had several, it is given them by
    turns, as a VPN does. That counts if somebody else was seen, and in another network.

    Args:
        met: Pairs of the incident's time.
        known: Pairs of before.
        strange: Addresses at which findings saw somebody, and at which no account of the incident was known.
    """
    at = ["actor.id", "network"]
    there, here = (each.with_columns(network=_networks(each)).drop_nulls("network") for each in (met, known))
    in_house = pl.col("network").is_in([each for each in here["network"].unique() if _in_house(each)])
    elsewhere = [network for each in strange if (network := frames.wide_network(each))]
    several = pl.col("source.ip").n_unique().over(at) >= _BY_TURNS
    by_turns = several & ~pl.col("network").is_in(elsewhere) if elsewhere else pl.lit(False)
    here = here.filter(~in_house | by_turns)
    return there.join(here, on=at, how="semi").drop("network")


def _networks(pairs: pl.DataFrame) -> pl.Series:
    return pl.Series([frames.wide_network(each) for each in pairs.get_column("source.ip")], dtype=pl.String())


def _in_house(network: str) -> bool:
    return any(ip_network(network).overlaps(each) for each in _HOUSE if each.version == ip_network(network).version)


def got_in(case: Intrusion, since: datetime) -> datetime:
    """Return when somebody got in, as a grave finding says; the beginning of the incident where none does."""
    grave = [each.first_event_at for each in case.said if each.severity.rank >= Severity.HIGH.rank]
    return max(since, min(grave, default=since))


def seen_at(case: Intrusion, here: frozenset[str]) -> frozenset[str]:
    """Return the addresses at which findings saw whoever is not the holder.

    A rule that saw an address where nobody of the incident was known, and others besides, saw the holder at these: a
    session that is used in two places is used at home by whom it belongs to.

    Args:
        case: The incident and its findings.
        here: The addresses at which its accounts were known before.
    """
    if not case.findings:
        return frozenset(case.incident.source_ips)
    strange = frozenset().union(*(each.source_ips for each in case.findings)) - here
    by_rule: dict[str, set[str]] = {}
    for finding in case.findings:
        # What an account does at home while somebody else is elsewhere is parted by its manner.
        at_home = strange and not strange.intersection(finding.source_ips) and finding.actor_id.startswith(ACCOUNT)
        if not at_home or finding in case.said or not case.said:
            by_rule.setdefault(finding.rule_id, set()).update(finding.source_ips)
    # Who is said to read at home only, while somebody else is elsewhere, is the holder.
    holders = {each.rule_id for each in case.said if each.touched} if strange else set()
    nowhere = frozenset[str]()
    return frozenset().union(*((seen - here) or (nowhere if at in holders else seen) for at, seen in by_rule.items()))


def nobody_else(told: Intrusion, strange: frozenset[str], known: frozenset[str]) -> bool:
    """Tell whether somebody else was only suspected at places known before, while a graver finding says what was done.

    A session that goes on on the way home is used in two places as well.
    """
    if strange or not told.said or any(each.severity.rank >= Severity.HIGH.rank for each in told.said):
        return False
    seen = frozenset().union(*(each.source_ips for each in told.said))
    if not seen or not seen <= known:
        return False
    return any(each.touched and each.severity.rank >= Severity.HIGH.rank for each in told.findings)


def findings_of_holders(told: Intrusion, strange: frozenset[str]) -> list[Finding]:
    """Return the findings that saw nobody but the holders, where it is known where whoever got in was.

    One below high severity counts where none is graver, and its rule saw nobody else.
    """
    if not told.said or not strange:
        return []
    elsewhere = [each for each in told.findings if strange.intersection(each.source_ips)]
    rules = {each.rule_id for each in elsewhere}
    return [
        each
        for each in gravest([each for each in told.findings if each.touched])
        if each not in told.said
        and each not in elsewhere
        and each.actor_id.startswith(ACCOUNT)
        and (each.severity.rank >= Severity.HIGH.rank or each.rule_id not in rules)
    ]
