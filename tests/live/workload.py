"""What is done in a matrix cell: honest work of a dozen accounts, and five accounts that give themselves away.

Comes in: a random generator, how many acts a second, and which accounts act through which source. Goes out: acts in the
order of time. ``Book`` says from the same rules, written down once more and as plainly as can be, what a set of acts
must lead to; it shares no code with the product.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random

SEQUENTIAL = "3dbea6d8-a6b5-531a-a621-ee00f2fbafe6"
CANARY = "9deb78c8-ae57-50f8-95d3-305e16d10977"
BRUTE_FORCE = "b5b23734-0ec4-5da0-a57b-a71511d4b416"
DISTINCT = "5f0c0c5e-0000-4000-8000-0000000000d1"
IN_A_DAY = "5f0c0c5e-0000-4000-8000-0000000000d2"
SEARCHES = "5f0c0c5e-0000-4000-8000-0000000000e1"
KNOWN = (SEQUENTIAL, CANARY, BRUTE_FORCE, DISTINCT, IN_A_DAY, SEARCHES)
NAMES = {
    SEQUENTIAL: "walk",
    CANARY: "canary",
    BRUTE_FORCE: "brute",
    DISTINCT: "distinct",
    IN_A_DAY: "in a day",
    SEARCHES: "searches",
}

PLANTED = "104729"
WALKED, RUN, RUN_APART, RUN_PAUSE = 150, 60, 3, 600.0
MOST_CLIENTS, MOST_IN_A_DAY, MOST_SEARCHES, FAILURES, SPAN = 60, 100, 40, 30, 3600.0

# The shipped thresholds of the counting rules take hundreds of lines; these take tens, and work the same way.
RULES = f"""\
title: A read of client data
id: 5f0c0c5e-0000-4000-8000-0000000000d0
name: matrix_reads
status: stable
logsource: {{product: nabat}}
detection:
  selection: {{event.action: read, event.outcome: success, subject.ids|exists: true}}
  condition: selection
level: low
---
title: One actor reads more than {MOST_CLIENTS} clients in an hour
id: {DISTINCT}
status: stable
correlation:
  type: value_count
  rules: [matrix_reads]
  group-by: [actor.id]
  timespan: 1h
  condition: {{field: subject.ids, gt: {MOST_CLIENTS}}}
level: high
nabat: {{playbook: client-data-leak, dedup: 1d}}
---
title: One actor reads more than {MOST_IN_A_DAY} clients in a day
id: {IN_A_DAY}
status: stable
correlation:
  type: value_count
  rules: [matrix_reads]
  group-by: [actor.id]
  timespan: 24h
  condition: {{field: subject.ids, gt: {MOST_IN_A_DAY}}}
level: high
nabat: {{playbook: client-data-leak, dedup: 1d}}
---
title: A search of client data
id: 5f0c0c5e-0000-4000-8000-0000000000e0
name: matrix_searches
status: stable
logsource: {{product: nabat}}
detection:
  selection: {{event.action: search, event.outcome: success}}
  condition: selection
level: low
---
title: One actor searches more than {MOST_SEARCHES} times in an hour
id: {SEARCHES}
status: stable
correlation:
  type: event_count
  rules: [matrix_searches]
  group-by: [actor.id]
  timespan: 1h
  condition: {{gt: {MOST_SEARCHES}}}
