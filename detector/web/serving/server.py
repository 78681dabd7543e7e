"""The server: the application on a socket of this machine, in a thread of its own.

Comes in: consoles, settings, metrics, keys. Goes out: a port that answers. The main loop is never waited for, and a
slow reader holds up nobody but herself.
"""

import errno
import logging
import socket
import threading
from collections.abc import Callable
from functools import partial

import uvicorn

from detector.auth import SignIns
from detector.clock import Clock
from detector.errors import InputError, NabatError, Problem
from detector.keys import Keys
from detector.settings import Settings
from detector.telemetry import Logger
from detector.telemetry.metrics import Metrics
from detector.web.context import PageContext
from detector.web.forms import Forms
from detector.web.ports import ConsolesPort, ServiceView
from detector.web.serving.connections import HEADER_BYTES, RECEIVE_BUFFER, Connection, Limits
from detector.web.serving.live_streams import LiveStreams, StreamLimits
from detector.web.serving.make_app import make_app

log = Logger("web")

_START_SECONDS = 10.0
_GRACE_SECONDS = 3
# As many are accepted in one go: what is written at once is read before a flood behind it can push its connection out;
# nor does a flood ever meet the number of files a process may open.
_ACCEPTED = 32
_BACKLOG = 1024


class PageServer:
    """The pages, /metrics and health, served until ``stop``.

    Args:
        consoles: Give everybody the acts and looks that are theirs.
        people: Who is signed in.
        settings: The configuration.
        metrics: What /metrics shows.
        keys: ``csrf`` signs the forms.
        service: Returns the service as it stands; asked by page threads, so it must not wait.
        clock: Tells the time.
        limits: What connections may take.
        streams: What streams of events may take.
    """

    def __init__(
        self,
        consoles: ConsolesPort,
        people: SignIns,
        settings: Settings,
        metrics: Metrics,
        keys: Keys,
        *,
        service: Callable[[], ServiceView],
        clock: Clock,
        limits: Limits | None = None,
        streams: StreamLimits | None = None,
    ) -> None:
        self._limits, self._streams = limits or Limits(), streams
        self._house = PageContext(
            consoles=consoles,
            people=people,
            settings=settings,
            metrics=metrics,
            forms=Forms(keys.csrf),
            code_key=keys.csrf,
            service=service,
            clock=clock,
        )
        self._host, self._wanted = settings.web.host, settings.web.port
        self._socket: socket.socket | None = None
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port listened on; the configured one before the start."""
        return int(self._socket.getsockname()[1]) if self._socket is not None else self._wanted

    @property
    def url(self) -> str:
        """Where the pages are on this machine."""
        return f"http://{f'[{self._host}]' if ':' in self._host else self._host}:{self.port}"

    def start(self) -> None:
        """Listen and serve; when it returns, the pages answer.

        Raises:
            InputError: The port is taken or may not be listened on.
        """
        self._socket = _listen(self._host, self._wanted)
        app = make_app(self._house, body_seconds=self._limits.told_seconds, streams=self._streams)
        config = uvicorn.Config(
            app,
            lifespan="off",
            loop="asyncio",
            http=partial(  # type: ignore[arg-type]  # called like a class, with keywords
                Connection, limits=self._limits, cut=self._count_cut
            ),
            h11_max_incomplete_event_size=HEADER_BYTES,
            backlog=_ACCEPTED,
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        # What it warns of is whatever somebody sends: metrics count it, a flood of it must not fill the journal.
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
        self._server = _Server(config, app.streams)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="nabat-pages", daemon=True
        )
        self._thread.start()
        if not self._server.serving.wait(_START_SECONDS):
            self.stop()
            raise NabatError(f"the pages at {self._host}:{self._wanted} did not come up within {_START_SECONDS:.0f} s")
        self._socket.listen(_BACKLOG)  # uvicorn's word for how many wait is also how many are accepted in one go
        log.info("pages_ready", url=self.url)

    def _count_cut(self, why: str) -> None:
        self._house.metrics.web_refused.labels(why).inc()

    def stop(self) -> None:
        """Let answers under way end, for a few seconds at most, and free the port."""
        server, thread = self._server, self._thread
        self._server = self._thread = None
        if server is not None and thread is not None:
            server.should_exit = True
            thread.join(_GRACE_SECONDS + 2)
            server.force_exit = True
            thread.join(2)
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def reconfigure(self, settings: Settings) -> None:
        """Go on with a new configuration; where it listens stays as it is."""
        self._house.settings = settings


class _Server(uvicorn.Server):
    """uvicorn's server, with an event for the moment it serves; it ends streams before it waits for answers."""

    def __init__(self, config: uvicorn.Config, streams: LiveStreams) -> None:
        super().__init__(config)
        self.serving = threading.Event()
        self._streams = streams

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.serving.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._streams.end()
        await super().shutdown(sockets)


def _listen(host: str, port: int) -> socket.socket:
    name = "127.0.0.1" if host == "localhost" else host
    family = socket.AF_INET6 if ":" in name else socket.AF_INET
    try:
        listening = socket.create_server((name, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        why = "another program listens there already" if taken else (error.strerror or str(error))
        raise InputError(
            Problem(
                what=f"the pages cannot be served at {host}:{port}: {why}",
                fix="stop that program, or set web.port to another port (0 takes a free one)"
                if taken
                else "set web.host and web.port to an address of this machine that may be listened on",
            )
        ) from None
    # Accepted connections inherit it; without it each answer waits for the reader's delayed acknowledgement.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # Inherited likewise: a connection's read takes no more than this into memory.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    return listening
