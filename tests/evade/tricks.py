"""The table: what somebody does so as not to be found, the same theft done plainly, and what must be said of both.

A theft is a walk over ``WALKED`` neighbouring clients unless a trick says otherwise. Lines are functions of the moment
they begin at. Whoever adds a trick writes it as the thief who has read this code would.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from detector.schema.case.incidents import Incident, Scope
from detector.schema.levels import Severity
from tests.evade.house import ADDRESS, CANARY, CLERKS, THIEF, Line, edge, login, request, sql

Lines = Callable[[datetime], Iterator[Line]]
WALKED = 150
FIRST = 5000
_DESK = "192.0.2.44"
_ROLE = "arn:aws:sts::123456789012:assumed-role/support"
_EACH = 5
"""Spellings of one kind that every test run tries; ``make evade`` tries all."""
_SECOND, _HOUR = timedelta(seconds=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Trick:
    """One trick.

    Attributes:
        lines / control: The theft with the trick and without.
        who: Actors one of whom the incident must name.
        clients: Whose data it must say was touched, at least. records: likewise, counts and estimates included.
        level: Severity of the incident, at least.
        settings: What is different in the configuration.
        long: Not for every test run: too many lines, or one more spelling of a kind.
        breach: The incident says that client data is concerned.
        one_day: What finds it counts by the day: live, too, it begins at eleven, on the day before.
    """

    name: str
    about: str
    lines: Lines
    control: Lines
    who: tuple[str, ...] = (f"user:{THIEF}",)
    clients: int = WALKED - 5
    records: int = 0
    level: Severity = Severity.HIGH
    settings: Mapping[str, Any] = field(default_factory=dict)
    long: bool = False
    breach: bool = True
    one_day: bool = False

    def missing(self, told: tuple[tuple[Incident, Scope], ...]) -> str:
        """Return what is not said; empty: the thief is found, and whose data was taken is known."""
        named = [(each, scope) for each, scope in told if {each.actor_id, *each.related_actors} & set(self.who)]
        if not named:
            return f"no incident names {' or '.join(self.who)} ({len(told)} name others)"
        graver = [(each, scope) for each, scope in named if each.severity >= self.level]
        if not graver:
            return f"{named[0][0].severity.name} only"
        if self.breach and not any(each.kind.breach for each, _ in graver):
            return "no client data is said to be concerned"
        clients, records = max(s.subjects for _, s in graver), max(s.record_high for _, s in graver)
        if clients < self.clients or records < self.records:
            return f"{clients} clients of {self.clients}, {records} records of {self.records}"
        return ""


def card(number: int) -> str:
    return f"/crm/clients/{number}"


def walk(begins: datetime, count: int = WALKED, *, first: int = FIRST, gap: float = 2, **more: Any) -> Iterator[Line]:
    """One client after the other."""
    for n in range(count):
        yield request(begins + gap * n * _SECOND, card(first + n), **more)


def plain(begins: datetime) -> Iterator[Line]:
    return walk(begins)


def _by(path: Callable[[int], str | bytes], count: int = WALKED, gap: float = 2, **more: Any) -> Lines:
    """Return a walk whose paths are written so."""

    def lines(begins: datetime) -> Iterator[Line]:
        for n in range(count):
            yield request(begins + gap * n * _SECOND, path(FIRST + n), **more)

    return lines


def _with(change: Callable[[int], dict[str, Any]], gap: float = 2) -> Lines:
    """Return a walk each line of which differs so."""

    def lines(begins: datetime) -> Iterator[Line]:
        for n in range(WALKED):
            yield request(begins + gap * n * _SECOND, card(FIRST + n), **change(n))

    return lines


# --- bytes and lengths


def _long_edge(begins: datetime) -> Iterator[Line]:
    for n in range(WALKED):
        yield edge(begins + 2 * n * _SECOND, card(FIRST + n), agent=b"\\xFF" * 8192, referer=b"\\xFF" * 8192)


def _plain_edge(begins: datetime) -> Iterator[Line]:
    for n in range(WALKED):
        yield edge(begins + 2 * n * _SECOND, card(FIRST + n))


def _commented(size: int) -> Lines:
    def lines(begins: datetime) -> Iterator[Line]:
        for n in range(WALKED):
            comment = f"/* {'x' * size} */ " if size else ""
            yield sql(begins + 2 * n * _SECOND, f"SELECT {comment}* FROM clients WHERE id = {FIRST + n}")

    return lines


def _commented_behind(begins: datetime) -> Iterator[Line]:
    for n in range(WALKED):
        text = f"SELECT * FROM clients WHERE id = {FIRST + n} /* {'[' * 70_000} */"
        yield sql(begins + 2 * n * _SECOND, text)


def _forged(application: str, statement: str = "SELECT * FROM clients WHERE id = {}") -> Lines:
    """Return SQL of a client that says it is this application."""

    def lines(begins: datetime) -> Iterator[Line]:
        for n in range(WALKED):
            yield sql(begins + 2 * n * _SECOND, statement.format(FIRST + n), application=application)

    return lines


def _hidden(begins: datetime) -> Iterator[Line]:
    """Cards by statements that name the table in ways few programs do."""
    forms = (
        'SELECT * FROM U&"\\0063lients" WHERE id = {}',
        "SELECT * FROM ONLY (clients) WHERE id = {}",
        "SELECT * FROM /* /* */ x */ clients WHERE id = {}",
        "DO $$ BEGIN PERFORM * FROM clients WHERE id = {}; END $$",
    )
    for n in range(WALKED):
        yield sql(begins + 2 * n * _SECOND, forms[n % len(forms)].format(FIRST + n))


def _whole(statement: str) -> Lines:
    """Return one statement that takes the whole table."""

    def lines(begins: datetime) -> Iterator[Line]:
        yield sql(begins, statement)

    return lines


def _paged(statement: str, rows: int, pages: int, gap: float = 30) -> Lines:
    """Return a walk through the table by pages of so many rows; {} is how many lie before."""

    def lines(begins: datetime) -> Iterator[Line]:
        for n in range(pages):
            yield sql(begins + gap * n * _SECOND, statement.format(rows * n))

    return lines


def _at_random(begins: datetime) -> Iterator[Line]:
    """Short lists at random, by an account that has been known for days."""
    yield sql(begins - 4 * 24 * _HOUR, f"SELECT name FROM clients WHERE id = {FIRST}")
    for n in range(400):
        yield sql(begins + 9 * n * _SECOND, "SELECT * FROM clients ORDER BY random() LIMIT 100")


def _seeded(begins: datetime, *, name: str = "svc-report7", seeds: int = 4) -> Iterator[Line]:
    """An invented service that asks for a picture once a day, and then for hundreds of cards in no order."""
    for day in range(seeds, 0, -1):
        yield request(begins - timedelta(days=day), "/crm/static/logo.png", name, address=_DESK)
    for n in range(900):
        yield request(begins + 1.5 * n * _SECOND, card(FIRST + 37 * n), name, address=_DESK)


def _beside(begins: datetime) -> Iterator[Line]:
    """A service reads some thirty clients an hour for ten days; then somebody who has its token reads sixty more."""
    chance, days = random.Random(30), 10
    at = begins.replace(hour=0) - timedelta(days=days)
    while at < begins + 12 * _HOUR:
        yield request(at, card(chance.randrange(200_000, 900_000)), "svc-sync", address=_DESK)
        at += timedelta(seconds=chance.expovariate(1 / 120) + 1)
    for n in range(720):
        yield request(begins + 60 * n * _SECOND, card(FIRST + 37 * n), "svc-sync", address=_DESK)


def _tables_again(begins: datetime, *, name: str = "svc-app") -> Iterator[Line]:
    """A program that takes the table each night takes it thirty times in an afternoon, from where it always works."""
    at_home = {"who": name, "address": "192.0.2.50", "application": "report"}
    for day in range(12 if name.startswith("svc-") else 0, 0, -1):
        night = begins - day * 24 * _HOUR
        yield sql(night, "SELECT * FROM clients", **at_home)
        for n in range(5):
            yield sql(night + n * _HOUR, f"SELECT name FROM clients WHERE id = {FIRST + n}", **at_home)
    for n in range(30):
        yield sql(begins + 60 * n * _SECOND, "SELECT * FROM clients", **at_home)


def _redirected(begins: datetime) -> Iterator[Line]:
    """Changes and refused reads in a colleague's name, sent to the login page, beside the walk."""
    for n in range(700):
        method, status = (("POST", 302), ("DELETE", 303), ("GET", 403))[n % 3]
        at = begins + 2 * n * _SECOND
        yield request(at, card(FIRST + 91 * n), "anna", address="198.51.100.9", method=method, status=status, size=0)
    yield from walk(begins)


