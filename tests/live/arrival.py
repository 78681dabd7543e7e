"""How lines come to stand in the logs: late, out of order, in bursts, by clocks that are wrong.

Comes in: acts. Goes out: lines, each with the moment it is written and the moment it tells. Nothing is written here.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from random import Random

from tests.live.workload import Act

MSEC_FORMAT = '$msec $remote_addr "$remote_user" "$request" $status $body_bytes_sent "$http_user_agent"'
AGENT = "Mozilla/5.0 (X11; Linux x86_64)"


@dataclass(frozen=True, slots=True)
class Way:
    """How the lines of one source come.

    Attributes:
        delay: Seconds from the act to its line.
        jitter: Up to so many more, for each line its own; ``some``: for so large a part of the lines.
        burst: Lines are written together, each so many seconds.
        clock: Seconds by which the clock is fast.
    """

    delay: float = 0.0
    jitter: float = 0.0
    some: float = 1.0
    burst: float = 0.0
    clock: float = 0.0

    def written(self, at: float, luck: Random) -> float:
        late = bool(self.jitter) and (self.some >= 1 or luck.random() < self.some)
        moment = at + self.delay + (luck.uniform(0, self.jitter) if late else 0.0)
        return ceil(moment / self.burst + 1e-9) * self.burst if self.burst else moment


WAYS = {
    "0s": Way(),
    "2s": Way(delay=2),
    "10s": Way(delay=10),
    "300s": Way(delay=300),
    "jitter": Way(jitter=60),
    "few": Way(jitter=100, some=0.06),
    "bursts": Way(burst=30),
    "fast": Way(clock=300),
    "slow": Way(clock=-300),
    "26h": Way(delay=26 * 3600),
    "5s": Way(delay=5),
    "20s": Way(delay=20),
    "45s": Way(delay=45),
}
# The second source of a pair lags, but not like the first.
OTHER = {
    "0s": "20s",
    "2s": "45s",
    "10s": "0s",
    "300s": "5s",
    "jitter": "0s",
    "bursts": "5s",
    "fast": "0s",
    "slow": "0s",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line to be written.

    Attributes:
        written: When, in seconds since the cell began.
        said: The moment it tells, the same way, as far as its format tells it.
        counts: It tells an act that no other line tells.
    """

    written: float
    said: float
    via: str
    text: str
    act: Act
    counts: bool = True


def combined(act: Act, when: datetime) -> str:
    stamp = when.strftime("%d/%b/%Y:%H:%M:%S +0000")
    return f'{act.address} - {act.who} [{stamp}] "{act.method} {act.target} HTTP/1.1" {act.status} 512 "-" "{AGENT}"\n'


def milliseconds(act: Act, when: datetime) -> str:
    request = f"{act.method} {act.target} HTTP/1.1"
    return f'{when.timestamp():.3f} {act.address} "{act.who}" "{request}" {act.status} 512 "{AGENT}"\n'


def ecs(act: Act, when: datetime) -> str:
    stamp = when.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    path, _, query = act.target.partition("?")
    said = {
        "@timestamp": stamp,
        "user": {"name": act.who},
        "source": {"ip": act.address},
        "http": {"request": {"method": act.method}, "response": {"status_code": act.status}},
        "url": {"path": path, "query": query},
        "user_agent": {"original": AGENT},
    }
    return json.dumps(said) + "\n"


@dataclass(frozen=True, slots=True)
class Layout:
    """A way to write a line, and how it is configured."""

    write: Callable[[Act, datetime], str]
    settings: dict[str, str]
    whole: bool = False


LAYOUTS = {
    "combined": Layout(combined, {"format": "auto"}, whole=True),
    "msec": Layout(milliseconds, {"log_format": MSEC_FORMAT}),
    "json": Layout(ecs, {"format": "ecs.json"}),
}


def lines(luck: Random, acts: Iterable[Act], way: Way, layout: Layout, origin: datetime) -> list[Line]:
    """Return the lines of one source in the order they are written in."""
    found = []
    for act in acts:
        said = act.at + way.clock
        when = origin.astimezone(UTC) + timedelta(seconds=said)
        told = when.replace(microsecond=0 if layout.whole else when.microsecond // 1000 * 1000)
        text = layout.write(act, told)
        found.append(Line(way.written(act.at, luck), (told - origin).total_seconds(), act.via, text, act))
    return sorted(found, key=lambda line: line.written)


def together(several: Sequence[Sequence[Line]]) -> list[Line]:
    """Return the lines of all sources in the order they are written in."""
    return sorted((line for some in several for line in some), key=lambda line: line.written)
