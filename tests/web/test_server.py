import socket
import threading

import httpx
import pytest

from detector.errors import InputError
from detector.settings import OrganizationSettings
from detector.web.entry.signed_in import SESSION_COOKIE
from detector.web.serving.server import PageServer
from tests.web.conftest import World
from tests.web.test_watch import served


def test_the_server_takes_a_free_port_and_frees_it_again(world: World) -> None:
    server = served(world)
    server.start()
    port = server.port
    assert port != 0
    answer = httpx.get(f"http://localhost:{port}/signin")
    assert answer.status_code == 200
    assert "server" not in answer.headers
    server.stop()
    with socket.create_server(("127.0.0.1", port)):
        pass
    assert "nabat-pages" not in {thread.name for thread in threading.enumerate()}


def test_a_taken_port_is_said_at_once_with_what_to_do(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        web = world.settings.web.model_copy(update={"port": port})
        world.settings = world.settings.model_copy(update={"web": web})
        with pytest.raises(InputError, match=rf"127\.0\.0\.1:{port}: another program listens there .*web\.port"):
            served(world).start()


def test_a_server_that_never_started_can_be_stopped_and_stopped_again(world: World) -> None:
    server = served(world)
    server.stop()
    server.start()
    server.stop()
    server.stop()


def test_a_new_configuration_is_used_at_once(world: World) -> None:
    server = served(world)
    server.start()
    try:
        cookies = {SESSION_COOKIE: world.session("lev")}
        assert "No incident is open" in httpx.get(server.url, cookies=cookies).text
        server.reconfigure(
            world.settings.model_copy(update={"language": "ru", "organization": OrganizationSettings(name="Пример")})
        )
        page = httpx.get(server.url, cookies=cookies).text
    finally:
        server.stop()
    assert "Открытых инцидентов нет" in page
    assert "Пример" in page


def test_a_reader_who_sends_half_a_request_does_not_keep_the_server_from_stopping(world: World) -> None:
    server = served(world)
    server.start()
    with socket.create_connection(("127.0.0.1", server.port)) as slow:
        slow.sendall(b"POST /incidents/x/note HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n")
        assert httpx.get(server.url + "/signin").status_code == 200
        server.stop()
    assert isinstance(server, PageServer)


def test_a_request_without_a_host_is_refused(world: World) -> None:
    server = served(world)
    server.start()
    try:
        with socket.create_connection(("127.0.0.1", server.port)) as bare:
            bare.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            answer = bare.makefile("rb").read()
    finally:
        server.stop()
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"nabat_lines" not in answer
