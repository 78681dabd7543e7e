"""A page that is open is sent what changes on it, and nothing that its reader may not see."""

import asyncio
import itertools
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from datetime import timedelta
from functools import partial

import httpx
import pytest
import uvicorn
from fastapi import Request
from starlette.types import Message, Receive, Scope, Send
from uvicorn.server import ServerState

from detector.web.entry.signed_in import SESSION_COOKIE
from detector.web.serving.admission import BusyError
from detector.web.serving.connections import Connection, Limits
from detector.web.serving.live_streams import LiveStreams, StreamLimits
from detector.web.serving.page_parts import parts_of
from detector.web.serving.server import PageServer
from tests.fakes.people import me
from tests.servers import NginxServer, nginx_server  # noqa: F401
from tests.web.conftest import HOSTILE, World, make_finding

QUICK = StreamLimits(beat_seconds=0.1, look_seconds=0.02, page_seconds=0.2)
NEVER = 3600.0


class Stream:
    """The events of one open page, as they come."""

    def __init__(self, answer: httpx.Response) -> None:
        self.status, self.headers = answer.status_code, answer.headers
        self._lines = answer.iter_lines()

    def event(self) -> tuple[str, str]:
        """Return the next event; an empty one when the stream is over."""
        kind = ""
        for line in self._lines:
            name, _, said = line.partition(": ")
            kind = said if name == "event" else kind
            if name == "data":
                return kind, json.loads(said)
        return "", ""

    def until(self, wanted: str) -> str:
        """Return what the next event of a kind says; empty when the stream is over before it."""
        while True:
            kind, said = self.event()
            if kind in (wanted, ""):
                return said

    def until_said(self, text: str) -> str:
        """Return the next part that holds a text."""
        while True:
            part = self.until("part")
            if text in part or not part:
                return part


@pytest.fixture
def serve(world: World) -> Iterator[Callable[..., PageServer]]:
    servers: list[PageServer] = []

    def start(limits: StreamLimits = QUICK) -> PageServer:
        servers.append(
            PageServer(
                world.consoles, world.people, world.settings, world.metrics, world.keys, service=world.service,
                clock=world.clock, streams=limits,
            )
        )  # fmt: skip
        servers[-1].start()
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@contextmanager
def stream(url: str, view: str, session: str, **headers: str) -> Iterator[Stream]:
    cookies = {SESSION_COOKIE: session} if session else {}
    with (
        httpx.Client(cookies=cookies, headers=headers, timeout=20) as client,
        client.stream("GET", f"{url}/events", params={"view": view}) as answer,
    ):
        yield Stream(answer)


def test_parts_of_a_page_are_pieces_of_it() -> None:
    page = (
        "<title>a &lt; b</title>\n<p>x</p><div id=one data-live><p>y<br>&lt;i&gt;<input name=a></p>"
        "<b id=two data-live>z</b><svg><path d='M0'/></svg></div><p id=three>w</p>"
    )
    start = page.index("<div")
    assert parts_of(page) == {"": "a &lt; b", "one": page[start : page.index("<p id=three")]}


