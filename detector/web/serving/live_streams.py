"""Streams of events: while a page is open, its browser is sent those parts of it that change, and a beat.

Comes in: a request that names an open page. Goes out: server-sent events for some minutes, after which the browser asks
anew. What is sent is the page itself, asked for from the application as its reader's browser would, with the same
cookies and headers: a stream shows nobody more than the page does, and it ends when the page is not theirs any more.
Nobody presses by it, so that it keeps no one signed in.
"""

import asyncio
import json
import re
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from urllib.parse import unquote

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.types import Message, Receive, Scope, Send

from detector.clock import monotonic
from detector.errors import NabatError
from detector.schema.team.grants import Identity
from detector.web.context import AUTO
from detector.web.forms import KEY
from detector.web.serving.admission import BusyError
from detector.web.serving.page_parts import parts_of

EVENTS = "/events"
"""Where a stream is asked for."""
CUT_OFF = "nabat.cut_off"
"""The extension of a request's scope by which whoever does not take its answer is cut off."""
_LIVE = re.compile(r"/|/sources|/incidents/[^/]{1,120}(/(steps|duties|people|letters))?")
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    # Proxies that gather an answer before they hand it on are asked not to.
    (b"x-accel-buffering", b"no"),
]
_BEGIN = b"retry: 1000\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamLimits:
    """What streams may take.

    Attributes:
        streams / of_person: How many there are at once, of all and of one person: browsers open six connections to a
            place, and the others are for pages.
        seconds: How long each lasts; a proxy that signs people in is asked again by the next.
        beat_seconds: Between two beats; with each, whoever reads is looked at.
        look_seconds: Between two looks at whether a case was written.
        page_seconds: After so long a page is asked for again though no case was: times pass, sources go silent.
        send_seconds: Who has not begun to take an event by then is cut off: the stream would wait for them for ever.
    """

    streams: int = 64
    of_person: int = 4
    seconds: float = 300.0
    beat_seconds: float = 5.0
    look_seconds: float = 1.0
    page_seconds: float = 15.0
    send_seconds: float = 20.0


class LiveStreams:
    """The streams of one server.

    Args:
        answer: Answers a request as the pages do; ``BusyError`` when there is no place.
        reader: Returns who a request is from; None: nobody who is signed in.
        place: Gives a request a place in which it is looked up who it is from; ``BusyError`` when there is none.
        written: Returns something else whenever a case was written.
        limits: What streams may take.
    """

    def __init__(
        self,
        answer: Callable[[Request], Awaitable[list[Message]]],
        *,
        reader: Callable[[Request], Identity | None],
        place: Callable[[Request], AbstractAsyncContextManager[None]],
        written: Callable[[], Hashable],
        limits: StreamLimits,
    ) -> None:
        self._answer, self._reader, self._place, self._limits = answer, reader, place, limits
        self._written = _LastWritten(written, limits.look_seconds)
        self._open: Counter[str] = Counter()
        self._ended = asyncio.Event()

    def end(self) -> None:
        """End all streams: the server stops."""
        self._ended.set()

    async def serve(self, request: Request, send: Send) -> int:
        """Send events until the stream is over; return the status of the refusal where there is none, else 0."""
        page = _page_of(request)
        if page is None:
            return 404
        try:
            # Before that it may be anybody, and any number of them.
            async with self._place(page):
                who = await run_in_threadpool(self._reader, page)
        except BusyError:
            return 503
        if who is None:
            return 404
        limits = self._limits
        if self._open.total() >= limits.streams or self._open[who.name] >= limits.of_person:
            return 503
        self._open[who.name] += 1
        try:
            return await self._serve(request, page, who, send)
        finally:
            self._open[who.name] -= 1
            if not self._open[who.name]:
                del self._open[who.name]

    async def _serve(self, request: Request, page: Request, who: Identity, send: Send) -> int:
        try:
            parts = await self._parts(page)
        except BusyError:
            return 503
        if parts is None:
            return 404
        await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
        await send({"type": "http.response.body", "body": _BEGIN + _beat(), "more_body": True})
        try:
            await self._stream(request, page, who, parts, send)
            await self._taken(send, b"", more=False)
        except TimeoutError:
            cut: Callable[[], None] | None = request.scope.get("extensions", {}).get(CUT_OFF)
            if cut is not None:
                cut()
                await _left(request.receive)
        return 0

    async def _stream(self, request: Request, page: Request, who: Identity, parts: dict[str, str], send: Send) -> None:
        """Send events until nobody reads, or nobody may any more.

        Raises:
            TimeoutError: Whoever reads takes nothing.
        """
        over = [asyncio.create_task(each) for each in (_left(request.receive), self._ended.wait())]
        stream = _OpenStream(page, who, parts, await self._written.newest(), self._limits)
        try:
            while not stream.over:
                done, _ = await asyncio.wait(
                    over, timeout=self._limits.look_seconds, return_when=asyncio.FIRST_COMPLETED
                )
                if done:
                    break
                for event in [*await self._news(stream), *await self._beat(stream)]:
                    await self._taken(send, event)
        finally:
            for task in over:
                task.cancel()

    async def _taken(self, send: Send, event: bytes, *, more: bool = True) -> None:
        """Send a piece; ``TimeoutError`` where what was sent before it is not taken in time."""
        async with asyncio.timeout(self._limits.send_seconds):
            await send({"type": "http.response.body", "body": event, "more_body": more})

    async def _news(self, stream: "_OpenStream") -> list[bytes]:
        """Return what is new on the page, if it is to be looked at again."""
        written = await self._written.newest()
        if not stream.is_due(written):
            return []
        try:
            return stream.renewed(await self._parts(stream.page), written)
        except BusyError:
            return []  # it is asked for again at the next look

    async def _beat(self, stream: "_OpenStream") -> list[bytes]:
        """Return a beat when it is time, or the end where whoever reads is not who began."""
        if stream.over or not stream.is_silent():
            return []
        return stream.beat(await run_in_threadpool(self._reader, stream.page))

    async def _parts(self, page: Request) -> dict[str, str] | None:
        """Return the parts of a page as it stands; None: it is not shown to whoever asks."""
        # A request is used up by its answer.
        start, *rest = await self._answer(Request(_copied(page.scope), _nothing))
        if start["status"] != 200:
            return None
        text = b"".join(message.get("body", b"") for message in rest).decode()
        return await run_in_threadpool(parts_of, text)


