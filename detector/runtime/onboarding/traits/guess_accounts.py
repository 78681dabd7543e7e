"""Which accounts look like programs, which addresses like proxies of one's own, which networks like inner ones.

Comes in: the events of all surveys. Goes out: guesses. Rules leave programs alone, so an account that reads the records
of many clients is never taken for one without a person saying so, however much it looks like it.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

import polars as pl

from detector import frames
from detector.decode.enrich.user_agents import MONITORS, OTHER, PROGRAMS
from detector.runtime.onboarding.request_words import RequestWords

_BY_HAND = frozenset(("Bruno", "HTTPie", "Insomnia", "Postman"))
_MACHINES = frozenset((*PROGRAMS, *MONITORS, OTHER)) - _BY_HAND
# No glob and nothing that turns text round: the name goes into the configuration as a pattern.
_NAME = re.compile(r"[\w.@-]{1,64}")
_INNER = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fe80::/10")))
_LOOPBACK = tuple(map(ip_network, ("127.0.0.0/8", "::1/128")))
_LEAST_EVENTS = 20
_MOST_RECORDS = 60
_STEADY, _NEAR = 0.7, 0.2
_MOSTLY = 0.8
_NETWORKS = 12
_FRONT = 0.9

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelyProgram:
    """An account that may be a program.

    Attributes:
        name: As logged.
        count: Its events. records: how many different records or paths it succeeded to get.
        named / machine / steady: It is called like a program; sends what programs send; asks at even intervals.
        hours: In how many hours of the day it is active.
        wanted: Proposed.
    """

    name: str
    count: int
    records: int
    named: bool
    machine: bool
    steady: bool
    hours: int
    wanted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """An address that may be a proxy of one's own: of how many requests, in how many of them it names others."""

    address: str
    count: int
    share: float
    forwarded: int
    wanted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InnerNetwork:
    """A network of private addresses that was seen."""

    network: Network
    count: int
    accounts: int
    wanted: bool = True


def programs(frame: pl.DataFrame, words: RequestWords) -> list[LikelyProgram]:
    """Return the accounts that look like programs, the busiest first."""
    signed = frame.filter(pl.col("user.name").is_not_null())
    if not signed.height:
        return []
    machine = pl.col("user_agent.name").is_in(_MACHINES)
    ok = pl.col("event.outcome") == "success"
    table = signed.group_by("user.name").agg(
        pl.len().alias("count"),
        machine.sum().alias("machine"),
        pl.col("user_agent.name").is_not_null().sum().alias("told"),
        pl.col("url.path").filter(ok).n_unique().alias("paths"),
        pl.col("subject.ids").filter(ok).explode().n_unique().alias("subjects"),
        pl.col("@timestamp").dt.hour().n_unique().alias("hours"),
        pl.col("@timestamp").sort().diff().dt.total_milliseconds().drop_nulls().alias("gaps"),
    )
    found: list[LikelyProgram] = []
    for row in table.sort(["count", "user.name"], descending=[True, False]).iter_rows(named=True):
        name = str(row["user.name"])
        named = words.is_program(name)
        machine_like = row["told"] > 0 and row["machine"] >= _MOSTLY * row["told"]
        steady = _steady(row["gaps"])
        if _NAME.fullmatch(name) and (named or (machine_like and steady)):
            records = max(int(row["paths"]), int(row["subjects"]))
            wanted = named and (machine_like or steady or not row["told"]) and records <= _MOST_RECORDS
            found.append(
                LikelyProgram(
                    name=name,
                    count=int(row["count"]),
                    records=records,
                    named=named,
                    machine=machine_like,
                    steady=steady,
                    hours=int(row["hours"]),
                    wanted=wanted,
                )
            )
    return found


def _steady(gaps: list[int]) -> bool:
    if len(gaps) < _LEAST_EVENTS:
        return False
    middle = sorted(gaps)[len(gaps) // 2]
    near = sum(abs(gap - middle) <= _NEAR * middle for gap in gaps)
    return middle >= 1000 and near >= _STEADY * len(gaps)


def proxies(frame: pl.DataFrame) -> list[Proxy]:
    """Return the addresses that look like proxies of one's own: inner ones, or in front of nearly everything."""
    forwarded = frames.label("x_forwarded_for")
    forwarded = pl.when(forwarded.str.contains(r"^[0-9A-Fa-f:., \[\]-]+$")).then(forwarded)  # no name in its place
    seen = frame.filter(pl.col("source.ip").is_not_null()).select("source.ip", forwarded.alias("for"))
    if not seen["for"].drop_nulls().len():
        return []
    names_others = pl.col("for").is_not_null() & (pl.col("for") != pl.col("source.ip")) & (pl.col("for") != "-")
    table = seen.group_by("source.ip").agg(pl.len().alias("count"), names_others.sum().alias("forwarded"))
    found: list[Proxy] = []
    for row in table.sort(["forwarded", "source.ip"], descending=[True, False]).iter_rows(named=True):
        share = row["count"] / seen.height
        own = _in(row["source.ip"], _INNER + _LOOPBACK)
        # Whoever likes can send the header: an address of the world counts only if it stands before most requests.
        if row["forwarded"] >= _MOSTLY * row["count"] and (own or share >= _FRONT):
            found.append(
                Proxy(
                    address=row["source.ip"], count=row["count"], share=share, forwarded=row["forwarded"], wanted=True
                )
            )
    return found[:_NETWORKS]


def in_front(frame: pl.DataFrame) -> bool:
    """Tell whether nearly all requests come from one address, and nothing says for whom."""
    addresses = frame.get_column("source.ip").drop_nulls()
    if addresses.len() < _LEAST_EVENTS or frame.select(frames.label("x_forwarded_for").is_not_null().any()).item():
        return False
    most = addresses.value_counts(sort=True)["count"][0]
    return bool(most >= _FRONT * addresses.len() and frame["user_agent.original"].n_unique() > 2)


def inner_networks(frame: pl.DataFrame, behind: Iterable[str]) -> list[InnerNetwork]:
    """Return the networks of private addresses that clients have, ``behind`` being proxies that speak for others."""
    proxy = pl.col("source.ip").is_in(list(behind))
    last = frames.label("x_forwarded_for").str.split(",").list.last().str.strip_chars()
    told = frame.select(pl.when(proxy).then(last).otherwise(pl.col("source.ip")).alias("ip"), "actor.id").drop_nulls(
        "ip"
    )
    counts: Counter[Network] = Counter()
    actors: dict[Network, set[str]] = {}
    for address, count, who in told.group_by("ip").agg(pl.len(), pl.col("actor.id").unique()).iter_rows():
        if _in(address, _INNER):
            one = ip_address(address)
            network = ip_network(f"{address}/{24 if one.version == 4 else 64}", strict=False)
            counts[network] += count
            actors.setdefault(network, set()).update(who)
    if len(counts) > _NETWORKS:
        wider: Counter[Network] = Counter()
        for network, count in counts.items():
            wide = network.supernet(new_prefix=16 if network.version == 4 else 48)
            wider[wide] += count
            actors.setdefault(wide, set()).update(actors[network])
        counts = wider
    return [
        InnerNetwork(network=network, count=count, accounts=len(actors[network]))
        for network, count in sorted(counts.items(), key=lambda one: (-one[1], str(one[0])))[:_NETWORKS]
    ]


def _in(address: str, networks: tuple[Network, ...]) -> bool:
    try:
        one = ip_address(address)
    except ValueError:
        return False
    return any(one.version == network.version and one in network for network in networks)
