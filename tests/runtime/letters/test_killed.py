"""However often sender and mail server are killed, no client gets a letter twice, and none is left out."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.forked import Forked
from tests.runtime.letters.killing import killed_again_and_again, prepared
from tests.runtime.letters.mail_process import MailProcess
from tests.runtime.places import answer

LETTERS = 120
KILLS = 12


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[MailProcess]:
    pytest.importorskip("aiosmtpd")
    server = MailProcess(tmp_path / "taken", seconds=0.004)
    yield server
    server.kill()


def test_kills_of_sender_and_server_double_no_letter_and_lose_none(tmp_path: Path, mail: MailProcess) -> None:
    """A hundred thousand are sent by ``make letters``."""
    room, config = prepared(tmp_path, mail.port, LETTERS)
    assert killed_again_and_again(room, config, mail, LETTERS, KILLS), "some kills came between the two"
    assert answer(config, "verify")[0] == 0


def test_two_senders_do_not_work_at_a_time_and_one_that_is_told_to_end_leaves_nothing_unknown(
    tmp_path: Path, mail: MailProcess
) -> None:
    room, config = prepared(tmp_path, mail.port, 40, rate=3)
    words = ("letters", "send", room.ref, "-c", str(config))
    null = os.open(os.devnull, os.O_RDWR)
    process = Forked(words, dict(os.environ), (null, null, null))
    mail.await_more(1, process)
    status, _, said = answer(config, *words[:3])
    assert (status, "somebody is sending letters" in said) == (2, True)
    process.send_signal(15)
    assert process.wait(60) == 1
    os.close(null)
    assert set(room.states()) == {"sent", "planned"}
    config.write_text(config.read_text().replace("rate: 3\n", "rate: 300\n"))
    assert answer(config, *words[:3])[0] == 0
    assert (len(mail.taken()), set(mail.taken().values())) == (40, {1})


def test_a_client_held_back_after_a_kill_gets_nothing_when_the_letters_go_on(tmp_path: Path, mail: MailProcess) -> None:
    count = 30
    room, config = prepared(tmp_path, mail.port, count, rate=20)
    words = ("letters", "send", room.ref, "-c", str(config))
    null = os.open(os.devnull, os.O_RDWR)
    process = Forked(words, dict(os.environ), (null, null, null))
    mail.await_more(3, process)
    process.kill()
    process.wait(60)
    os.close(null)
    last = sorted(str(n) for n in range(count))[-1]
    held = answer(config, "letters", "hold", room.ref, last, "--reason", "objects")
    assert (held[0], "held back: 1 letter" in held[2]) == (0, True)
    assert answer(config, *words[:3])[0] == 0
    assert f"c{last}@example.org" not in mail.taken()
    assert set(mail.taken().values()) == {1}
    assert room.states().count("held") == 1
    assert set(room.states()) <= {"sent", "unknown", "held"}
    assert answer(config, "letters", "release", room.ref, last, "--reason", "withdrawn")[0] == 0
    assert answer(config, *words[:3])[0] == 0
    assert mail.taken()[f"c{last}@example.org"] == 1
