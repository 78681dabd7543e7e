"""No mail server holds a look into its mailbox for ever, nor fills the memory of the service."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date

import pytest

from detector.clock import monotonic
from detector.errors import InputError
from detector.notify.letters.imap_box import BoxLook, BoxPosition, read_box

Fetched = Callable[[socket.socket, bytes], object]
_HEAD = b"* 1 FETCH (UID 1 BODY[]<0> {%d}\r\n"
_FOUND = f"* SEARCH {' '.join(map(str, range(1, 61)))}\r\n".encode()
_MAIL = b"Subject: I am away\r\n\r\nhello"


def _drip(client: socket.socket, text: bytes) -> None:
    for at in range(len(text)):
        client.sendall(text[at : at + 1])
        threading.Event().wait(0.02)


def _serve(client: socket.socket, greeting: bool, fetched: Fetched) -> None:
    if greeting:
        _drip(client, b"* OK " + 1000 * b"x")
    client.sendall(b"* OK hello\r\n")
    for line in client.makefile("rb"):
        tag, _, asked = line.partition(b" ")
        if asked.startswith(b"UID FETCH"):
            fetched(client, tag)
            continue
        said = {b"CAPA": b"* CAPABILITY IMAP4rev1\r\n", b"EXAM": b"* OK [UIDVALIDITY 7] so\r\n"}.get(asked[:4], b"")
        found = _FOUND if asked.startswith(b"UID SEARCH") else b""
        client.sendall(said + found + tag + b" OK done\r\n")


@contextmanager
def _server(fetched: Fetched, *, greeting: bool = False) -> Iterator[int]:
    def run() -> None:
        with suppress(OSError):
            client, _ = listening.accept()
            with client:
                _serve(client, greeting, fetched)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=run, daemon=True).start()
        yield listening.getsockname()[1]


def _look(port: int, timeout: float) -> BoxLook:
    url = f"imap://letters@127.0.0.1:{port}"
    return read_box(url, "x", BoxPosition(), since=date(2026, 3, 1), most=99, timeout=timeout)


@pytest.mark.parametrize(
    ("code", "fetched", "greeting"),
    [
        ("timeout", lambda client, tag: _drip(client, _HEAD % 5000 + 5000 * b"x"), False),
        ("timeout", lambda client, tag: None, True),
        ("answer", lambda client, tag: client.sendall(_HEAD % 10**11), False),
        ("answer", lambda client, tag: client.sendall(17 * (b"* 1 FETCH (" + (1 << 20) * b"x" + b")\r\n")), False),
    ],
    ids=["a mail byte by byte", "a greeting byte by byte", "a mail of 100 GB", "no end of answers"],
)  # fmt: skip
def test_a_server_that_is_never_done_is_given_up(code: str, fetched: Fetched, greeting: bool) -> None:
    began = monotonic()
    with _server(fetched, greeting=greeting) as port, pytest.raises(InputError, match=f"cannot be read: {code}"):
        _look(port, 0.1 if code == "timeout" else 20)
    assert monotonic() - began < 20


def test_what_there_was_no_time_for_is_read_in_the_next_look() -> None:
    def slow(client: socket.socket, tag: bytes) -> None:
        for part in (_HEAD % len(_MAIL), b""):
            threading.Event().wait(0.2)
            client.sendall(part)
        client.sendall(_MAIL + b")\r\n" + tag + b" OK done\r\n")

    with _server(slow) as port:
        look = _look(port, 0.3)
    assert (look.read.mails, str(look.position), look.more) == (50, "7 50", True)
