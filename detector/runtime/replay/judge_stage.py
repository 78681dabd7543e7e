"""The second stage of a replay: events become findings.

Comes in: ``Turn`` by ``Turn``. Goes out: ``Ripe``: touches with every turn, findings when there are many, and with the
last. Nothing is decided and nothing is written here.
"""

from detector.detect import Core, Judged
from detector.runtime.pending_findings import PendingFindings
from detector.runtime.replay.stage_values import Ripe, Turn
from detector.schema.findings import Finding


class Judging:
    """The detectors at work, and the findings that wait.

    Args:
        core: The detectors.
        most_held: So many findings are kept in memory before they are handed on.

    Attributes:
        late: Events behind the watermark, so far.
    """

    def __init__(self, core: Core, most_held: int) -> None:
        self._core, self._most_held = core, most_held
        self._state = core.empty()
        self._held = PendingFindings()
        self._ripened = 0
        self.late = 0

    def judge(self, turn: Turn) -> Ripe | None:
        """Judge a batch; return what is to be kept now, if anything is."""
        self._hold(self._judged(turn))
        findings = self._ripe(turn.last)
        if not findings and not turn.touches and not turn.last:
            return None
        self._ripened += 1
        return Ripe(number=self._ripened, findings=findings, touches=turn.touches, last=turn.last)

    def _judged(self, turn: Turn) -> Judged:
        if turn.last:
            self._state, judged = self._core.step(self._state, [], final=True)
        else:
            self._state, judged = self._core.step(
                self._state, [turn.events], backlog=turn.opened, idle_until=turn.idle, closed=turn.closed
            )
        return judged

    def _hold(self, judged: Judged) -> None:
        self.late += judged.late
        self._held.add(judged.findings)

    def _ripe(self, last: bool) -> tuple[Finding, ...]:
        if not last and len(self._held) < self._most_held:
            return ()
        ripe = self._held.joined()
        self._held.clear()
        return ripe
