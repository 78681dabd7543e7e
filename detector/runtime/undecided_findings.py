"""Findings that cannot be decided about, because a row of their actor's case cannot be read; all others are.

Comes in: findings of one commit, and what decides about them in a transaction. Goes out: decisions about all that can
be; the rest waits in the database, over restarts, is tried again each minute, and is a blind spot meanwhile. So whoever
makes the rows of her own case unreadable keeps nobody from being paged about the others.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from detector.clock import passed
from detector.errors import UnreadableRowError
from detector.runtime.decide import DecisionOutcome
from detector.runtime.kept_text import SkipUnreadable
from detector.schema.detection.findings import Finding, merged
from detector.store import Store, UnitOfWork

NAME = "undecided findings"
_AGAIN = timedelta(minutes=1)
# So many wait at most; with more nothing is committed until the rows can be read.
_MOST = 2_000

Decide = Callable[[UnitOfWork, Sequence[Finding]], DecisionOutcome]


class UndecidedFindings:
    """Findings that wait for rows to be readable, by actor."""

    def __init__(self, waiting: Iterable[Finding] = ()) -> None:
        self._waiting: dict[str, dict[str, Finding]] = {}
        self._put(self._waiting, waiting)
        self._tried_at: datetime | None = None
        self._kept = self._text(self._waiting)

    @classmethod
    def from_text(cls, text: str | None) -> "UndecidedFindings":
        """Read what ``write_to`` wrote; what cannot be read is made anew from the lines by a replay."""
        with SkipUnreadable(NAME):
            return cls(msgspec.json.decode(text or "[]", type=tuple[Finding, ...]))
        return cls()

    @property
    def actors(self) -> int:
        """How many actors' findings wait."""
        return len(self._waiting)

    def due(self, now: datetime) -> bool:
        """Tell whether what waits is to be tried again."""
        return bool(self._waiting) and (self._tried_at is None or passed(now, self._tried_at, _AGAIN))

    def ready(self, held: Sequence[Finding], now: datetime) -> tuple[Finding, ...]:
        """Return what is to be decided about now; the rest of what is held waits with what waited.

        Args:
            held: Found since the last commit, or held back by one that failed.
            now: Once a minute all that waits is tried again.
        """
        if self.due(now):
            self._tried_at = now
            found: dict[str, dict[str, Finding]] = {actor: dict(some) for actor, some in self._waiting.items()}
            self._put(found, held)
            return tuple(finding for some in found.values() for finding in some.values())
        self._put(self._waiting, (each for each in held if each.actor_id in self._waiting))
        return tuple(each for each in held if each.actor_id not in self._waiting)

    def write_to(self, unit: UnitOfWork, decided: Sequence[Finding] = ()) -> None:
        """Write down what waits when ``decided`` has been decided about, in the transaction that does so."""
        text = self._text(self._without(decided))
        if text != self._kept:
            unit.kv.set(NAME, text)

    def settle(self, decided: Sequence[Finding] = ()) -> None:
        """Take in that the transaction was committed."""
        self._waiting = self._without(decided)
        self._kept = self._text(self._waiting)

    def decide_apart(self, store: Store, findings: Sequence[Finding], decide: Decide, now: datetime) -> DecisionOutcome:
        """Decide about what can be, in transactions of its own; what cannot waits. Each half that fails is halved.

        Raises:
            UnreadableRowError: Too much would wait.
            StoreError: The database cannot serve.
        """
        by_actor: dict[str, dict[str, Finding]] = {}
        self._put(by_actor, findings)
        outcomes, left, last = [], [sorted(by_actor)], None
        waiting = {actor: some for actor, some in self._waiting.items() if actor not in by_actor}
        while left:
            actors = left.pop()
            some = [finding for actor in actors for finding in by_actor[actor].values()]
            try:
                with store.begin() as unit:
                    outcomes.append(decide(unit, some))
            except UnreadableRowError as error:
                last = error
                if len(actors) == 1:
                    self._put(waiting, some)
                else:
                    left += [actors[len(actors) // 2 :], actors[: len(actors) // 2]]
        if last is not None and sum(map(len, waiting.values())) > _MOST:
            raise last
        self._waiting, self._tried_at = waiting, now
        return DecisionOutcome(
            alerts=tuple(each for outcome in outcomes for each in outcome.alerts),
            opened=tuple(each for outcome in outcomes for each in outcome.opened),
            changed=tuple(each for outcome in outcomes for each in outcome.changed),
            messages=tuple(each for outcome in outcomes for each in outcome.messages),
            gaps=tuple(dict.fromkeys(each for outcome in outcomes for each in outcome.gaps)),
        )

    def _without(self, decided: Sequence[Finding]) -> dict[str, dict[str, Finding]]:
        gone = {finding.actor_id for finding in decided}
        return {actor: some for actor, some in self._waiting.items() if actor not in gone}

    @staticmethod
    def _put(into: dict[str, dict[str, Finding]], findings: Iterable[Finding]) -> None:
        for each in findings:
            some = into.setdefault(each.actor_id, {})
            some[each.id] = merged([some[each.id], each]) if each.id in some else each

    @staticmethod
    def _text(waiting: dict[str, dict[str, Finding]]) -> str:
        return msgspec.json.encode([each for some in waiting.values() for each in some.values()]).decode()
