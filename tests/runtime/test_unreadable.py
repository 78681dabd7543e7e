"""Whoever's lines become unreadable is told of: by address and account, over restarts; and nobody else is."""

import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from detector.acquire.framing.text_columns import rejected
from detector.clock import SystemClock
from detector.decode import Decoder
from detector.messages import messages
from detector.runtime.sources.unreadable_actors import FEWEST, RULE_ID, SPAN, UnreadableActors
from detector.schema.detection.findings import Finding
from detector.schema.events.lines import RejectReason
from detector.schema.levels import Severity
from detector.settings import Settings
from tests.decode.batches import batch_of
from tests.runtime.places import BULK_READ, Daemon, Kept, eventually, kept, line

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
SECOND = timedelta(seconds=1)
THIEF, OFFICE = "198.51.100.9", "203.0.113.7"


def settings(**source: Any) -> Settings:
    crm = {"name": "crm", "paths": ["/x"], "service": "crm", "format": "combined"} | source
    return Settings.model_validate({"sources": [crm], "records": {"routes": []}})


def good(number: int, address: str = "", account: str = "-") -> str:
    address = address or f"192.0.2.{number % 200}"
    return f'{address} - {account} [02/Mar/2026:08:00:00 +0000] "GET /a HTTP/1.1" 200 512 "-" "curl/8"'


def bad(address: str = THIEF, account: str = "eve") -> str:
    """Return a line whose time is none."""
    return f'{address} - {account} [02/Foo/2026:08:00:00 +0000] "GET /a HTTP/1.1" 200 512 "-" "curl/8"'


@dataclass
class Watched:
    """A source whose lines come in batches."""

    settings: Settings = field(default_factory=settings)
    now: datetime = MONDAY
    unreadable: UnreadableActors = field(default_factory=UnreadableActors)

    def __post_init__(self) -> None:
        self.decoder = Decoder(self.settings, session_key=b"k")

    def lines(self, *lines: str, after: timedelta = SECOND, history: int = 0) -> list[Finding]:
        """Let a batch of lines come after a while; return what is found."""
        self.now += after
        batch = batch_of(list(lines), source="crm", ingested=self.now, history=history)
        events = self.decoder.decode(batch)
        return self.unreadable.add(batch, events, self.decoder.claims, self.settings, self.now)

    def restarts(self) -> None:
        self.unreadable = UnreadableActors.from_text(self.unreadable.to_text())


def actors(findings: list[Finding]) -> list[str]:
    return sorted(finding.actor_id for finding in findings)


OTHERS = [good(number) for number in range(300)]


def test_address_and_account_are_told_of_with_count_source_and_lines() -> None:
    watched = Watched()
    found = watched.lines(*OTHERS, *[bad()] * (FEWEST + 1), *["nothing of any log"] * 5)
    assert actors(found) == [f"ip:{THIEF}", "user:eve"]
    for one in found:
        assert (one.rule_id, one.severity, one.service) == (RULE_ID, Severity.MEDIUM, "crm")
        assert (one.playbook, one.matter, one.events) == ("suspicious-activity", "access", FEWEST + 1)
        assert one.title
        assert one.title_ru
        assert len(one.evidence) == 20
        assert all(pointer.offset >= len("\n".join(OTHERS)) for pointer in one.evidence)
        for language, doubt in (("en", "Only the lines themselves say whose"), ("ru", "утверждают сами строки")):
            said = messages(language).reason(one.reasons[0])
            assert "21" in said
            assert "26" in said
            assert "crm" in said
            assert doubt in said
            assert THIEF not in said
            assert "eve" not in said


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([good(1, THIEF, "eve")] * 50, id="they are read"),
        pytest.param([bad()] * FEWEST, id="they are few"),
        pytest.param([bad()] * 30 + ["nothing of any log"] * 30, id="most name nobody"),
        pytest.param([bad()] * 30 + [bad(f"192.0.2.{n}", f"n{n}") for n in range(30)], id="most name others"),
        pytest.param([bad("127.0.0.1", "-")] * 50, id="this machine"),
        pytest.param([f"worker[{n}] Chrome/120.0.0.0 /?user=eve&login=eve" for n in range(50)], id="parameters"),
        pytest.param(["", "#Fields: 198.51.100.9"] * 50, id="no rejects"),
    ],
)
def test_nobody_is_told_of(lines: list[str]) -> None:
    assert Watched().lines(*OTHERS, *lines) == []


def test_who_sends_most_of_all_lines_has_most_of_the_bad_ones() -> None:
    watched, found = Watched(), []
    for number in range(60):
        office = [good(1, OFFICE, "anna")] * 60 + [bad(OFFICE, "-")] * 2
        others = [good(number) for number in range(40)] + [bad(f"192.0.2.{number}", "-")]
        found += watched.lines(*office, *others)
    assert found == []
    for _ in range(60):
        found += watched.lines(*[good(1, OFFICE, "anna")] * 60, *OTHERS[:40], bad(), bad(), bad(), bad())
    assert actors(found)[:1] == [f"ip:{THIEF}"]


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ('{"ts":"?","remote_addr":"198.51.100.9","user":"Eve","q":"1"}', ["ip:198.51.100.9", "user:eve"]),
        ("2026-13-40 login=eve from 198.51.100.9:5432 failed", ["ip:198.51.100.9", "user:eve"]),
        ('[2001:db8:1:2::77] - - [broken] "', ["ip:2001:db8:1:2::/64"]),
        ("2001:db8:1:2::78 eve 12 12", ["ip:2001:db8:1:2::/64"]),
        ("Mar 2 sshd: 10:20:30 session of user = eve.", ["user:eve."]),
        (f"{'x' * 600} 198.51.100.9 user=eve", []),
        ("999.0.2.1 user=- 1.2.3.4.5", []),
    ],
)
def test_what_is_seen_in_a_line(text: str, actor: list[str]) -> None:
    assert actors(Watched().lines(*OTHERS, *[text] * 30)) == actor


