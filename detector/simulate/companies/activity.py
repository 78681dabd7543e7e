"""One stretch of somebody's work with a company's system: every act, as the lines it leaves in both logs.

Comes in: who, from where, with what, since when. Goes out: lines in the logbook. Honest people, programs and leaks all
sit down in the same way, so that nothing in a line tells a leak from work; only the tag, outside the logs, does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from detector.simulate.companies.logbook import Logbook
from detector.simulate.companies.wording import ActWords, Wording
from detector.simulate.world import Dice

_FAILS = 0.006


@dataclass(slots=True)
class Activity:
    """Somebody at work.

    Attributes:
        now: When the next act begins, seconds since 1970. tag: Id of the scene; empty for ordinary work.
        direct: Works with the database's own client: only the audit log sees it.
    """

    log: Logbook
    wording: Wording
    luck: Dice
    account: str
    role: str
    ip: str
    agent: str
    session: str
    now: float
    tag: str = ""
    direct: bool = False

    def pause(self, median: float, spread: float = 0.8) -> None:
        """Let a log-normal time pass."""
        self.now += self.luck.gap(median, spread)

    def act(
        self, name: str, clients: Sequence[int] = (), *, rows: int | None = None, text: str = "", page: int = 1,
        number: int = 1, status: int = 0, size: int = 0,
    ) -> None:  # fmt: skip
        """Do one thing; ``rows`` and ``size`` say how much comes back, where that is not one record a client."""
        verb = self.wording.shape.verbs[name]
        rows = len(clients) if rows is None else rows
        took = self.luck.gap(verb.took + rows / 5000, 0.5)
        self.now += took
        act = ActWords(
            verb=verb, account=self.account, role=self.role, ip=self.ip,
            agent=self.agent, session=self.session, clients=tuple(clients), rows=rows, text=text, page=page,
            number=number, status=status or verb.status, size=size, took=took, direct=self.direct,
            blur=self.luck.random(),
        )  # fmt: skip
        taken = act.clients if self.tag and verb.object and act.status < 400 else None
        if self.tag:
            self.log.addresses.setdefault(self.tag, set()).add(self.ip)
        if "web" in self.log.files and not self.direct:
            self._write("web", self.wording.web(self.log.stamp("web", self.now), act), act, taken)
        if "audit" in self.log.files and (verb.word or verb.sql):
            self._write("audit", self.wording.audit(self.log.stamp("audit", self.now), act), act, taken)

    def _write(self, log: str, line: str, act: ActWords, taken: tuple[int, ...] | None) -> None:
        named = self.wording.names_clients(log, act.verb)
        self.log.add(log, act.account, self.now, line, self.tag, taken, named)

    def sign_in(self, failures: int = 0) -> None:
        """Sign in, after some mistyped passwords."""
        for _ in range(failures):
            self.act("login", status=401)
            self.pause(8)
        self.act("login")
        if not self.direct:
            self.act("home")

    def view(self, client: int) -> None:
        """Open a client's card; now and then it fails."""
        if self.luck.random() < _FAILS:
            self.act("view", (client,), rows=0, status=self.luck.choice((404, 404, 403, 403, 500)))
        else:
            self.act("view", (client,))

    def views(self, clients: Iterable[int], pace: float, spread: float = 0.8) -> None:
        """Open one card after the other."""
        for client in clients:
            self.view(client)
            self.pause(pace, spread)

    def documents(self, client: int, count: int = 1) -> None:
        """Download documents of a client."""
        for number in range(1, count + 1):
            self.act("document", (client,), number=number)
            if number < count:
                self.pause(12)