# --- noise


def _scanned(begins: datetime, *, theft: bool = True, noise: bool = True) -> Iterator[Line]:
    """31 addresses with a scanner's agent, and one more every nine minutes; then cards and an export."""
    agent = b"sqlmap/1.7#stable"
    if noise:
        for n in range(31):
            yield request(begins + n * _SECOND, "/.env", "", address=f"2001:db8:{n:x}::7", status=404, agent=agent)
        for n in range(8):
            at = begins + timedelta(minutes=9 * (n + 1))
            yield request(at, "/.git/config", "", address=f"2001:db8:{100 + n:x}::7", status=404, agent=agent)
    if theft:
        yield from walk(begins + timedelta(minutes=2), 2000, gap=1.5)
        yield request(begins + timedelta(minutes=55), "/crm/clients/export", size=18_000_000)


def _passers(count: int) -> Lines:
    """Two halves of a walk, and so many people who look at one or two clients in between."""

    def lines(begins: datetime) -> Iterator[Line]:
        half = WALKED // 2
        yield from walk(begins, half, gap=1)
        between = timedelta(minutes=10) / max(count, 1)
        for n in range(count):
            at = begins + timedelta(seconds=half) + n * between
            address = f"198.51.{100 + n % 100}.{n // 100 % 250}"
            yield request(at, card(1_000_000 + 17 * n), f"guest{n}", address=address)
        yield from walk(begins + timedelta(minutes=13), half, first=FIRST + half, gap=1)

    return lines


def _own_noise(begins: datetime) -> Iterator[Line]:
    """Two hundred refused paths between any five cards."""
    yield from walk(begins)
    for n in range(6000):
        yield request(begins + 0.05 * n * _SECOND, f"/assets/{n}.js", status=404, size=150)


def _own_logins(begins: datetime) -> Iterator[Line]:
    """He fails to log in forty times first: his account is "under attack", by himself."""
    for n in range(40):
        yield login(begins + n * _SECOND, "", address="198.51.100.9", status=401)
    yield from walk(begins + timedelta(minutes=3))