level: high
nabat: {{playbook: client-data-leak, dedup: 1d}}
"""


@dataclass(frozen=True, slots=True)
class Act:
    """One request.

    Attributes:
        at: Seconds since the cell began.
        via: Name of the source that logs it.
        who: The account.
        kind: read, search, fail or login.
        client: Whose record is read, or the number of the search.
        address: Where it comes from.
    """

    at: float
    via: str
    who: str
    kind: str
    client: str
    address: str

    @property
    def target(self) -> str:
        return {"read": f"/crm/clients/{self.client}", "search": f"/crm/search?q=n{self.client}"}.get(
            self.kind, "/crm/login"
        )

    @property
    def method(self) -> str:
        return "POST" if self.kind in ("fail", "login") else "GET"

    @property
    def status(self) -> int:
        return 401 if self.kind == "fail" else 200


@dataclass(frozen=True, slots=True)
class Part:
    """What one account does: its requests in order, as (source, kind, client)."""

    who: str
    address: str
    steps: tuple[tuple[str, str, str], ...]


def walk(who: str, via: str, first: int, address: str, count: int = WALKED) -> Part:
    """One client id after the other."""
    return Part(who, address, tuple((via, "read", str(first + n)) for n in range(count)))


def blocks(who: str, vias: Sequence[str], first: int, address: str) -> Part:
    """One client id after the other, five through each source in turn: a run only in the logs together."""
    return Part(who, address, tuple((vias[n // 5 % len(vias)], "read", str(first + n)) for n in range(WALKED)))


def two_walks(who: str, vias: Sequence[str], first: int, address: str) -> Part:
    """Two walks at once, one through each source: a run in each log, none in the logs together."""
    steps = [(via, "read", str(first + 10_000 * place + n)) for n in range(80) for place, via in enumerate(vias)]
    return Part(who, address, tuple(steps))


def scattered(luck: Random, who: str, via: str, address: str, count: int = 75) -> Part:
    """Many different clients, none beside another."""
    ids = luck.sample(range(20_000, 29_000, 7), count)
    return Part(who, address, tuple((via, "read", str(each)) for each in ids))


def searching(who: str, vias: Sequence[str], address: str, count: int = 50) -> Part:
    """Search after search."""
    return Part(who, address, tuple((vias[n % len(vias)], "search", str(n)) for n in range(count)))


def guessing(who: str, via: str, address: str, failures: int = FAILURES + 4) -> Part:
    """Wrong passwords, then the right one."""
    return Part(who, address, ((via, "fail", ""),) * failures + ((via, "login", ""),))


def honest(luck: Random, via: str, accounts: int = 12, each: int = 7) -> list[Part]:
    """Look at a few clients, search once."""
    found = []
    for number in range(accounts):
        steps = [(via, "read", str(luck.randrange(30_000, 60_000))) for _ in range(each)]
        steps.insert(luck.randrange(each), (via, "search", str(number)))
        found.append(Part(f"clerk{number}", f"192.0.2.{10 + number}", tuple(steps)))
    return found


def leaks(luck: Random, via: str) -> list[Part]:
    """Each kind of finding once, all through one source."""
    return [
        walk("mallory", via, 1_000, "203.0.113.7"),
        scattered(luck, "copier", via, "203.0.113.8"),
        searching("seeker", [via], "203.0.113.9"),
        guessing("guesser", via, "203.0.113.10"),
        Part("stumbler", "203.0.113.11", ((via, "read", PLANTED),)),
    ]


def acts(luck: Random, parts: Iterable[Part], pace: float) -> list[Act]:
    """Let all do their parts side by side, ``pace`` requests a second in all; each keeps its own order."""
    turns = [part for part in parts for _ in part.steps]
    luck.shuffle(turns)
    done: dict[str, int] = defaultdict(int)
    found = []
    for number, part in enumerate(turns):
        via, kind, client = part.steps[done[part.who]]
        done[part.who] += 1
        found.append(Act(round(number / pace, 4), via, part.who, kind, client, part.address))
    return found


class Book:
    """What acts lead to by the rules, as (rule, account), told as lines come to stand in the logs in any order.

    ``add`` takes a line with its place in the total order and returns what has become true with it.
    """

    def __init__(self) -> None:
        self._of: dict[str, list[tuple[tuple[float, str, int], Act]]] = defaultdict(list)
        self.true: set[tuple[str, str]] = set()

    def add(self, place: tuple[float, str, int], act: Act) -> set[tuple[str, str]]:
        mine = self._of[act.who]
        mine.append((place, act))
        mine.sort(key=lambda each: each[0])
        found = {(rule, act.who) for rule in self._rules(mine)}
        new = found - self.true
        self.true |= found
        return new

    @staticmethod
    def _rules(mine: Sequence[tuple[tuple[float, str, int], Act]]) -> Iterable[str]:
        reads = [(place[0], act.client) for place, act in mine if act.kind == "read"]
        if any(client == PLANTED for _, client in reads):
            yield CANARY
        if _longest_run([(at, int(client)) for at, client in reads]) >= RUN:
            yield SEQUENTIAL
        if _most(reads, lambda some: len({client for _, client in some})) > MOST_CLIENTS:
            yield DISTINCT
        if len({client for _, client in reads}) > MOST_IN_A_DAY:  # no cell lasts longer than a day
            yield IN_A_DAY
        if _most([(place[0], "") for place, act in mine if act.kind == "search"], len) > MOST_SEARCHES:
            yield SEARCHES
        failed = 0
        for _, act in mine:
            failed += act.kind == "fail"
            if act.kind == "login" and failed >= FAILURES:
                yield BRUTE_FORCE
                break


def _longest_run(reads: Sequence[tuple[float, int]]) -> int:
    longest, length, way, before = 0, 0, 0, (float("-inf"), 0)
    for at, client in reads:
        delta = client - before[1]
        if at - before[0] > RUN_PAUSE or abs(delta) > RUN_APART:
            length, way = 1, 0
        elif delta:
            turned = (delta > 0) - (delta < 0)
            length, way = (length + 1, turned) if way in (0, turned) else (2, turned)
        before, longest = (at, client), max(longest, length)
    return longest


def _most(reads: Sequence[tuple[float, str]], measure: Callable[[Sequence[tuple[float, str]]], int]) -> int:
    """Return the most that ``measure`` says of an hour."""
    if not reads or reads[-1][0] - reads[0][0] <= SPAN:
        return measure(reads)
    times = [at for at, _ in reads]
    return max(measure(reads[bisect_right(times, at - SPAN) : bisect_right(times, at)]) for at in set(times))