def test_an_account_brings_no_address_with_it() -> None:
    by_account = next(one for one in Watched().lines(*[bad()] * 30) if one.actor_id == "user:eve")
    by_address = next(one for one in Watched().lines(*[bad()] * 30) if one.actor_id == f"ip:{THIEF}")
    assert by_account.source_ips == (), "who writes somebody's name into lines joins nothing to his incident"
    assert by_address.source_ips == (THIEF,)


def test_accounts_that_nobody_checks_and_proxies_are_nobody() -> None:
    assert actors(Watched(settings(accounts="claimed")).lines(*[bad()] * 30)) == [f"ip:{THIEF}"]
    assert actors(Watched(settings(trusted_proxies=["198.51.100.0/24"])).lines(*[bad()] * 30)) == ["user:eve"]


def test_a_line_that_was_mended_in_vain_counts_as_well() -> None:
    watched = Watched()
    raw = bad().encode() + b"\xff"
    mended = tuple(
        rejected(raw, offset=at * 500, number=at, reason=RejectReason.INVALID_UTF8, length=len(raw)) for at in range(30)
    )
    batch = batch_of([], source="crm", ingested=MONDAY, rejects=mended)
    events = watched.decoder.decode(batch)
    assert len(events.rejects) == 30
    found = watched.unreadable.add(batch, events, watched.decoder.claims, watched.settings, MONDAY)
    assert actors(found) == [f"ip:{THIEF}", "user:eve"]
    assert {pointer.line_hash for pointer in found[0].evidence} == {mended[0].line_hash}


def test_it_is_said_once_and_again_when_it_has_doubled() -> None:
    watched = Watched()
    first = watched.lines(*OTHERS, *[bad()] * 30)
    assert watched.lines(*[bad()] * 29) == []
    again = watched.lines(bad())
    assert [one.id for one in again] == [one.id for one in first]
    assert again[0].events == 60
    watched.restarts()
    assert watched.lines(bad()) == [], "a restart says nothing twice"


def test_lines_count_over_restarts_and_for_ten_minutes() -> None:
    watched = Watched()
    assert watched.lines(*OTHERS, *[bad()] * 15) == []
    watched.restarts()
    assert actors(watched.lines(*[bad()] * 15)) == [f"ip:{THIEF}", "user:eve"]
    slow = Watched()
    slow.lines(*OTHERS, *[bad()] * 15)
    assert slow.lines(*[bad()] * 15, after=SPAN + 2 * timedelta(minutes=1)) == []


def test_what_stood_there_at_the_first_reading_does_not_count() -> None:
    assert Watched().lines(*[bad()] * 50, history=1 << 30) == []


def test_what_was_kept_and_cannot_be_read_is_counted_anew() -> None:
    assert UnreadableActors.from_text("{broken").to_text() == "{}"


def test_a_flood_of_invented_names_stays_small() -> None:
    watched = Watched()
    for number in range(50):
        watched.lines(*[bad(f"203.0.{n}.{number}", f"n{number}-{n}") for n in range(200)])
    assert len(watched.unreadable.to_text()) < 20_000
    assert actors(watched.lines(*[bad()] * 200, after=2 * SPAN)) == [f"ip:{THIEF}", "user:eve"]


@pytest.mark.parametrize("readable", [False, True], ids=["unreadable", "control"])
def test_a_running_service_joins_it_to_what_else_the_actor_did(
    daemon: Callable[..., Daemon], *, readable: bool
) -> None:
    began = daemon().start()
    log = began.config.parent / "access.log"
    start = SystemClock().now().replace(microsecond=0) - timedelta(minutes=4)

    def write(text: str) -> None:
        with log.open("a") as out:
            out.write(text)

    def found() -> Kept:
        return kept(began.settings)

    def odd(count: int) -> str:
        lines = [line(start + timedelta(minutes=3, seconds=n), 5) for n in range(count)]
        return "".join(lines if readable else [one.replace("/20", "/x20") for one in lines])

    write("".join(line(start + SECOND * n, 1000 + 7 * (n * 37 % 120)) for n in range(120)))
    eventually(lambda: [one for one in found().incidents if one.actor_id == "user:mallory"])
    write(odd(15))
    write(line(start + timedelta(minutes=3, seconds=30), 104729, "anna", address="192.0.2.5"))
    eventually(lambda: [one for one in found().incidents if one.actor_id == "user:anna"])  # so much was read
    began.end(signal.SIGTERM)
    began.start()
    write(odd(15))
    write(line(start + timedelta(minutes=3, seconds=40), 104729, "boris", address="192.0.2.6"))
    eventually(lambda: [one for one in found().incidents if one.actor_id == "user:boris"])
    began.end()
    found_in_all = [one for one in found().findings if one.rule_id == RULE_ID]
    (incident,) = [one for one in found().incidents if one.actor_id == "user:mallory"]
    assert BULK_READ in incident.rules
    if readable:
        assert found_in_all == []
        assert RULE_ID not in incident.rules
    else:
        assert actors(found_in_all) == ["ip:203.0.113.7", "user:mallory"]
        assert RULE_ID in incident.rules
        assert "ip:203.0.113.7" in incident.related_actors
