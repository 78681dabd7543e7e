"""Connections that end: each stage of one has a time, all together have a number, and what is half done makes room.

Comes in: bytes of whoever reaches the port. Goes out: whole requests to the application, and their answers. A request
that was received whole is always answered; whoever has not sent one, or does not take the answer, is cut off when the
time of the stage is over, or sooner when others need the place, the longest waiting first.

uvicorn reads HTTP and has no such limits; it is not asked to refuse by number, since that would refuse everybody.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, cast

import h11
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from detector.web.serving.guard import BODY_SECONDS
from detector.web.serving.live_streams import CUT_OFF

RECEIVE_BUFFER = 32 * 1024
"""Bytes the kernel holds for a connection, and so the most that one read takes into memory."""
HEADER_BYTES = 16 * 1024
"""Bytes of a request's line and headers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a connection may take.

    Attributes:
        connections: How many there are at once.
        header_seconds: For the whole of a request's line and headers, idle time before it included.
        body_seconds: For the whole of a body.
        told_seconds: For the same; a little less, for then the answer says so in words.
        send_seconds: For the reader to begin to take an answer.
        send_pace: Bytes a second that a reader takes at least.
        unsent_bytes: Answers waiting for their readers, of all connections together.
    """

    connections: int = 256
    header_seconds: float = 10.0
    body_seconds: float = 12.0
    told_seconds: float = BODY_SECONDS
    send_seconds: float = 10.0
    send_pace: int = 16 * 1024
    unsent_bytes: int = 32 * 1024 * 1024


class ConnectionStage(StrEnum):
    """What a connection is about."""

    HEADER = "header"
    BODY = "body"
    ANSWER = "answer"
    SEND = "send"


class Connection(H11Protocol):
    """One connection, within limits.

    Args:
        limits: The same for all connections of a server.
        cut: Told the reason whenever one is cut off: a stage whose time was over, ``full``, ``unsent`` or
            ``pipelined``.
        uvicorn: What uvicorn gives its protocols.
    """

    def __init__(self, *, limits: Limits, cut: Callable[[str], None], **uvicorn: Any) -> None:
        super().__init__(**uvicorn)
        self._limits = limits
        self._cut = cut
        self.app = self._with_cut_off(self.app)
        self._timer: asyncio.TimerHandle | None = None
        self._gone = False
        self.stage = ConnectionStage.HEADER
        self.since = self.loop.time()

    @property
    def unsent(self) -> int:
        """Bytes of answers that the reader has not taken."""
        return self.transport.get_write_buffer_size()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, and make room for it."""
        super().connection_made(transport)
        self._begin(ConnectionStage.HEADER)
        others = [one for one in self._all() if one is not self]
        if len(others) >= self._limits.connections:
            waiting = [one for one in others if one.stage is not ConnectionStage.ANSWER]
            min(waiting, key=lambda one: one.since, default=self).end("full")

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of a connection."""
        self._gone = True
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes in."""
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """Go on when an answer was handed over whole; who did not wait for it is not answered again.

        No browser or proxy sends requests in advance, and a connection would bring hundreds in one go.
        """
        if self.conn.trailing_data[0]:
            self._cut("pipelined")
            self.transport.close()
        super().on_response_complete()
        self._look()

    def pause_writing(self) -> None:
        """Notice a reader who does not keep up."""
        super().pause_writing()
        self._look()

    def resume_writing(self) -> None:
        """Notice a reader who has caught up."""
        super().resume_writing()
        if not self._gone:
            self._look()

    def end(self, why: str) -> None:
        """Cut the connection off, whatever is under way."""
        if not self._gone:
            self._gone = True
            self._stop_timer()
            self._cut(why)
            self.transport.abort()

    def _with_cut_off(self, app: ASGIApp) -> ASGIApp:
        """Return the application, told how to cut this connection off."""

        async def able(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[CUT_OFF] = partial(self.end, ConnectionStage.SEND)
            await app(scope, receive, send)

        return able

    def _all(self) -> list["Connection"]:
        every = cast("set[Connection]", self.connections)
        return [one for one in every if not one._gone]

    def _look(self) -> None:
        """See which stage the connection is in now; a stage's time begins when it begins."""
        stage = self._now()
        if stage is not self.stage:
            self._begin(stage)
        if stage is ConnectionStage.SEND:
            sending = [one for one in self._all() if one.unsent]
            if sum(one.unsent for one in sending) > self._limits.unsent_bytes:
                min(sending, key=lambda one: one.since).end("unsent")

    def _now(self) -> ConnectionStage:
        answering = self.cycle is not None and not self.cycle.response_complete
        if answering and not self.cycle.more_body:
            return ConnectionStage.SEND if self.flow.write_paused else ConnectionStage.ANSWER
        if answering or self.conn.their_state is h11.SEND_BODY:
            return ConnectionStage.BODY
        return ConnectionStage.SEND if self.unsent else ConnectionStage.HEADER

    def _begin(self, stage: ConnectionStage) -> None:
        self._stop_timer()
        if self._gone:
            return
        self.stage, self.since = stage, self.loop.time()
        seconds = {
            ConnectionStage.HEADER: self._limits.header_seconds,
            ConnectionStage.BODY: self._limits.body_seconds,
            ConnectionStage.SEND: self._limits.send_seconds + self.unsent / self._limits.send_pace,
        }.get(stage)
        if seconds is not None:
            self._timer = self.loop.call_later(seconds, self._over)

    def _over(self) -> None:
        if self._now() is self.stage:
            self.end(self.stage)
        else:
            self._look()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
