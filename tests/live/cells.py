"""The cells of the matrix: lag x sources x pace, and what does not fit that grid.

Comes in: whether all are wanted. Goes out: cells, each with a name, that make their logs and lines from a seed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random

from tests.live.arrival import LAYOUTS, OTHER, WAYS, Line, Way, lines, together
from tests.live.house import Log
from tests.live.workload import Act, Part, acts, blocks, guessing, honest, leaks, scattered, searching, two_walks, walk

LAGS = ("0s", "2s", "10s", "300s", "jitter", "bursts", "fast", "slow")
SOURCES = ("one", "two", "idle", "dies")
PACES = (3, 50, 2_000)
A, B = "crm", "shop"

Made = tuple[list[Log], list[Line], list[Line]]


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes:
        make: Makes logs, lines that stand in them before the service starts, and lines that are written then.
        restart: In the middle of it the service is stopped, or killed, and started.
        behaviour: Behaviour is judged, too.
        timed: Findings have to come in time, not only at last.
        open: Accounts of which replay alone says what is true.
        turn: Seconds between two turns of the service; its own distance where lines come all the time is half a second.
    """

    name: str
    make: Callable[[Random, datetime], Made]
    restart: str = ""
    behaviour: bool = False
    timed: bool = True
    open: frozenset[str] = field(default_factory=frozenset)
    turn: float = 0.5

    @property
    def kind(self) -> str:
        """Whether it is of the grid, with one log or several, or does not fit it."""
        lag, sources, *_ = self.name.split("/")
        if lag not in LAGS or sources not in SOURCES:
            return "other"
        return "one log" if sources == "one" else "several logs"

    def made(self, seed: int, origin: datetime) -> Made:
        return self.make(Random(f"{seed} {self.name.removesuffix('/stop').removesuffix('/kill')}"), origin)

    def restarts(self, written: Sequence[Line]) -> dict[float, bool]:
        """Return when the service is started anew: in the middle of the walk."""
        return {written[len(written) // 2].written: self.restart == "kill"} if self.restart else {}


def _first_layout(lag: str) -> str:
    # Where lines of one second change places, a log of whole seconds has lost their order.
    return "msec" if lag in ("jitter", "few") else "combined"


def _grid(lag: str, sources: str, pace: int) -> Cell:
    def make(luck: Random, origin: datetime) -> Made:
        logs = [Log(A, LAYOUTS[_first_layout(lag)].settings)]
        parts = [*leaks(luck, A), *honest(luck, A)]
        if sources == "two":
            parts += _both(luck)
        elif sources == "dies":
            parts += [replace(part, who=f"{part.who}b") for part in honest(luck, B)]
        elif sources == "idle":
            parts.append(Part("clerk99", "192.0.2.99", ((B, "read", "40000"),)))
        done = acts(luck, parts, pace)
        if sources == "dies":
            done = [act for act in done if act.via == A or act.at < done[-1].at / 2]
        elif sources == "idle":
            done = [replace(act, at=0.0) if act.via == B else act for act in done]
        here = lines(luck, _via(A, done), WAYS[lag], LAYOUTS[_first_layout(lag)], origin)
        if sources == "one":
            return logs, [], here
        other = WAYS[OTHER.get(lag, "0s")] if sources == "two" else Way()
        there = lines(luck, _via(B, done), other, LAYOUTS["json"], origin)
        return [*logs, Log(B, LAYOUTS["json"].settings)], [], together([here, there])

    # A line that comes after a pause is read at once: where nothing lags, there are turns of a few lines.
    return Cell(f"{lag}/{sources}/{pace}", make, turn=0.2 if lag == "0s" and pace > PACES[0] else 0.5)


def _via(name: str, done: Sequence[Act]) -> list[Act]:
    return [act for act in done if act.via == name]


def _both(luck: Random) -> list[Part]:
    """Return what is done through the second source, and through both at once."""
    return [
        walk("trudy", B, 5_000, "203.0.113.20"),
        searching("twofold", [A, B], "203.0.113.21"),
        blocks("pair", [A, B], 7_000, "203.0.113.22"),
        two_walks("two", [A, B], 8_000, "203.0.113.23"),
        *[replace(part, who=f"{part.who}b") for part in honest(luck, B, accounts=4)],
    ]


def _twice(apart: float, pace: int) -> Cell:
    """The same requests in the log of the edge and in that of the application."""

    def make(luck: Random, origin: datetime) -> Made:
        parts = [
            *leaks(luck, A),
            *honest(luck, A),
            # Honest by half: who counts lines instead of acts finds them.
            searching("clerk40", [A], "192.0.2.40", count=30),
            scattered(luck, "clerk41", A, "192.0.2.41", count=40),
            guessing("clerk42", A, "192.0.2.42", failures=16),
        ]
        done = acts(luck, parts, pace)
        edge = lines(luck, done, Way(), LAYOUTS["combined"], origin)
        again = [replace(act, via=B, at=round(act.at + 0.003, 3)) for act in done]
        app = lines(luck, again, Way(delay=apart), LAYOUTS["json"], origin)
        # What is one act counts once: the second line is told as no act of its own.
        app = [replace(line, counts=False) for line in app]
        return [Log(A, LAYOUTS["combined"].settings), Log(B, LAYOUTS["json"].settings)], [], together([edge, app])

    return Cell(f"twice/{apart:g}s/{pace}", make)


def _beyond(pace: int) -> Cell:
    """A canary and a walk that stand two hours late among lines that are on time.

    The first lines of a log are late behind nobody, so the walk is counted from its first straggler on.
    """

    def make(luck: Random, origin: datetime) -> Made:
        late = [
            walk("straggler", A, 5_000, "203.0.113.30"),
            Part("latecomer", "203.0.113.31", ((A, "read", "104729"),)),
        ]
        names = {part.who for part in late}
        done = acts(luck, [*leaks(luck, A), *honest(luck, A), *late], pace)
        on_time = lines(luck, [act for act in done if act.who not in names], Way(), LAYOUTS["combined"], origin)
        two_hours = lines(
            luck, [act for act in done if act.who in names], Way(clock=-7200), LAYOUTS["combined"], origin
        )
        return [Log(A, LAYOUTS["combined"].settings)], [], together([on_time, two_hours])

    return Cell(f"beyond/{pace}", make, open=frozenset({"straggler"}))


def _nightly(pace: int) -> Cell:
    """A copy in order, 26 hours old, beside a log that is written now."""

    def make(luck: Random, origin: datetime) -> Made:
        staff = [replace(part, who=f"{part.who}b") for part in honest(luck, A)]
        done = acts(luck, [*leaks(luck, B), *honest(luck, B), *staff], pace)
        now = lines(luck, _via(A, done), Way(), LAYOUTS["combined"], origin)
        copy = lines(luck, _via(B, done), Way(clock=-26 * 3600), LAYOUTS["json"], origin)
        return [Log(A, LAYOUTS["combined"].settings), Log(B, LAYOUTS["json"].settings)], [], together([now, copy])

    return Cell(f"nightly/{pace}", make, timed=False)


def _beginning(pace: int, lag: str) -> Cell:
    """A log with three hours of past that is read from its beginning, and goes on."""

    def make(luck: Random, origin: datetime) -> Made:
        before = [
            *[replace(part, who=f"{part.who}b") for part in honest(luck, A)],
            walk("oldie", A, 5_000, "203.0.113.40"),
        ]
        past = [replace(act, at=round(act.at * 60 - 10_800, 3)) for act in acts(luck, before, 2)]
        old = lines(luck, past, Way(), LAYOUTS["combined"], origin)
        new = lines(luck, acts(luck, [*leaks(luck, A), *honest(luck, A)], pace), WAYS[lag], LAYOUTS["combined"], origin)
        return [Log(A, LAYOUTS["combined"].settings, start="beginning")], old, new

    return Cell(f"beginning/{lag}/{pace}", make)


def _restarted(lag: str, how: str, sources: str = "one", pace: int = 50) -> Cell:
    cell = _grid(lag, sources, pace)
    # Of shorter turns fewer save the state, so that more is made again.
    return replace(cell, name=f"{cell.name}/{how}", restart=how, turn=0.2)


def _unusual(lag: str) -> Cell:
    """An account with a past of thirty hours that suddenly reads two hundred clients: a matter of behaviour, too."""

    def make(luck: Random, origin: datetime) -> Made:
        staff = ("insider", "clerk1", "clerk2", "clerk3")
        old = [
            Act(round((hour - 30 + luck.random()) * 3600, 3), A, who, "read", str(luck.randrange(30_000, 60_000)),
                f"192.0.2.{10 + number}")
            for hour in range(30)
            for number, who in enumerate(staff)
            for _ in range(8)
        ]  # fmt: skip
        past = lines(luck, sorted(old, key=lambda act: act.at), Way(), LAYOUTS["combined"], origin)
        now = [scattered(luck, "insider", A, "192.0.2.10", count=200), *honest(luck, A, accounts=4)]
        new = lines(luck, acts(luck, now, 0.5), WAYS[lag], LAYOUTS["combined"], origin)
        return [Log(A, LAYOUTS["combined"].settings, start="beginning")], past, new

    return Cell(f"unusual/{lag}", make, behaviour=True, turn=1.0)


def _parted(lag: str, pace: int = 50) -> Cell:
    """Two halves of a day's theft, hours apart: of each half alone no rule tells, and the log lags behind by then."""

    def make(luck: Random, origin: datetime) -> Made:
        whole = scattered(luck, "patient", A, "203.0.113.60", count=120)
        halves = [replace(whole, steps=part) for part in (whole.steps[:60], whole.steps[60:])]
        staff = [replace(part, who=f"{part.who}b") for part in honest(luck, A)]
        past = [replace(act, at=round(act.at - 10 * 3_600, 3)) for act in acts(luck, [halves[0], *staff], 2)]
        old = lines(luck, past, Way(), LAYOUTS["combined"], origin)
        new = lines(luck, acts(luck, [halves[1], *honest(luck, A)], pace), WAYS[lag], LAYOUTS["combined"], origin)
        return [Log(A, LAYOUTS["combined"].settings, start="beginning")], old, new

    return Cell(f"parted/{lag}/{pace}", make)


def _seconds(lag: str) -> Cell:
    """Lines out of order in a log of whole seconds: what order they had within one is lost, and so for replay."""

    def make(luck: Random, origin: datetime) -> Made:
        done = acts(luck, [*leaks(luck, A), guessing("late", A, "203.0.113.50"), *honest(luck, A)], 3)
        written = lines(luck, done, WAYS[lag], LAYOUTS["combined"], origin)
        return [Log(A, LAYOUTS["combined"].settings)], [], written

    return Cell(f"{lag}/seconds/3", make)


def cells(*, full: bool) -> list[Cell]:
    """Return the cells: all, or so many that each lag, each layout of sources and each pace is among them.

    What is among them with a restart or at another pace besides is not among them once more.
    """
    grid = [_grid(lag, sources, pace) for lag in LAGS for sources in SOURCES for pace in PACES]
    more = [
        *(_twice(apart, pace) for apart in (0, 2, 300) for pace in (3, 50)),
        *(_beyond(pace) for pace in (3, 50)),
        *(_nightly(pace) for pace in (3, 50)),
        *(replace(_nightly(50), name=f"nightly/50/{how}", restart=how) for how in ("stop", "kill")),
        *(_beginning(50, lag) for lag in ("0s", "10s", "300s")),
        *(_restarted(lag, how) for lag in LAGS for how in ("stop", "kill")),
        *(_restarted("10s", how, "two") for how in ("stop", "kill")),
        *(_unusual(lag) for lag in ("0s", "10s", "bursts")),
        *(_parted(lag) for lag in ("0s", "10s", "300s", "bursts")),
        replace(_parted("300s"), name="parted/300s/50/kill", restart="kill"),
        _seconds("jitter"),
        *(_grid("few", "two", pace) for pace in PACES[:2]),
        *(_restarted("few", "kill", pace=pace) for pace in PACES[:2]),
    ]
    everything = [*grid, *more]
    return everything if full else [cell for cell in everything if cell.name in _FEW]


_FEW = frozenset(
    {
        *(f"{lag}/{sources}/50" for lag, sources in zip(LAGS, 2 * SOURCES, strict=True) if lag != "jitter"),
        *(f"{lag}/two/50" for lag in ("2s", "10s", "300s", "jitter")),
        "jitter/one/3", "bursts/two/2000", "300s/one/2000",
        "twice/0s/50", "twice/2s/50", "twice/300s/50", "beyond/50", "nightly/50", "nightly/50/kill", "beginning/10s/50",
        "10s/one/50/kill", "300s/one/50/stop", "jitter/one/50/kill", "unusual/bursts",
        "parted/300s/50", "few/two/50", "few/one/50/kill",
    }
)  # fmt: skip
