"""Letters sent while sender and mail server are killed again and again: what has to be true afterwards."""

import os
import random
from dataclasses import replace
from pathlib import Path

from detector.schema.letters.mailings import Letter, LetterState
from tests.forked import Forked
from tests.runtime.letters.mail_process import MailProcess
from tests.runtime.letters.mailroom import Mailroom
from tests.runtime.places import answer, write_plan

AT_ONCE = 1_000
"""Clients that one line names."""
_SLOWEST = 10
"""Letters a second that are sent at least, however busy the machine is."""


def prepared(folder: Path, port: int, letters: int, rate: int = 300) -> tuple[Mailroom, Path]:
    """Return a case whose letters two people have approved, and the configuration of the same folder."""
    state = folder / "state"
    state.mkdir(parents=True)
    room = Mailroom(state, port, letters={"rate": rate})
    room.contacts("".join(f"{n},Name {n},mail,c{n}@example.org,en,,\n" for n in range(letters)))
    ids = [str(n) for n in range(letters)]
    for start in range(0, letters, AT_ONCE):
        some = ids[start : start + AT_ONCE]
        room.house.touched(start / letters, some[:1], **{"subject.ids": some, "record.ids": some})
    room.concern({})
    room.file()
    settings = room.house.settings
    config = write_plan(
        folder,
        organization=settings.organization.name,
        timezone=settings.timezone,
        contacts={"csv": settings.contacts.csv},
        letters={
            "smtp": f"smtp://127.0.0.1:{port}",
            "sender": settings.letters.sender,
            "hotline": settings.letters.hotline,
            "rate": rate,
        },
    )
    return room, config


def killed_again_and_again(room: Mailroom, config: Path, mail: MailProcess, letters: int, kills: int) -> int:
    """Send letters, kill the sender so often and each fourth time the server, settle what is unknown, send the rest.

    Returns:
        How many letters were unknown.
    """
    chance = random.Random(7)
    words = ("letters", "send", room.ref, "-c", str(config))
    null = os.open(os.devnull, os.O_RDWR)
    for kill in range(kills):
        process = Forked(words, dict(os.environ), (null, null, null))
        mail.await_more(chance.randrange(2, 2 * letters // kills), process)
        if kill % 4 == 3:
            mail.kill()
            mail.start()
        process.kill()
        process.wait(600)
    os.close(null)
    patience = 100 + letters / _SLOWEST
    status, _, said = answer(config, *words[:3], seconds=patience)
    assert (status, "letters left" in said) == (0, False), said
    taken = mail.taken()
    assert max(taken.values()) == 1, "nobody was sent it twice"
    ledger = by_address(room)
    unknown = [address for address, each in ledger.items() if each.state is LetterState.UNKNOWN]
    assert {each.state for each in ledger.values()} <= {LetterState.SENT, LetterState.UNKNOWN}
    assert all(taken[address] for address, each in ledger.items() if each.state is LetterState.SENT)
    assert len(unknown) <= kills + kills // 4, "one a kill at most"

    assert answer(config, "letters", "settle", room.ref)[0] == 2
    settled = answer(config, "letters", "settle", room.ref, "--accepted", str(mail.file), "--rest", "again")
    assert settled[0] == 0, settled
    assert answer(config, *words[:3], seconds=patience)[0] == 0
    taken = mail.taken()
    assert (len(taken), set(taken.values())) == (letters, {1}), "everybody once"
    assert set(room.states()) == {"sent"}
    return len(unknown)


def by_address(room: Mailroom) -> dict[str, Letter]:
    """Return the ledger by the address of each client; letters are numbered in the order of ids as texts."""
    ledger = room.ledger()
    order = sorted(str(n) for n in range(len(ledger)))
    return {f"c{order[each.number - 1]}@example.org": replace(each) for each in ledger}
