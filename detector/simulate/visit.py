"""One stretch of somebody's work with the systems: every request they make, as the lines it leaves.

Comes in: who, from where, with what, since when. Goes out: rows (completion time, tag, line) on a tape of three logs.
Honest people, programs and leaks all make the same visits, so that nothing in a line tells a leak from work; only the
tag, which stays outside the logs, does.
"""

from dataclasses import dataclass, field

from detector.simulate import log_lines
from detector.simulate.world import Dice

Row = tuple[float, str, str]
CRM, BILLING, PORTAL = "crm.access.log", "billing.access.log", "portal.audit.log"
FILES = (CRM, BILLING, PORTAL)
ROW_BYTES = {"export": 182, "search": 412, "transactions": 151, "accounts": 262, "invoices": 118}


@dataclass(slots=True)
class Deed:
    """What a leak or an oddity really touched, counted as it happens."""

    subjects: set[int] = field(default_factory=set)
    records: int = 0
    classes: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Tape:
    """Rows of the three logs, not yet in order of time."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in FILES})
    deeds: dict[str, Deed] = field(default_factory=dict)


@dataclass(slots=True)
class Visit:
    """Somebody at work.

    Attributes:
        now: When the next request starts, seconds since 1970; every request and pause moves it on.
        tag: Id of the leak or oddity this belongs to; empty for ordinary work.
        haste: How many times shorter the pauses are than usual.
        portal: Works in the portal's back office instead of the CRM where both would do.
    """

    tape: Tape
    luck: Dice
    account: str
    role: str
    ip: str
    agent: str
    now: float
    session: str = ""
    tag: str = ""
    portal: bool = False
    page: str = "-"
    haste: float = 1.0

    def __post_init__(self) -> None:
        if not self.session:
            self.session = f"{self.luck.getrandbits(64):016x}"

    def pause(self, median: float, spread: float = 0.8) -> None:
        """Let a log-normal time pass."""
        self.now += self.luck.gap(median / self.haste, spread)

    def _touch(self, clients: "list[int] | tuple[int, ...]", records: int, *classes: str) -> None:
        if self.tag:
            deed = self.tape.deeds.setdefault(self.tag, Deed())
            deed.subjects.update(clients)
            deed.records += records
            deed.classes.update(classes)

    def _write(self, file: str, line: str) -> None:
        if self.tag:
            self.tape.deeds.setdefault(self.tag, Deed()).addresses.add(self.ip)
        self.tape.rows[file].append((self.now, self.tag, line))

    def crm(self, method: str, uri: str, status: int, size: int, took: float = 0.08, account: str = "") -> None:
        """Make one request to the CRM."""
        self.now += self.luck.gap(took / self.haste, 0.5)
        page = self.page if self.agent.startswith("Mozilla") else "-"
        line = log_lines.combined(
            self.now, self.ip, account or self.account, f"{method} {uri}", status, size, page, self.agent
        )
        self._write(CRM, line)

    def api(self, method: str, uri: str, status: int, size: int, took: float = 0.03) -> None:
        """Make one request to the billing API."""
        took = self.luck.gap(took / self.haste, 0.6)
        self.now += took
        line = log_lines.nginx_json(
            self.now, self.ip, self.account, method, uri, status, size, took, self.agent.replace('"', "")
        )
        self._write(BILLING, line)

    def act(self, action: str, what: str = "", status: str = "ok", took: float = 0.05) -> None:
        """Do one thing in the portal."""
        self.now += self.luck.gap(took / self.haste, 0.5)
        line = log_lines.audit(
            self.now, self.account, self.role, action, what, self.ip, self.session, self.agent, status
        )
        self._write(PORTAL, line)

    def login(self, failures: int = 0) -> None:
        """Sign in, after some mistyped passwords."""
        for _ in range(failures):
            self.failed_login()
            self.pause(9)
        if self.portal:
            self.act("login")
            return
        self.crm("GET", "/crm/login", 200, 2314, account="-")
        self.pause(6)
        self.crm("POST", "/crm/login", 302, 0, 0.2)
        self.page = "https://crm.example.org/crm/"
        self.crm("GET", "/crm/", 200, 8000 + self.luck.randint(0, 4000))
        if self.luck.chance(0.3):
            for name in ("app.css", "app.js", "vendor.js"):
                self.crm("GET", f"/static/{name}?v=412", 304, 0, 0.004)

    def failed_login(self) -> None:
        """Try a password that is wrong."""
        if self.portal:
            self.act("login.failed", status="denied")
        else:
            self.crm("POST", "/crm/login", 401, 1180, 0.3)

    def search(self, text: str, found: list[int]) -> None:
        """Search clients by a text."""
        self._touch(found if self.portal else (), len(found), "identity", "contact")
        if self.portal:
            ids = ",".join(f'"{client}"' for client in found)
            self.act("client.search", f'"object":"client","client_ids":[{ids}],"rows":{len(found)},', took=0.2)
            return
        size = 620 + sum(ROW_BYTES["search"] + self.luck.randint(-60, 60) for _ in found)
        self.crm("GET", f"/crm/clients?q={text}", 200, size, 0.25)

    def view(self, client: int) -> None:
        """Open a client's card; now and then it fails."""
        if self.luck.chance(0.006):
            self._failed_view(client)
            return
        self._touch((client,), 1, "identity", "contact")
        if self.portal:
            self.act("client.view", f'"object":"client","client_id":"{client}","rows":1,')
            return
        self.crm("GET", f"/crm/clients/{client}", 200, int(self.luck.gap(11_000, 0.2)))
        self.page = f"https://crm.example.org/crm/clients/{client}"

    def _failed_view(self, client: int) -> None:
        if self.portal:
            what = f'"object":"client","client_id":"{client}","rows":0,'
            self.act("client.view", what, self.luck.choice(("denied", "denied", "error")))
        else:
            status = self.luck.choice((404, 404, 403, 403, 500, 502))
            self.crm("GET", f"/crm/clients/{client}", status, self.luck.randint(150, 900))

    def update(self, client: int) -> None:
        """Change something on a client's card."""
        self._touch((client,), 1, "identity", "contact")
        if self.portal:
            self.act("client.update", f'"object":"client","client_id":"{client}","rows":1,')
        else:
            self.crm("POST", f"/crm/clients/{client}/notes", 303, 0, 0.12)

    def document(self, client: int, number: int) -> None:
        """Download one document of a client."""
        self._touch((client,), 1, "identity_document")
        if self.portal:
            what = f'"object":"document","client_id":"{client}","document_id":"d{client}{number}","rows":1,'
            self.act("document.download", what, took=0.4)
        else:
            size = int(self.luck.gap(240_000, 0.6))
            self.crm("GET", f"/crm/clients/{client}/documents/d{client}{number}", 200, size, 0.5)

    def export(self, rows: int, clients: "list[int] | tuple[int, ...]" = ()) -> None:
        """Take a list of clients out as a file."""
        self._touch(clients, rows, "identity", "contact")
        if self.portal:
            self.act("client.export", f'"object":"client","rows":{rows},', took=1.5)
            return
        size = 96 + int(rows * ROW_BYTES["export"] * self.luck.uniform(0.96, 1.04))
        since = log_lines.moment(self.now - 86_400 * self.luck.choice((1, 7, 30, 90))).date()
        until = log_lines.moment(self.now).date()
        self.crm("GET", f"/crm/clients/export?format=csv&from={since}&to={until}", 200, size, 1.0 + rows / 4000)

    def accounts(self, client: int) -> None:
        """Ask the billing API for a client's accounts."""
        count = 1 + client % 3
        self._touch((client,), count, "financial")
        self.api("GET", f"/api/v1/accounts?client_id={client}", 200, 40 + count * ROW_BYTES["accounts"])

    def transactions(self, client: int, number: int = 1) -> None:
        """Ask the billing API for the transactions of one account."""
        count = int(min(50, self.luck.gap(14, 0.7) + 1))
        self._touch((client,), 1, "financial")  # the account is the record; its transactions are its content
        size = 60 + count * (ROW_BYTES["transactions"] + self.luck.randint(-9, 9))
        self.api("GET", f"/api/v1/accounts/{client}{number}/transactions?limit=50", 200, size)

    def poured(self, uri: str, rows: int, row_bytes: int) -> None:
        """Get an answer that holds far more than the request should give."""
        self._touch((), rows, "identity", "contact")
        self.crm("GET", uri, 200, int(rows * row_bytes * self.luck.uniform(0.95, 1.05)), 0.9)

    def invoices(self, rows: int, month: str) -> None:
        """Export a month's invoices from the billing API."""
        self._touch((), rows, "financial")
        size = int(rows * ROW_BYTES["invoices"] * self.luck.uniform(0.97, 1.03))
        self.api("GET", f"/api/v1/invoices/export?month={month}&format=csv", 200, size, 2.0)
