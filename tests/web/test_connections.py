"""Whoever holds connections and sends nothing whole, or takes nothing, keeps nobody else from being answered."""

import http.client
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from urllib.parse import urlencode

import pytest

from detector.runtime.incidents.console import PersonalConsole
from detector.schema.team.grants import Identity
from detector.web.entry.signed_in import SESSION_COOKIE
from detector.web.serving.connections import Limits
from detector.web.serving.server import PageServer
from tests.receivers import until
from tests.web.conftest import World

# Tells answered from not answered, on a busy machine too: what hangs would hang for good.
PATIENCE = 20
MANY = 300
HOST = b"Host: localhost\r\n"


@contextmanager
def running(world: World, **limits: float) -> Iterator[PageServer]:
    server = PageServer(
        world.consoles, world.people, world.settings, world.metrics, world.keys, service=world.service,
        clock=world.clock, limits=Limits(**limits),  # type: ignore[arg-type]
    )  # fmt: skip
    server.start()
    try:
        yield server
    finally:
        server.stop()


def ask(
    port: int, path: str, method: str = "GET", form: dict[str, str] | None = None, cookie: str = "", **headers: str
) -> tuple[int, str, str]:
    """Return status, text and cookies of an answer on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        kind = {"content-type": "application/x-www-form-urlencoded"} if form is not None else {}
        connection.request(
            method, path, urlencode(form) if form is not None else None, {"cookie": cookie, **kind, **headers}
        )
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), (answer.getheader("set-cookie") or "").partition(";")[0]
    finally:
        connection.close()


def half_header(number: int) -> bytes:
    return b"GET / HTTP/1.1\r\n" + HOST + b"X-A: b"


def half_body(number: int) -> bytes:
    return (
        b"POST /ack/x HTTP/1.1\r\n"
        + HOST
        + b"Content-Length: 60000\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\nform_token=1"
    )


def half_page_body(number: int) -> bytes:
    return half_body(number).replace(b"/ack/x", b"/incidents/x/note")


def trickle(slow: socket.socket, drop: bytes) -> None:
    for _ in range(100 * PATIENCE):
        slow.sendall(drop)
        time.sleep(0.05)


def silence(number: int) -> bytes:
    return b""


def idler(number: int) -> bytes:
    return b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"


def pipeline(number: int) -> bytes:
    return (b"GET /console.css HTTP/1.1\r\n" + HOST + b"\r\n") * 500


def garbage(number: int) -> bytes:
    return os.urandom(4000)


def endless_line(number: int) -> bytes:
    return b"GET /" + b"a" * 200_000


ATTACKS = [silence, half_header, half_body, half_page_body, idler, pipeline, garbage, endless_line]


@contextmanager
def held(port: int, attack: Callable[[int], bytes], count: int = MANY) -> Iterator[list[socket.socket]]:
    """Hold connections on which so much was sent, and read nothing of what is answered."""
    held: list[socket.socket] = []
    try:
        for number in range(count):
            one = socket.socket()
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.settimeout(PATIENCE)
            one.connect(("127.0.0.1", port))
            held.append(one)
            one.setblocking(False)
            try:
                one.send(attack(number))
            except (BlockingIOError, ConnectionError):
                continue  # cut off already, or full: as far as it goes
        yield held
    finally:
        for one in held:
            one.close()


@pytest.mark.parametrize("attack", ATTACKS)
def test_machines_pages_and_acknowledgements_are_answered_whatever_others_hold(
    world: World, attack: Callable[[int], bytes]
) -> None:
    incident = world.found()
    link = f"/ack/{world.token(incident)}"
    with running(world) as server, held(server.port, attack):
        for path in ("/healthz", "/readyz", "/metrics"):
            assert ask(server.port, path)[0] == 200
        lev = cookie_of(world)
        until(
            lambda: ask(server.port, "/", cookie=lev)[0] == 200, PATIENCE
        )  # pages may be busy with what was asked before
        status, page, cookie = ask(server.port, link)
        assert status == 200
        form = {"form_token": page.partition('name="form_token" value="')[2].partition('"')[0]}
        assert ask(server.port, link, "POST", form, cookie=cookie)[0] == 303
    assert world.detail(incident.id).incident.acknowledged_at is not None


@pytest.mark.parametrize(
    ("reason", "beginning", "drop"),
    [
        ("header", b"GET / HTTP/1.1\r\n" + HOST, b"x"),
        ("body", half_body(0), b"x"),
    ],
)
def test_a_drop_now_and_then_does_not_stretch_the_time_of_a_request(
    world: World, reason: str, beginning: bytes, drop: bytes
) -> None:
    with running(world, header_seconds=0.5, body_seconds=0.5) as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as slow:
            slow.sendall(beginning)
            with pytest.raises(ConnectionError):
                trickle(slow, drop)
        assert f'nabat_web_refused_total{{reason="{reason}"}} 1.0' in ask(server.port, "/metrics")[1]


def test_a_form_that_does_not_come_is_told_so_in_words(world: World) -> None:
    with (
        running(world, told_seconds=0.2) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as slow,
    ):
        slow.sendall(half_body(0))
        assert slow.recv(4096).startswith(b"HTTP/1.1 408 ")


def large_answer(number: int) -> bytes:
    return b"GET /metrics HTTP/1.1\r\n" + HOST + b"\r\n"


@pytest.mark.parametrize(
    ("reason", "limits"), [("send", {"send_seconds": 0.5, "send_pace": 1 << 30}), ("unsent", {"unsent_bytes": 1 << 20})]
)
def test_who_does_not_take_a_large_answer_is_cut_off(world: World, reason: str, limits: dict[str, float]) -> None:
    world.metrics.build.info({"version": "x" * 20_000_000})
    with running(world, **limits) as server, held(server.port, large_answer, 2):
        until(lambda: world.metrics.registry.get_sample_value("nabat_web_refused_total", {"reason": reason}), PATIENCE)
        assert ask(server.port, "/healthz")[0] == 200


def test_pages_that_take_long_leave_room_for_machines_and_acknowledgements(world: World) -> None:
    incident = world.found()
    link = f"/ack/{world.token(incident)}"
    go_on, real, lev = threading.Event(), world.consoles.of, cookie_of(world)

    def slow(who: Identity) -> PersonalConsole:
        assert go_on.wait(3 * PATIENCE)
        return real(who)

    world.consoles.of = slow  # type: ignore[method-assign]
    with running(world) as server, held(server.port, partial(page, lev), 60):
        try:
            assert [ask(server.port, path)[0] for path in ("/healthz", "/readyz", "/metrics", link)] == [200] * 4
            assert ask(server.port, "/incidents", cookie=lev)[0] == 503
        finally:
            go_on.set()


def page(cookie: str, number: int) -> bytes:
    return b"GET / HTTP/1.1\r\n" + HOST + f"Cookie: {cookie}\r\n\r\n".encode()


def cookie_of(world: World) -> str:
    return f"{SESSION_COOKIE}={world.session('lev')}"


def test_a_visitor_behind_the_proxy_takes_no_more_than_a_share(world: World) -> None:
    go_on, real, lev = threading.Event(), world.consoles.of, cookie_of(world)

    def slow(who: Identity) -> PersonalConsole:
        assert go_on.wait(3 * PATIENCE)
        return real(who)

    def from_one_network(number: int) -> bytes:
        return page(lev, number)[:-2] + f"X-Forwarded-For: 192.0.2.1, 2001:db8::{number:x}\r\n\r\n".encode()

    world.consoles.of = slow  # type: ignore[method-assign]
    with running(world) as server, held(server.port, from_one_network, 20):
        refused = {"reason": "busy"}
        until(lambda: world.metrics.registry.get_sample_value("nabat_web_refused_total", refused) == 12, PATIENCE)
        go_on.set()
        assert ask(server.port, "/", cookie=lev, **{"X-Forwarded-For": "198.51.100.7"})[0] == 200