def _false_trails(begins: datetime) -> Iterator[Line]:
    """He fails to log in thirty times as each colleague, who then logs in at the own desk."""
    for number, who in enumerate(CLERKS):
        at = begins + timedelta(seconds=10 + number)
        yield login(begins - timedelta(minutes=30 - number), who, address=f"192.0.2.{20 + number}")
        for n in range(35):
            yield login(at + 4 * n * _SECOND, who, status=401)
        yield login(at + timedelta(minutes=4), who, address=f"192.0.2.{20 + number}")
    yield from walk(begins)


def _guessed(address: Callable[[int], str]) -> Lines:
    """Forty passwords, the last of which is right, each from such an address; then the walk, from the last one."""

    def lines(begins: datetime) -> Iterator[Line]:
        for n in range(40):
            at = begins + 20 * n * _SECOND
            yield request(at, "/logo.png", "vera", address=address(n))  # open to all: the log shows any name
            yield login(at + _SECOND, "vera", address=address(n), status=401 if n < 39 else 200)
        yield from walk(begins + timedelta(minutes=15), 30, who="vera", address=address(39))

    return lines


_guessed_at_one_address = _guessed(lambda n: ADDRESS)


# --- spellings of a path


def _spelt(spelling: str) -> Lines:
    return _by(spelling.format)


_PATHS = {
    "slashes": "//crm///clients/{}",
    "dots": "/crm/./x/../clients/{}",
    "percent": "/%63rm/%63lients/{}",
    "percent-twice": "/crm/clients/{}?%2563",
    "trailing-slash": "/crm/clients/{}/",
    "semicolon": "/crm/clients;v=1/{};jsessionid=1A2B",
    "absolute": "http://crm.example.org/crm/clients/{}",
    "leading-zeros": "/crm/clients/000{}",
    "plus": "/crm/clients/+{}",
    "percent-digits": "/crm/clients/%35{}",
    "space": "/crm/clients/%20{}%20",
    "nul": "/crm/clients/{}%00",
    "long-query": "/crm/clients/{}?" + "a=1&" * 2000,
    "fragment": "/crm/clients/{}#top",
    "backslash": "/crm\\\\clients\\\\{}",
    "capitals": "/CRM/Clients/{}",
    "dot-behind": "/crm/clients/{}/.",
}


def _mixed(begins: datetime) -> Iterator[Line]:
    """Each id in another spelling: in order only when all are read as the same kind of number."""
    ways = ("{}", "000{}", "%20{}", "+{}", "{}%00", "{}.json", "{},1", "{};x", "%2B{}")
    for n in range(WALKED):
        yield request(begins + 2 * n * _SECOND, "/crm/clients/" + ways[n % len(ways)].format(FIRST + n))


_CANARIES = {
    "json": CANARY + ".json",
    "space": "%20" + CANARY,
    "zero": "0" + CANARY,
    "plus": "+" + CANARY,
    "list": CANARY + ",1",
    "nul": CANARY + "%00",
    "full-width": "%EF%BC%91%EF%BC%90%EF%BC%94%EF%BC%97%EF%BC%92%EF%BC%99",
    "percent": "%31%30%34%37%32%39",
    "percent-twice": "%2531%2530%2534729",
    "tab": CANARY + "%09",
    "or": CANARY + "%20or%201=2",
    "quote": CANARY + "%27%20or%20%271%27=%272",
    "comment": CANARY + "%20--%20x",
}


def _canary(text: str) -> Lines:
    def lines(begins: datetime) -> Iterator[Line]:
        yield request(begins, f"/crm/clients/{text}")

    return lines


# --- orders


