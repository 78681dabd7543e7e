"""`nabat check` signs in to the mailbox that letters come back to, and says in words why it cannot."""

import socket
from pathlib import Path

import pytest

from detector.clock import monotonic
from detector.runtime.preflight.mailbox_check import mailbox_failures
from detector.settings import Settings
from tests.runtime.letters.imap_server import PASSWORD, ImapServer, imap_server
from tests.runtime.places import nabat, write_plan
from tests.runtime.test_check import ZONED
from tests.servers import free_port

__all__ = ["imap_server"]


def _said(folder: Path, url: str) -> tuple[int, str]:
    (folder / "access.log").write_text(f"{ZONED}\n")
    config = write_plan(folder, letters={"bounces": {"imap": url, "password_file": str(folder / "password")}})
    done = nabat("check", "-c", str(config))
    return done.returncode, done.stdout + done.stderr


def test_the_check_signs_in_to_the_mailbox_and_says_why_it_cannot(tmp_path: Path, imap_server: ImapServer) -> None:
    secret = tmp_path / "password"
    secret.touch(mode=0o600)
    secret.write_text(f"{PASSWORD}\n")
    status, good = _said(tmp_path, imap_server.url)
    assert (status, "the mailbox that" in good) == (0, False), good
    assert imap_server.unseen() == 0
    for url, word in (
        (f"{imap_server.url}/Elsewhere", "there is no such folder in it"),
        (f"imap://letters@127.0.0.1:{free_port()}", "its server is not reached"),
        (f"imaps://letters@127.0.0.1:{imap_server.port}", "the certificate of its server is not trusted"),
    ):
        status, said = _said(tmp_path, url)
        assert (status, word in said) == (1, True), said
        assert PASSWORD not in said
    secret.write_text("another secret")
    status, said = _said(tmp_path, imap_server.url)
    assert (status, "its server takes neither account nor password" in said) == (1, True), said
    assert "nabat.yml:" in said, "it says where that stands"
    assert "another secret" not in said


def test_a_server_that_says_nothing_holds_up_the_check_no_longer_than_its_time(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text(PASSWORD)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"imap://letters@127.0.0.1:{listening.getsockname()[1]}"
        box = {"imap": url, "password_file": str(secret)}
        began = monotonic()
        (told,) = mailbox_failures(Settings.model_validate({"letters": {"bounces": box}}), seconds=0.3)
        assert monotonic() - began < 5
    assert "no answer in time" in told.what


@pytest.mark.parametrize("password", ["", " \n"])
def test_without_a_password_nobody_is_asked(tmp_path: Path, password: str) -> None:
    secret = tmp_path / "password"
    secret.write_text(password)
    box = {"imap": "imaps://a@mail.example.org", "password_file": str(secret)}
    assert not list(mailbox_failures(Settings.model_validate({"letters": {"bounces": box}})))