class _OpenStream:
    """One stream: what was sent of its page, and when."""

    def __init__(
        self, page: Request, who: Identity, parts: dict[str, str], written: Hashable, limits: StreamLimits
    ) -> None:
        self.page, self.over = page, False
        self._who, self._parts, self._written, self._limits = who, parts, written, limits
        self._ends = monotonic() + limits.seconds
        self._asked = self._beaten = monotonic()

    def is_due(self, written: Hashable) -> bool:
        """Tell whether the page is to be asked for again."""
        return written != self._written or monotonic() - self._asked >= self._limits.page_seconds

    def is_silent(self) -> bool:
        """Tell whether it is time for a beat."""
        return monotonic() - self._beaten >= self._limits.beat_seconds

    def renewed(self, parts: dict[str, str] | None, written: Hashable) -> list[bytes]:
        """Return what is new on a page that was asked for again; without one the stream is over."""
        if parts is None:
            return self._end()
        new = [name for name, text in parts.items() if self._parts.get(name) != text]
        self._parts, self._written, self._asked = parts, written, monotonic()
        return [_event("part" if name else "title", parts[name]) for name in new]

    def beat(self, who: Identity | None) -> list[bytes]:
        """Return a beat; the stream is over when its time is, or when somebody else reads, or nobody who may."""
        if who != self._who:
            return self._end()
        self._beaten, self.over = monotonic(), monotonic() >= self._ends
        return [_beat()]

    def _end(self) -> list[bytes]:
        self.over = True
        return [_event("over", "")]


class _LastWritten:
    """When cases were written last, looked up once for all streams."""

    def __init__(self, look: Callable[[], Hashable], seconds: float) -> None:
        self._look, self._seconds = look, seconds
        self._lock = asyncio.Lock()
        self._found: Hashable = None
        self._at = -seconds

    async def newest(self) -> Hashable:
        """Return what was found within the last moments; where it cannot be read, what was found before."""
        async with self._lock:
            if monotonic() - self._at >= self._seconds:
                self._at = monotonic()
                try:
                    self._found = await run_in_threadpool(self._look)
                except NabatError:
                    return self._found  # the page is asked for by the time, and says what it cannot read
            return self._found


def _page_of(request: Request) -> Request | None:
    """Return the request for the page that a stream is about; None: no such page streams."""
    path = unquote(request.query_params.get("view", ""))
    if not _LIVE.fullmatch(path):
        return None
    request.scope.setdefault("state", {})[KEY] = secrets.token_urlsafe(9)
    asked = {"path": path, "raw_path": path.encode(), "query_string": AUTO.encode()}
    return Request({**_copied(request.scope), **asked}, _nothing)


def _copied(scope: Scope) -> Scope:
    """Return a scope of its own, since the application writes into it, with the key of the stream's forms."""
    return {**scope, "state": {KEY: scope.get("state", {}).get(KEY, "")}}


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _left(receive: Receive) -> None:
    """Wait until whoever reads is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _beat() -> bytes:
    return _event("beat", "")


def _event(kind: str, text: str) -> bytes:
    """Return an event; JSON, so that no text of a page ends its line."""
    return f"event: {kind}\ndata: {json.dumps(text, ensure_ascii=False)}\n\n".encode()