def _zigzag(begins: datetime) -> Iterator[Line]:
    """From both ends to the middle."""
    for n in range(WALKED):
        number = FIRST + (n // 2 if n % 2 == 0 else WALKED - 1 - n // 2)
        yield request(begins + 2 * n * _SECOND, card(number))


def _shuffled(begins: datetime) -> Iterator[Line]:
    numbers = list(range(WALKED))
    random.Random(7).shuffle(numbers)
    for n, number in enumerate(numbers):
        yield request(begins + 2 * n * _SECOND, card(FIRST + 7919 * number))


def _two_services(begins: datetime) -> Iterator[Line]:
    """Every second client in another system."""
    for n in range(WALKED):
        make = request if n % 2 == 0 else edge
        yield make(begins + 2 * n * _SECOND, card(FIRST + n))


def _refused_between(begins: datetime) -> Iterator[Line]:
    """After each card one that is refused, elsewhere."""
    yield from walk(begins)
    for n in range(WALKED):
        yield request(begins + (2 * n + 1) * _SECOND, card(900_000 - 13 * n), status=404, size=90)


def _edits_between(begins: datetime) -> Iterator[Line]:
    """He saves one card in twenty, as people who clean up do."""
    yield from walk(begins)
    for n in range(0, WALKED, 20):
        yield request(begins + (2 * n + 1) * _SECOND, card(FIRST + n), method="PUT", status=200)


def _twice(begins: datetime) -> Iterator[Line]:
    for line in walk(begins):
        yield line
        yield line


def _held_open(begins: datetime) -> Iterator[Line]:
    """Each answer is read so slowly that the line, which tells when the request began, comes over an hour behind."""
    chance = random.Random(7)
    for n in range(500):
        at = begins + 2 * n * _SECOND
        yield request(at, card(FIRST + 7919 * n), said=at - chance.uniform(70, 90) * 60 * _SECOND)


def _apart(step: int, gap: float) -> Lines:
    def lines(begins: datetime) -> Iterator[Line]:
        for n in range(WALKED):
            yield request(begins + gap * n * _SECOND, card(FIRST + step * n))

    return lines


def _two_walks(begins: datetime) -> Iterator[Line]:
    """Two walks in turn, one up and one down, slowly."""
    for n in range(WALKED):
        number = FIRST + n // 2 if n % 2 else 80_000 - n // 2
        yield request(begins + 8 * n * _SECOND, card(number))


def _work_between(begins: datetime) -> Iterator[Line]:
    """After each card of the walk one of another client, slowly."""
    chance = random.Random(3)
    for n in range(WALKED):
        yield request(begins + 10 * n * _SECOND, card(FIRST + n))
        yield request(begins + (10 * n + 5) * _SECOND, card(chance.randrange(200_000, 900_000)))


def _documents(begins: datetime) -> Iterator[Line]:
    """He opens no card, only a document of each client."""
    for n in range(WALKED):
        yield request(begins + 6 * n * _SECOND, f"{card(FIRST + n)}/documents/{n * 7 + 100}")


# --- a crowd that raises alarms


def _canary_crowd(begins: datetime) -> Iterator[Line]:
    """Six hundred invented names touch the planted client while he walks."""
    for n in range(600):
        address = f"198.51.{100 + n % 100}.{n // 100 + 1}"
        yield request(begins + 0.5 * n * _SECOND, card(int(CANARY)), f"bot{n}", address=address)
    yield from walk(begins + timedelta(seconds=20), gap=1)


def _framed(begins: datetime) -> Iterator[Line]:
    """Forty names walk a little, he walks more."""
    for who in range(40):
        for n in range(62):
            at = begins + (who + 2 * n) * _SECOND
            number = 300_000 + 1000 * who + n
            yield request(at, card(number), f"bot{who}", address=f"198.51.100.{1 + who}")
    yield from walk(begins + timedelta(seconds=30))


# --- names and addresses


def _many_addresses(begins: datetime) -> Iterator[Line]:
    """Each card from another address."""
    for n in range(WALKED):
        yield request(begins + 2 * n * _SECOND, card(FIRST + n), address=f"198.51.100.{1 + n}")


def _one_network(name: Callable[[int], str], address: Callable[[int], str]) -> Lines:
    """Return reads of 1,400 clients, none beside another, from addresses that take turns."""

    def lines(begins: datetime) -> Iterator[Line]:
        for n in range(1_400):
            yield request(begins + 2 * n * _SECOND, card(FIRST + 37 * (n * 611 % 1_400)), name(n), address=address(n))

    return lines


_one_account = _one_network(lambda n: THIEF, lambda n: ADDRESS)
_BY_NETWORK = (f"user:{THIEF}", "ip:203.0.113.0/24", "ip:2001:db8:7::/48")


def _names_of_a_day(names: int, address: Callable[[int], str] = lambda n: ADDRESS, *, seeded: bool = False) -> Lines:
    """Return 2,000 reads within fourteen hours, shared among names one after another; clerks are known for days.

    Names that are ``seeded`` asked for a picture two days before.
    """

    def lines(begins: datetime) -> Iterator[Line]:
        for day in range(12):
            for n, clerk in enumerate(CLERKS):
                at = begins - (day + 1) * 24 * _HOUR
                yield request(at, card(800_000 + 10 * day + n), clerk, address=f"192.0.2.{20 + n}")
        for n in range(names if seeded else 0):
            yield request(begins - (48 * 60 - n) * 60 * _SECOND, "/crm/static/logo.png", f"guest{n}")
        for n in range(2_000):
            name = n * names // 2_000
            who = f"guest{name}" if names > 1 else THIEF
            yield request(begins + 25 * n * _SECOND, card(FIRST + 37 * (n * 611 % 2_000)), who, address=address(name))

    return lines


_one_of_a_day = _names_of_a_day(1)


def _all_day(name: Callable[[int], str], address: Callable[[int], str]) -> Lines:
    """Return 5,400 reads within fourteen hours, fewer than 400 an hour, by whom and from where their number says.

    Clerks are known for days.
    """

    def lines(begins: datetime) -> Iterator[Line]:
        for day in range(12):
            for n, clerk in enumerate(CLERKS):
                at = begins - (day + 1) * 24 * _HOUR
                yield request(at, card(800_000 + 10 * day + n), clerk, address=f"192.0.2.{20 + n}")
        for n in range(5_400):
            client = card(FIRST + 37 * (n * 611 % 5_400))
            yield request(begins + 9.3 * n * _SECOND, client, name(n), address=address(n))

    return lines


def _realms_of_a_day(*names: str, address: str = ADDRESS) -> Lines:
    """Return 1,740 reads within eleven hours, fewer than 160 an hour, under one name after another."""

    def lines(begins: datetime) -> Iterator[Line]:
        for n in range(1_740):
            client = card(FIRST + 37 * (n * 611 % 1_740))
            yield request(begins + 23 * n * _SECOND, client, names[n * len(names) // 1_740], address=address)

    return lines


_REALMS = (f"{THIEF}@corp", f"{THIEF}@corp.example.org", f"{THIEF}@CORP.local")
_one_all_day = _all_day(lambda n: THIEF, lambda n: ADDRESS)


def _forged_forwarded(begins: datetime) -> Iterator[Line]:
    """No account; the client invents who it is forwarded for."""
    for n in range(WALKED):
        yield request(begins + 2 * n * _SECOND, card(FIRST + n), "", forwarded=f"198.51.100.{1 + n}")


def _no_account(begins: datetime) -> Iterator[Line]:
    return walk(begins, who="")


def _colleagues(begins: datetime) -> Iterator[Line]:
    """Five names of one address, thirty clients each, in order together."""
    for n in range(WALKED):
        yield request(begins + 2 * n * _SECOND, card(FIRST + n), f"temp{n % 5}")


def _role_sessions(begins: datetime, *, sessions: int = WALKED) -> Iterator[Line]:
    """A role of AWS, assumed anew under another session's name after each card."""
    for n in range(WALKED):
        session = f"{_ROLE}/{THIEF}-{n % sessions}"
        yield request(begins + 2 * n * _SECOND, card(FIRST + n), session)


def _date_in_name(begins: datetime) -> Iterator[Line]:
    for n in range(WALKED):
        name = f"{THIEF} [02/Mar/2020:03:00:00 +0000]"
        yield edge(begins + 2 * n * _SECOND, card(FIRST + n), name)


# --- time


def _ahead(begins: datetime) -> Iterator[Line]:
    """One line from the future in front."""
    yield request(begins - _SECOND, "/", said=begins + timedelta(days=3650))
    yield request(begins - _SECOND, "/", said=begins + timedelta(minutes=4, seconds=50))
    yield from walk(begins)


def _zones(begins: datetime) -> Iterator[Line]:
    for n in range(WALKED):
        yield edge(begins + 2 * n * _SECOND, card(FIRST + n), zone=timezone(timedelta(hours=(0, 3, -8)[n % 3])))


# --- exports


def _pieces(begins: datetime) -> Iterator[Line]:
    """Five hundred exports of nine hundred records in three hours."""
    for n in range(500):
        yield request(begins + 21 * n * _SECOND, f"/crm/clients/export?page={n}", size=900 * 180)


def _one_export(begins: datetime) -> Iterator[Line]:
    yield request(begins, "/crm/clients/export", size=450_000 * 180)


def _ranges(begins: datetime) -> Iterator[Line]:
    """One big export in ranges of 150 kB."""
    for n in range(600):
        yield request(begins + 3 * n * _SECOND, "/crm/clients/export", status=206, size=150_000)


def _ampersands(begins: datetime) -> Iterator[Line]:
    """Forty requests for fifty clients each, behind a thousand empty parameters."""
    return _in_lists(begins, "&" * 1001)


def _between(text: str) -> Lines:
    return lambda begins: _in_lists(begins, "", text)


def _lists(begins: datetime) -> Iterator[Line]:
    return _in_lists(begins, "")


def _in_lists(begins: datetime, before: str, between: str = ",") -> Iterator[Line]:
    for n in range(40):
        ids = between.join(str(FIRST + 7 * (50 * n + k)) for k in range(50))
        yield request(begins + 5 * n * _SECOND, f"/crm/cards?{before}ids={ids}", size=9000)


def _one_list(begins: datetime) -> Iterator[Line]:
    yield request(begins, "/crm/clients/search?limit=0", size=450_000 * 180)


def _one_asked_for(begins: datetime) -> Iterator[Line]:
    """The register from a server that does not heed how many are asked for."""
    yield request(begins, "/crm/clients/export?limit=1", size=450_000 * 180)


def _changes(begins: datetime) -> Iterator[Line]:
    """An empty change, whose answer is the card."""
    for n in range(600):
        yield request(begins + 3 * n * _SECOND, card(FIRST + 7 * n), method="PATCH")


def _scattered(begins: datetime) -> Iterator[Line]:
    for n in range(600):
        yield request(begins + 3 * n * _SECOND, card(FIRST + 7 * n))


def _slow_pages(begins: datetime) -> Iterator[Line]:
    """Searches that list a hundred records a page, page after page."""
    for n in range(400):
        yield request(begins + 5 * n * _SECOND, f"/crm/clients/search?q=a&page={n}", size=100 * 180)


# --- injections

_INJECTIONS = {
    "comment": "/crm/clients/search?q=1'/**/UNION/**/SELECT/**/card,name/**/FROM/**/clients--",
    "newline": "/crm/clients/search?q=1'%0AUNION%0ASELECT%0Acard,name%0AFROM%0Aclients--",
    "percent-twice": "/crm/clients/search?q=1%2527%2520UNION%2520SELECT%2520card%252Cname%2520FROM%2520clients--",
    "or-true": "/crm/clients/search?q=x'%20OR%201%3D1--",
    "case": "/crm/clients/search?q=1'%20uNiOn%20aLl%20SeLeCt%20card,name%20FrOm%20clients--",
    "version-comment": "/crm/clients/search?q=1'%20/*!50000UNION*/%20/*!50000SELECT*/%20card%20FROM%20clients--",
}


def _injected(path: str) -> Lines:
    def lines(begins: datetime) -> Iterator[Line]:
        yield request(begins, path, size=90_000)

    return lines


_INJECTED_PLAIN = "/crm/clients/search?q=1'%20UNION%20SELECT%20card,name%20FROM%20clients--"

_NAMES = {
    "null": "null", "undefined": "undefined", "in-brackets": "(null)", "true": "true", "number": "1e999",
    "long": "m" * 5000, "space": "mallory x", "bracket": "mallory [ x", "colon": "user:anna",
    "separator": "mal\u2028lory", "right-to-left": "\u202eyrollam", "sign": "=cmd|' /C calc'!A0", "template": "{user}",
    "markup": "<script>alert(1)</script>", "escape": "mal\\u001b[2Jlory",
}  # fmt: skip


def _names(text: str) -> tuple[str, ...]:
    """Return the actors an account of this name may become, and the one of the control."""
    spelt = text.replace("\\u001b", "\x1b")
    return (f"ip:{ADDRESS}", f"user:{THIEF}", f"user:{spelt}", f"user:{spelt.lower()}")


_BY_ADDRESS = (f"ip:{ADDRESS}",)
_EITHER = (f"user:{THIEF}", f"ip:{ADDRESS}")

TRICKS: tuple[Trick, ...] = (
    Trick("byte", "a byte that is no UTF-8 in the agent", _with(lambda n: {"agent": b"Mozilla\xff"}), plain),
    Trick("byte-query", "a byte that is no UTF-8 in the query", _by(lambda n: b"/crm/clients/%d?\xff\xfe" % n), plain),
    Trick("nul-byte", "a NUL in the agent", _with(lambda n: {"agent": b"a\x00b"}), plain),
    Trick("long-agent", "agent and referer of 32 kB: a line over 64 KiB", _long_edge, _plain_edge),
    Trick("long-sql", "a comment of 66 kB in the middle", _commented(66_000), _commented(0), clients=0),
    Trick("long-sql-behind", "a comment of 70 kB of brackets behind", _commented_behind, _commented(0)),
    Trick("forged-application", "an application's name that holds a whole message",
          _forged("x [1] LOG:  statement: a --"), _commented(0), who=_EITHER),
    Trick("forged-login", "an application's name that holds another's login",
          _forged("x [1] LOG:  connection authorized: user=anna"), _commented(0), who=_EITHER),
    Trick("forged-end", "an application's name that holds a refusal",
          _forged("x [1] FATAL:  a"), _commented(0), who=_EITHER),
    Trick("forged-refusal", "a short statement that holds the refusal of a connection",
          _forged("x", "SELECT*FROM clients WHERE id={}-- [1] FATAL:  a"), _commented(0), clients=0, who=_EITHER,
          breach=False),
    Trick("hidden-sql", "unusual SQL around the table's name", _hidden, _commented(0)),
    Trick("whole-table", "one statement without a condition",
          _whole("SELECT * FROM clients"), _commented(0), clients=0),
    *(Trick(f"whole-table-{name}", f"one statement {condition}",
            _whole(f"SELECT * FROM clients WHERE {condition}"), _commented(0), clients=0)
      for name, condition in (("range", "id > 0"), ("negation", "id <> -1"), ("tautology", "id = 17 OR 1=1"),
                              ("long", "id BETWEEN 0 AND 999999999"), ("pattern", "name LIKE '%'"),
                              ("flag", "deleted = false"), ("other", "status <> 'x'"), ("offset", "true OFFSET 0"))),
    Trick("whole-table-cursor", "a cursor",
          _whole("DECLARE c CURSOR FOR SELECT * FROM clients; FETCH 100000 FROM c"), _commented(0), clients=0),
    Trick("whole-table-union", "a client, and all the others behind UNION",
          _whole("SELECT * FROM clients WHERE id = 17 UNION SELECT * FROM clients WHERE id <> 17"), _commented(0),
          clients=0),
    Trick("whole-table-within", "a table within another query",
          _whole("WITH x AS (SELECT * FROM clients WHERE deleted = false) SELECT * FROM x"), _commented(0), clients=0),
    Trick("whole-table-limit", "one statement with a very high limit",
          _whole("SELECT * FROM clients LIMIT 100000"), _commented(0), clients=0),
    *(Trick(f"paged-{name}", f"page by page: {text}", _paged(text, rows, pages, gap), _commented(0), clients=0)
      for name, text, rows, pages, gap in (
          ("offset", "SELECT * FROM clients ORDER BY id LIMIT 9999 OFFSET {}", 9999, 20, 30),
          ("comma", "SELECT * FROM clients ORDER BY id LIMIT {}, 9999", 9999, 3, 30),
          ("keyset", "SELECT * FROM clients WHERE id > {} ORDER BY id LIMIT 1000", 1000, 8, 30),
          ("fetch", "SELECT * FROM clients ORDER BY id OFFSET {} ROWS FETCH NEXT 500 ROWS ONLY", 500, 45, 1200),
          ("random", "SELECT * FROM clients ORDER BY md5(id || '{}') LIMIT 9999", 1, 6, 30))),
    Trick("lists-at-random", "four hundred lists of a hundred rows at random", _at_random, _commented(0), clients=0,
          one_day=True),
    *(Trick(f"whole-table-{name}", f"one statement that leaves nothing as it was: {name}",
            _whole(statement), _commented(0), clients=0)
      for name, statement in (("delete", "DELETE FROM clients"), ("truncate", "TRUNCATE clients"),
                              ("update", "UPDATE clients SET phone = NULL WHERE id > 0"),
                              ("rename", "ALTER TABLE clients RENAME TO x"),
                              ("block", "DO $$ BEGIN DELETE FROM clients; END $$"))),
    *(Trick(f"copied-{name}", f"a copy under another name: {statement}", _whole(statement), _commented(0), clients=0)
      for name, statement in (("table", "CREATE TABLE x AS SELECT * FROM clients"),
                              ("into", "SELECT * INTO x FROM clients"),
                              ("insert", "INSERT INTO x SELECT * FROM clients"),
                              ("view", "CREATE VIEW v AS SELECT * FROM clients"),
                              ("update", "UPDATE x SET phone = c.phone FROM clients c WHERE c.id = x.id"),
                              ("matched", "MERGE INTO x USING clients c ON x.id = c.id WHEN MATCHED THEN UPDATE"
                                          " SET phone = c.phone"),
                              ("merge", "MERGE INTO x USING clients c ON x.id = c.id WHEN NOT MATCHED THEN INSERT"
                                        " VALUES (c.id)"),
                              ("block", "DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM clients LOOP"
                                        " RAISE NOTICE '%', r; END LOOP; END $$"))),
    Trick("whole-table-copy", "one COPY",
          _whole("COPY clients (id, name) TO STDOUT"), _commented(0), clients=0),
    Trick("service-seeded", "a service's name, seeded for days with pictures", _seeded,
          lambda begins: _seeded(begins, name=THIEF, seeds=0), who=("user:svc-report7", f"user:{THIEF}"), clients=700),
    Trick("service-beside", "with a service's token, beside it, for half a day", _beside,
          lambda begins: _seeded(begins, name=THIEF, seeds=0), who=("user:svc-sync", f"user:{THIEF}"), clients=50,
          one_day=True),
    Trick("service-tables", "a service's nightly SELECT of a table thirty times in half an hour", _tables_again,
          lambda begins: _tables_again(begins, name=THIEF), who=("user:svc-app", f"user:{THIEF}"), clients=0),
    Trick("redirects", "redirected and refused requests in a colleague's name", _redirected, plain),
    Trick("scanners", "scanners from forty networks before and during the theft", _scanned,
          lambda begins: _scanned(begins, noise=False), clients=1990),
    Trick("passers-by", "150,000 people between two halves", _passers(150_000), _passers(0), long=True),
    Trick("passers-by-few", "5,000 people between two halves", _passers(5_000), _passers(0)),
    Trick("own-noise", "6,000 refused requests of his own in between", _own_noise, plain),
    Trick("own-logins", "failed logins first", _own_logins, plain),
    Trick("false-trails", "failed logins in the names of colleagues", _false_trails, plain),
    Trick("guess-rotating", "each password from another address", _guessed(lambda n: f"198.51.100.{n + 1}"),
          _guessed_at_one_address, who=("user:vera",), clients=30),
    *(Trick(f"path-{name}", f"paths like {text[:40]}", _spelt(text), plain,
            clients=0 if name == "plus" else WALKED - 5, long=at >= _EACH)
      for at, (name, text) in enumerate(_PATHS.items())),
    Trick("path-mixed", "each id in another spelling", _mixed, plain),
    *(Trick(f"canary-{name}", f"the planted client as {text}", _canary(text), _canary(CANARY), clients=1,
            level=Severity.CRITICAL, long=at >= _EACH) for at, (name, text) in enumerate(_CANARIES.items())),
    Trick("zigzag", "from both ends to the middle", _zigzag, plain),
    Trick("shuffled", "no order, no neighbours", _shuffled, plain),
    Trick("held-open", "requests held open over an hour, logged when they began", _held_open, plain),
    Trick("far-apart", "every third client, slowly", _apart(3, 8), plain),
    Trick("two-walks", "two walks in turn, up and down, slowly", _two_walks, plain),
    Trick("work-between", "a card of somebody else after each, slowly", _work_between, plain),
    Trick("documents", "no card, only documents", _documents, plain),
    Trick("canary-crowd", "six hundred invented names touch the planted client", _canary_crowd, plain),
    Trick("framed", "forty invented names walk a little", _framed, plain),
    Trick("two-services", "every second client in another system", _two_services, plain),
    Trick("refused-between", "a refused card after each", _refused_between, plain),
    Trick("edits-between", "one card in twenty saved", _edits_between, plain),
    Trick("twice", "each line twice", _twice, plain),
    Trick("addresses", "each card from another address", _many_addresses, plain),
    Trick("neighbours", "no account, a dozen addresses of one network",
          _one_network(lambda n: "", lambda n: f"203.0.113.{20 + n % 12}"), _one_account,
          who=_BY_NETWORK, clients=1_390),
    Trick("neighbours-realms", "an invented realm for each card, fifty addresses of one network",
          _one_network(lambda n: f"{THIEF}@r{n}", lambda n: f"203.0.113.{20 + n % 50}"), _one_account,
          who=_BY_NETWORK, clients=1_390),
    Trick("neighbours-ipv6", "no account, sixty networks of one customer's /48",
          _one_network(lambda n: "", lambda n: f"2001:db8:7:{n % 60:x}::1"), _one_account,
          who=_BY_NETWORK, clients=1_390),
    Trick("names-of-a-day", "for hours a hundred invented names, one after another, twenty clients each",
          _names_of_a_day(100), _one_of_a_day, who=_BY_NETWORK, clients=1_950),
    Trick("names-seeded", "the same, of names that asked for a picture two days before",
          _names_of_a_day(100, seeded=True), _one_of_a_day, who=_BY_NETWORK, clients=1_950),
    Trick("names-of-a-network", "the same, each name from another address of one network",
          _names_of_a_day(100, lambda name: f"203.0.113.{20 + name % 90}"), _one_of_a_day,
          who=_BY_NETWORK, clients=1_950, long=True),
    Trick("names-all-day", "thirty-six invented names, one after another, from one address",
          _all_day(lambda n: f"guest{n // 150}", lambda n: ADDRESS), _one_all_day, who=_BY_NETWORK, clients=4_990),
    Trick("names-within", "twenty invented names take turns, from one private address",
          _all_day(lambda n: f"guest{n % 20}", lambda n: "10.0.0.7"), _one_all_day,
          who=("ip:10.0.0.7", f"user:{THIEF}"), clients=4_990),
    Trick("neighbours-all-day", "no account, 119 addresses of one network take turns",
          _all_day(lambda n: "", lambda n: f"203.0.113.{20 + n % 119}"), _one_all_day,
          who=_BY_NETWORK, clients=4_990),
    Trick("realms-of-a-day", "three spellings of a realm, one after another over eleven hours",
          _realms_of_a_day(*_REALMS), _realms_of_a_day(THIEF), who=_BY_NETWORK, clients=1_490),
    Trick("realms-within", "the same from a private address", _realms_of_a_day(*_REALMS, address="10.0.0.7"),
          _realms_of_a_day(THIEF, address="10.0.0.7"), who=("ip:10.0.0.7", f"user:{THIEF}"), clients=1_490),
    Trick("forwarded", "no account, and invented addresses he is forwarded for", _forged_forwarded, _no_account,
          who=_BY_ADDRESS),
    Trick("dash", "the account is called -", _with(lambda n: {"who": "-"}), _no_account, who=_BY_ADDRESS),
    Trick("nobody", "the account is called anonymous", _with(lambda n: {"who": "anonymous"}), _no_account,
          who=(*_BY_ADDRESS, "user:anonymous")),
    Trick("null-everywhere", "the account is called null, each card from another address",
          _with(lambda n: {"who": "null", "address": f"198.51.100.{1 + n}"}), plain,
          who=("user:null", f"user:{THIEF}")),
    Trick("own-name", "the account is called nabat", _with(lambda n: {"who": "nabat"}), plain,
          who=("user:nabat", f"user:{THIEF}")),
    Trick("program", "the account is named like a service account", _with(lambda n: {"who": "svc-crm2"}), plain,
          who=("user:svc-crm2", f"user:{THIEF}")),
    Trick("colleagues", "five names of one address take turns", _colleagues, plain,
          who=(*_BY_ADDRESS, f"user:{THIEF}", *(f"user:temp{n}" for n in range(5)))),
    Trick("role-sessions", "a role of AWS, each card under another session's name", _role_sessions,
          lambda begins: _role_sessions(begins, sessions=1), who=(f"user:{_ROLE}",)),
    Trick("date-in-name", "the account's name holds a date in brackets", _date_in_name, _plain_edge,
          who=(f"user:{THIEF}", f"user:{THIEF} [02/mar/2020:03:00:00 +0000]",
               f"user:{THIEF} [02/Mar/2020:03:00:00 +0000]", f"ip:{ADDRESS}")),
    *(Trick(f"name-{name}", f"the account is called {text[:12]!r}", _with(lambda n, text=text: {"who": text}), plain,
            who=_names(text), long=at >= _EACH)
      for at, (name, text) in enumerate(_NAMES.items())),
    *(Trick(f"agent-{name}", f"he calls himself {agent!r}", _with(lambda n, agent=agent: {"agent": agent}), plain)
      for name, agent in {
          "search-engine": b"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
          "probe": b"kube-probe/1.30", "empty": b"", "curl": b"curl/8.5.0",
          "separators": "a\u2028b\u2029c\x85d\x0be\x0cf".encode(), "tab": b"a\tb",
          "quote-as-hex": rb"a\x22b\xFF", "half-a-pair": rb"a\ud83db"}.items()),
    *(Trick(f"method-{method}", f"by {method}", _with(lambda n, method=method: {"method": method}), plain)
      for method in ("POST", "get", "PROPFIND")),
    Trick("partial", "each card in a range", _with(lambda n: {"status": 206, "size": 300}), plain),
    Trick("ahead", "lines from the future in front", _ahead, plain),
    Trick("zones", "each line in another zone", _zones, _plain_edge),
    Trick("pieces", "500 exports of 900 records", _pieces, _one_export, clients=0, records=400_000),
    Trick("ranges", "one export in 600 ranges", _ranges, _one_export, clients=0, records=400_000),
    Trick("ampersands", "ids behind a thousand empty parameters", _ampersands, _lists, clients=1990),
    *(Trick(f"list-{name}", f"ids with {text} between them", _between(text), _lists, clients=1990)
      for name, text in {"semicolon": ";", "bar": "|", "plus": "+", "space": "%20", "repeated": "&ids="}.items()),
    Trick("one-list", "the register as one search", _one_list, _one_export, clients=0, records=400_000),
    Trick("one-asked-for", "the register, of which one record is asked for", _one_asked_for, _one_export, clients=0,
          records=400_000),
    Trick("changes", "empty changes, whose answers are the cards", _changes, _scattered, clients=590),
    Trick("pages", "a search page after page", _slow_pages, _one_export, clients=0, records=35_000),
    *(Trick(f"injection-{name}", text[22:60], _injected(text), _injected(_INJECTED_PLAIN), who=_EITHER, clients=0,
            level=Severity.MEDIUM) for name, text in _INJECTIONS.items()),
)  # fmt: skip
