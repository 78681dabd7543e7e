"""Whoever gives himself many names or addresses stays one actor: each trick with its control, replayed and live.

The control is the same reads without the trick. Of each, an incident must say who it was and, by its scope, whose data.
"""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from detector.clock import SystemClock
from detector.runtime.replay.log_sources import logs_of
from detector.runtime.replay.plan import ReplayPlan
from detector.runtime.replay.replay import Replay
from detector.settings.loading.load_settings import load_settings
from tests.runtime.places import NIGHT, Daemon, eventually, kept, line, write_plan

SHIPPED = {"shipped": True, "paths": []}
NETWORK_CLIENTS, NETWORK_REALMS = "c413824f-7b5a-47a1-baad-c591fc55d21c", "e58bf508-90f4-4e18-8f77-58423b91a4cd"
WIDE = str.maketrans("alory", "".join(chr(ord(letter) + 0xFEE0) for letter in "alory"))
Reads = Iterator[tuple[str, str, int]]
"""Address, account and client of each."""


def cased(number: int, name: str) -> str:
    return "".join(letter.upper() if number >> place & 1 else letter for place, letter in enumerate(name))


def spellings(address: str) -> Reads:
    """64 spellings of a name, each from an address of its own."""
    for number in range(192):
        yield f"198.51.100.{number // 3 + 1}", cased(number // 3, "mallory"), number


def wide_letters(address: str) -> Reads:
    for number in range(192):
        yield address, cased(number // 3, "mallory").translate(WIDE), number


def realms(address: str) -> Reads:
    for number in range(90):
        yield address, rf"D{number // 3}\x5Cmallory", number


def mail_like_realms(address: str) -> Reads:
    for number in range(90):
        yield address, f"mallory@r{number // 3}", number


def realms_out_of_order(address: str) -> Reads:
    clients = random.Random(3).sample(range(0, 90_000, 11), 900)
    for number, client in enumerate(clients):
        yield address, rf"D{number % 30}\x5Cmallory", client


def invented_names(address: str) -> Reads:
    for number in range(1_000):
        yield address, f"n{number * 7919 % 1_000}", number


def invented_names_out_of_order(address: str) -> Reads:
    clients = random.Random(5).sample(range(0, 90_000, 11), 400)
    for number, client in enumerate(clients):
        yield address, f"m{number // 2}", client


def one_network_of_ipv6(address: str) -> Reads:
    for number in range(800):
        yield f"2001:db8:1:2::{number // 2:x}", "-", number


def one_network_of_ipv6_with_names(address: str) -> Reads:
    for number in range(400):
        yield f"2001:db8:7:8::{number:x}", f"k{number}", number


@dataclass(frozen=True)
class Trick:
    """One trick.

    Attributes:
        reads: Who reads which client.
        actor: Whose incident it must be, from the address given.
        span: Seconds between two reads.
    """

    reads: Callable[[str], Reads]
    actor: str
    every: float = 1.0

    def lines(self, start: datetime, address: str, first: int) -> list[str]:
        found = []
        for number, (where, who, client) in enumerate(self.reads(address)):
            moment = start + timedelta(seconds=number * self.every)
            found.append(line(moment, first + client, who, address=where))
        return found

    def control(self, start: datetime, address: str, first: int) -> list[str]:
        """Return the same reads by one account from one address."""
        said = list(self.reads(address))
        moments = (start + timedelta(seconds=number * self.every) for number in range(len(said)))
        return [
            line(at, first + client, "eve", address=address) for at, (_, _, client) in zip(moments, said, strict=True)
        ]


TRICKS = {
    "spellings": Trick(spellings, "user:mallory"),
    "wide letters": Trick(wide_letters, "user:mallory"),
    "realms": Trick(realms, "ip:{address}"),
    "realms like mail": Trick(mail_like_realms, "ip:{address}"),
    "realms, out of order": Trick(realms_out_of_order, "ip:{address}", 0.5),
    "invented names": Trick(invented_names, "ip:{address}", 0.3),
    "invented names, out of order": Trick(invented_names_out_of_order, "ip:{address}", 0.9),
    "a network of IPv6": Trick(one_network_of_ipv6, "ip:2001:db8:1:2::/64", 0.4),
    "a network of IPv6 with names": Trick(one_network_of_ipv6_with_names, "ip:2001:db8:7:8::/64", 0.8),
}


def incidents_of(folder: Path, lines: list[str], **changes: object) -> list[dict[str, object]]:
    """Return the incidents of a replay with the shipped rules."""
    folder.mkdir()
    settings = load_settings(write_plan(folder, rules=SHIPPED, **changes))
    log = folder / "old.log"
    log.write_text("".join(lines))
    out = folder / "out"
    Replay(ReplayPlan(settings=settings, logs=logs_of(settings, [str(log)]), out=out)).run()
    return [json.loads(text) for text in (out / "incidents.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("name", TRICKS)
def test_the_trick_opens_an_incident_as_its_control_does(name: str, tmp_path: Path) -> None:
    trick, address = TRICKS[name], "203.0.113.77"
    (control,) = incidents_of(tmp_path / "control", trick.control(NIGHT, address, 1_000))
    assert control["actor"]["id"] == "user:eve"
    lines = trick.lines(NIGHT, address, 1_000)
    (found,) = incidents_of(tmp_path / "trick", lines)
    assert found["actor"]["id"] == trick.actor.format(address=address)
    assert found["kind"] == control["kind"]
    assert found["subjects"] == control["subjects"] == len(lines)


def test_names_that_nobody_checks_are_no_accounts_where_that_is_said(tmp_path: Path) -> None:
    lines = [line(NIGHT + timedelta(seconds=2 * n), 37 * n % 9973, f"p{n % 40}") for n in range(600)]
    source = {"name": "crm", "paths": [str(tmp_path / "x.log")], "format": "combined", "service": "crm"}
    (found,) = incidents_of(tmp_path / "claimed", lines, sources=[source | {"accounts": "claimed"}])
    assert (found["actor"]["id"], found["subjects"]) == ("ip:203.0.113.7", 600)


def test_what_honest_people_do_behind_one_address_is_no_incident(tmp_path: Path) -> None:
    dice, lines = random.Random(7), []
    for who in range(60):  # an office on the first day: lists of neighbours, and whoever calls
        at, client = NIGHT + timedelta(seconds=dice.random() * 600), dice.randrange(20_000)
        for _ in range(dice.randrange(10, 60)):
            at += timedelta(seconds=dice.expovariate(1 / 50))
            client = client + 1 if dice.random() < 0.7 else dice.randrange(20_000)
            lines.append((at, line(at, client, f"worker{who}", address="198.51.100.9")))
    for who in range(80):  # customers of a mobile network, each at the own card
        at = NIGHT + timedelta(seconds=dice.random() * 3000)
        lines += [(at, line(at, 30_000 + 17 * who, f"customer{who}@example.org", address="203.0.113.1"))] * 3
    for step in range(12):  # a phone on the road
        at = NIGHT + timedelta(seconds=step * 240)
        lines.append((at, line(at, 50_000 + 91 * step, "Traveller", address=f"203.0.113.{50 + step}")))
    assert incidents_of(tmp_path / "honest", [text for _, text in sorted(lines)]) == []


def test_every_trick_opens_its_incident_in_the_running_service(daemon: Callable[..., Daemon]) -> None:
    tricks = {name: trick for name, trick in TRICKS.items() if name != "wide letters"}  # the same account
    # The addresses lie beside each other here; what neighbours do together is tried elsewhere.
    began = daemon(rules={**SHIPPED, "disabled": [NETWORK_CLIENTS, NETWORK_REALMS]}).start()
    start = SystemClock().now().replace(microsecond=0) - timedelta(minutes=8)
    wanted, lines = {}, []
    for number, trick in enumerate(tricks.values()):
        address = f"203.0.113.{100 + number}"
        lines += [(text.split("[")[1], text) for text in trick.lines(start, address, 100_000 * (number + 1))]
        wanted[trick.actor.format(address=address)] = sum(1 for _ in trick.reads(address))
    with (began.config.parent / "access.log").open("a") as log:
        log.write("".join(text for _, text in sorted(lines, key=lambda each: each[0])))

    def found() -> dict[str, int]:
        incidents = kept(began.settings).incidents
        return {each.actor_id: each.scope.subjects for each in incidents if each.actor_id in wanted}

    eventually(lambda: found() == wanted, 60)
    began.end()
