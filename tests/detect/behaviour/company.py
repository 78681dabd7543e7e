"""A small honest company as event frames, and what can be planted into it. Deterministic by seed."""

from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import polars as pl

from detector import frames
from detector.settings import BehaviourSettings, Settings

START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)


def settings(**behaviour: object) -> Settings:
    return Settings(behaviour=BehaviourSettings(**{"false_incidents_a_month": 10, **behaviour}))


def events(
    at: np.ndarray, actor: list[str], role: list[str], client: np.ndarray, action: list[str] | None = None,
    address: list[str] | None = None, confidentiality: str = "confidential",
) -> pl.DataFrame:  # fmt: skip
    """Return an event frame in order of time; ``at`` counts seconds from START."""
    count = len(at)
    order = np.argsort(at, kind="stable")
    micros = (at[order] * 1e6).astype(np.int64) + int(START.timestamp()) * 1_000_000
    pick = [int(i) for i in order]
    frame = pl.DataFrame(
        {
            "@timestamp": pl.Series(micros).cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
            "actor.id": [f"user:{actor[i]}" for i in pick],
            "actor.type": ["human"] * count,
            "user.roles": [[role[i]] for i in pick],
            "event.action": [(action[i] if action else "read") for i in pick],
            "event.outcome": ["success"] * count,
            "object.type": ["client"] * count,
            "object.confidentiality": [confidentiality] * count,
            "object.classes": [["contact"]] * count,
            "subject.ids": [[f"C{client[i]}"] for i in pick],
            "record.ids": [[f"C{client[i]}"] for i in pick],
            "source.ip": [(address[i] if address else f"192.0.2.{hash_of(actor[i])}") for i in pick],
            "service.name": ["crm"] * count,
            "http.response.body.bytes": [2000] * count,
            "log.source": ["crm"] * count,
            "log.stream": ["/var/log/crm.log"] * count,
            "log.file.path": ["/var/log/crm.log"] * count,
            "log.file.identity": ["f1"] * count,
            "log.offset": list(range(count)),
            "event.original": [f"line {actor[i]} {client[i]} {at[i]:.3f}" for i in pick],
        }
    )
    return frames.complete(frame)


def hash_of(name: str) -> int:
    return sum(map(ord, name)) % 200 + 1


def honest(days: int, operators: int = 20, seed: int = 1, busy: dict[int, float] | None = None) -> pl.DataFrame:
    """Return working days of operators and accountants; ``busy`` multiplies a day's work of everybody."""
    return _honest(days, operators, seed, tuple((busy or {}).items()))


@cache
def _honest(days: int, operators: int, seed: int, busy: tuple[tuple[int, float], ...]) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    at, who, role, client = [], [], [], []
    rates = np.exp(random.normal(3.0, 0.5, operators))
    for day in range(days):
        if (START + day * DAY).weekday() >= 5:
            continue
        for operator in range(operators):
            for hour in range(9, 17):
                level = rates[operator] * np.exp(random.normal(0, 0.35)) * dict(busy).get(day, 1.0)
                count = random.poisson(level)
                moments = day * 86400 + hour * 3600 + random.uniform(0, 3600, count)
                at.append(moments)
                who += [f"op{operator}"] * count
                role += ["accountant" if operator % 4 == 0 else "operator"] * count
                own = operator * 1000 + random.zipf(1.3, count) % 400
                client.append(np.where(random.random(count) < 0.1, random.integers(0, operators * 1000, count), own))
    return events(np.concatenate(at), who, role, np.concatenate(client))


def bulk(day: int, hour: float, actor: str = "op3", count: int = 1240, seconds: float = 3000) -> pl.DataFrame:
    """Return one actor reading many clients it has never touched."""
    return reads(day, hour, actor, 900_000 + np.arange(count), seconds)


def reads(
    day: int, hour: float, actor: str, clients: np.ndarray, seconds: float = 3000, role: str = "operator",
    action: str = "read", address: str | None = None, **columns: object,
) -> pl.DataFrame:  # fmt: skip
    """Return one actor dealing with these clients one after another; ``columns`` are set on all of its events."""
    count = len(clients)
    at = day * 86400 + hour * 3600 + np.linspace(1, seconds, count)
    addresses = None if address is None else [address] * count
    frame = events(at, [actor] * count, [role] * count, clients, [action] * count, addresses)
    return frame.with_columns(
        pl.lit(value).cast(frame.schema[name.replace("__", ".")]).alias(name.replace("__", "."))
        for name, value in columns.items()
    )


def familiar(count: int, operators: int = 20, spread: int = 1) -> np.ndarray:
    """Return clients of all operators in turn, so many numbers apart; those of one are no neighbours of the next."""
    return np.array([(place % operators) * 1000 + 1 + place // operators * spread for place in range(count)])


def strange(count: int, first: int = 500_000) -> np.ndarray:
    """Return clients nobody has ever dealt with, none the neighbour of another."""
    return first + 997 * np.arange(count)


def together(*parts: pl.DataFrame) -> pl.DataFrame:
    """Put frames into total order, with offsets anew."""
    frame = pl.concat(parts).sort("@timestamp", "log.stream", "log.offset")
    return frame.with_columns(pl.int_range(frame.height, dtype=pl.Int64).alias("log.offset"))


def day_of(frame: pl.DataFrame, first: int, end: int) -> pl.DataFrame:
    return frame.filter(pl.col("@timestamp").is_between(START + first * DAY, START + end * DAY, closed="left"))
