"""A line between two processes of one replay, over which values go whole.

Comes in: a socket to the other process, and messages. Goes out: the same messages on the other side.

A message is written to a file without a name, which the other process maps: a batch of events is copied once. Sending
never waits for the receiver, so who sends much must wait for an answer now and then. Values are packed by msgspec;
nothing that arrives is run as code. When the other process is gone, both directions say so with ``Gone``.
"""

import socket
import struct
import sys
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import polars as pl
import pyarrow as pa

from detector import frames
from detector.runtime.replay import arrow_shm
from detector.runtime.replay.arrow_shm import Parcel
from detector.runtime.replay.remote_error import Failed
from detector.runtime.replay.shm_pool import Borrower, Lender
from detector.runtime.replay.stage_values import Answered, Ripe, Turn

# The number of a file, where the letter begins in it and where it ends.
_ENVELOPE = struct.Struct("=QQQ")
_INT = 4


class Gone(Exception):
    """The other process has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerMessage:
    """What processes of a replay say to each other; one thing at a time.

    Attributes:
        turn: A batch of events was read.
        ripe: This is to be kept.
        done: What was sent with this number was taken (a turn) or is kept (what was ripe).
        finish: Everything is kept: write the answers.
        answered: The answers are written.
        failed: The sender has given up.
    """

    turn: Turn | None = None
    ripe: Ripe | None = None
    done: int = 0
    finish: bool = False
    answered: Answered | None = None
    failed: Failed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letter:
    """A message, how the frame in it lies before it, and the files that may be written again."""

    message: WorkerMessage
    parcel: Parcel = field(default_factory=Parcel)
    back: tuple[int, ...] = ()


class Channel:
    """One end of the line.

    Args:
        line: A connected unix stream socket; the channel closes it.
    """

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._ours, self._theirs = Lender(), Borrower()

    def send(self, message: WorkerMessage) -> None:
        """Hand a message over.

        Raises:
            Gone: Nobody is there to take it.
        """
        number, file, new = self._ours.acquire()
        parcel = Parcel() if message.turn is None else arrow_shm.write(file, message.turn.events)
        letter = _Letter(message=message, parcel=parcel, back=self._theirs.done())
        packed = msgspec.msgpack.encode(letter, enc_hook=_aside)
        arrow_shm.write_at(file, memoryview(packed), parcel.end)
        envelope = _ENVELOPE.pack(number, parcel.end, parcel.end + len(packed))
        handed = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, file.to_bytes(_INT, sys.byteorder))] if new else []
        try:
            # Without a signal: commands let themselves be ended by SIGPIPE.
            self._line.sendmsg([envelope], handed, socket.MSG_NOSIGNAL)
        except (BrokenPipeError, ConnectionError):
            raise Gone from None

    def receive(self) -> WorkerMessage:
        """Wait for the next message.

        Raises:
            Gone: The other process has ended, and everything it had sent was received.
        """
        try:
            envelope, files, _, _ = socket.recv_fds(self._line, _ENVELOPE.size, 1, socket.MSG_WAITALL)
        except ConnectionError:
            raise Gone from None
        if len(envelope) < _ENVELOPE.size:
            raise Gone
        number, begin, end = _ENVELOPE.unpack(envelope)
        if files:
            self._theirs.add(number, files[0])
        content = self._theirs.content(number, end)
        letter = msgspec.msgpack.decode(content[begin:end], type=_Letter, dec_hook=_placeholder)
        self._ours.back(letter.back)
        message = letter.message
        if message.turn is None:
            return message
        return replace(message, turn=replace(message.turn, events=arrow_shm.read(letter.parcel, pa.py_buffer(content))))

    def close(self) -> None:
        """Hang up."""
        self._line.close()
        self._ours.close()
        self._theirs.close()


def _aside(value: Any) -> None:
    """Leave a frame out of a letter: it stands before it."""
    if not isinstance(value, pl.DataFrame):
        raise TypeError(f"{type(value).__name__} cannot be sent")


def _placeholder(_kind: type, _nothing: Any) -> pl.DataFrame:
    return frames.empty_events()