def test_who_has_a_case_is_seen_on_every_page_that_is_open(world: World, serve: Callable[..., PageServer]) -> None:
    incident, server = world.found(make_finding(title=HOSTILE)), serve(StreamLimits(look_seconds=0.02))
    case = f"/incidents/{incident.number}"
    with (
        stream(server.url, case, world.session("lev")) as lev,
        stream(server.url, "/", world.session("dina")) as dina,
    ):
        for each in (lev, dina):
            assert (each.status, each.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
            assert each.headers["cache-control"] == "no-store"
            assert each.event() == ("beat", "")
        world.console.acknowledge(incident.id, by=me("anna"), via="cli")
        assert 'id="said"' in lev.until_said("Anna (security) has it")
        assert 'id="head"' in lev.until_said("Anna (security) has it")
        part = dina.until_said("Anna (security) has it")
        assert "<script" not in part
        assert "202e" not in part


@pytest.mark.parametrize("way", ["signed out", "idle", "left the team"])
def test_a_stream_ends_with_the_right_to_its_page_and_wakes_no_session(
    world: World, serve: Callable[..., PageServer], way: str
) -> None:
    token, server = world.session("lev"), serve()
    with stream(server.url, "/", token) as open_page:
        assert open_page.until("beat") == ""
        if way == "signed out":
            world.people.sign_out(token)
        elif way == "idle":
            for _ in range(3):
                world.clock.advance(world.settings.auth.idle / 2)
                time.sleep(0.15)  # several beats and pages
        else:
            people = [each for each in world.settings.team.people if each.name != "lev"]
            team = world.settings.team.model_copy(update={"people": people})
            world.people.reconfigure(world.settings.model_copy(update={"team": team}))
        kinds = {kind for kind, _ in iter(open_page.event, ("", ""))}
    assert "over" in kinds
    assert world.people.identity(token) is None


def test_a_case_is_streamed_to_nobody_who_may_not_see_it(world: World, serve: Callable[..., PageServer]) -> None:
    server, hers = serve(), world.session("olga")
    with stream(server.url, "/", hers) as now:
        assert now.until("beat") == ""
        incident = world.found()
        world.clock.advance(timedelta(minutes=7))
        time.sleep(0.3)
        world.people.sign_out(hers)
        said = "".join(text for _, text in iter(now.event, ("", "")))
    assert "over" not in said
    for word in (incident.code_name, incident.number, "o.petrova", "has nobody"):
        assert word not in said
    for view in (f"/incidents/{incident.number}", "/incidents/INC-9999-0001"):
        with stream(server.url, view, world.session("olga")) as none:
            assert none.status == 404


def test_who_becomes_a_suspect_reads_no_further(world: World, serve: Callable[..., PageServer]) -> None:
    incident, server = world.found(make_finding(by="user:k.brandt")), serve()
    with stream(server.url, f"/incidents/{incident.number}", world.session("olga")) as case:
        assert case.until("beat") == ""
        hers = world.found(make_finding("walk"))
        world.merges(hers.id, incident.number, by="lev", reason="one matter")
        assert case.until("over") == ""


@pytest.mark.parametrize(
    ("view", "status"),
    [("/documents", 404), ("/signin", 404), ("/ack/x", 404), ("", 404), ("/incidents/a/timeline", 404), ("//", 404),
     ("/incidents/none", 404), ("/%73ources", 200)],
)  # fmt: skip
def test_only_pages_that_are_live_stream(
    world: World, serve: Callable[..., PageServer], view: str, status: int
) -> None:
    with stream(serve().url, view, world.session("lev")) as answer:
        assert answer.status == status


def test_streams_are_for_people_who_are_signed_in_and_come_from_a_page_of_ours(
    world: World, serve: Callable[..., PageServer]
) -> None:
    server, lev = serve(), world.session("lev")
    with stream(server.url, "/", "") as nobody, stream(server.url, "/", "", host="evil.example.org") as foreign:
        assert (nobody.status, foreign.status) == (404, 400)
    for header in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example.org"}):
        with stream(server.url, "/", lev, **header) as elsewhere:
            assert elsewhere.status == 403


def test_nobody_is_looked_up_for_a_stream_without_a_place() -> None:
    looked: list[Request] = []

    @asynccontextmanager
    async def full(_: Request) -> AsyncIterator[None]:
        raise BusyError
        yield

    async def unused(_: object) -> list[Message]:
        raise AssertionError

    streams = LiveStreams(unused, reader=looked.append, place=full, written=lambda: 0, limits=QUICK)
    asked = Request({"type": "http", "method": "GET", "path": "/events", "query_string": b"view=/", "headers": []})
    assert asyncio.run(streams.serve(asked, unused)) == 503
    assert looked == []


def test_a_stream_waits_for_no_reader_who_takes_nothing() -> None:
    counted, cut = itertools.count(), list[str]()

    async def page(_: Request) -> list[Message]:
        body = f"<title>x</title><div id=a data-live>{next(counted)}{'x' * 4_000_000}</div>".encode()
        return [{"type": "http.response.start", "status": 200}, {"type": "http.response.body", "body": body}]

    limits = StreamLimits(beat_seconds=0.05, look_seconds=0.01, page_seconds=0.01, send_seconds=0.2)
    streams = LiveStreams(
        page, reader=lambda _: me("lev"), place=lambda _: nullcontext(), written=lambda: 0, limits=limits
    )

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.wait_for(streams.serve(Request(scope, receive), send), 5)

    async def read_nothing() -> float:
        protocol = partial(Connection, limits=Limits(), cut=cut.append, config=uvicorn.Config(app, log_config=None))
        loop = asyncio.get_running_loop()
        state = {"server_state": ServerState(), "app_state": {}}
        server = await loop.create_server(partial(protocol, **state), "127.0.0.1", 0)
        with socket.create_connection(server.sockets[0].getsockname()) as reader:
            reader.send(b"GET /events?view=/ HTTP/1.1\r\nhost: localhost\r\n\r\n")
            begun = time.monotonic()
            while not cut and time.monotonic() - begun < 5:
                await asyncio.sleep(0.02)
            server.close()
        return time.monotonic() - begun

    assert asyncio.run(read_nothing()) < 3
    assert cut == ["send"]


def test_streams_are_bounded_and_pages_go_on(world: World, serve: Callable[..., PageServer]) -> None:
    server = serve(StreamLimits(streams=3, of_person=2, look_seconds=0.02))
    lev, dina, anna = (world.session(name) for name in ("lev", "dina", "anna"))
    with stream(server.url, "/", lev) as first:
        with stream(server.url, "/", lev), stream(server.url, "/", lev) as one_too_many:
            assert (first.status, one_too_many.status) == (200, 503)
            with stream(server.url, "/", dina) as third, stream(server.url, "/", anna) as full:
                assert (third.status, full.status) == (200, 503)
            assert httpx.get(server.url, cookies={SESSION_COOKIE: anna}).status_code == 200
        deadline = time.monotonic() + 5
        statuses = []
        while 200 not in statuses and time.monotonic() < deadline:
            with stream(server.url, "/", lev) as again:
                statuses.append(again.status)
    assert statuses[-1] == 200, "who has left makes room"


def test_a_stream_is_over_after_a_time_and_can_be_asked_for_anew(
    world: World, serve: Callable[..., PageServer]
) -> None:
    server, token = serve(StreamLimits(seconds=0.2, beat_seconds=0.05, look_seconds=0.02)), world.session("lev")
    for _ in range(2):
        with stream(server.url, "/", token) as short:
            assert {kind for kind, _ in iter(short.event, ("", ""))} == {"beat"}


def test_a_server_with_open_streams_stops_at_once(world: World, serve: Callable[..., PageServer]) -> None:
    server = serve(StreamLimits())
    with stream(server.url, "/", world.session("lev")) as one, stream(server.url, "/sources", world.session("dina")):
        assert one.event() == ("beat", "")
        begun = time.monotonic()
        server.stop()
        assert time.monotonic() - begun < 2.5
        assert one.event() == ("", "")
    assert "nabat-pages" not in {thread.name for thread in threading.enumerate()}


def test_a_proxy_hands_events_on_as_they_come(
    world: World,
    serve: Callable[..., PageServer],
    nginx_server: Callable[..., NginxServer],  # noqa: F811
) -> None:
    incident, server = world.found(), serve(StreamLimits(look_seconds=0.02))
    forward = f"location /events {{ proxy_pass http://127.0.0.1:{server.port}; proxy_set_header Host localhost; }}"
    proxy = nginx_server(more=forward)
    with stream(f"http://127.0.0.1:{proxy.port}", "/", world.session("lev")) as open_page:
        assert open_page.event() == ("beat", "")
        world.console.acknowledge(incident.id, by=me("anna"), via="cli")
        assert open_page.until_said("Anna (security) has it")
