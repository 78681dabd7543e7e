"""A line between two processes of one replay, over which values go whole.

Comes in: a socket to the other process, and messages. Goes out: the same messages on the other side.

A message is a file without a name, handed over by its descriptor: a batch of events is written once and mapped where it
is read. Sending never waits for the receiver, so who sends much must wait for an answer now and then. Values are packed
by msgspec and events as Arrow; nothing that arrives is run as code. When the other process is gone, both directions say
so with ``Gone``.
"""

import mmap
import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import polars as pl
import pyarrow as pa

from detector import frames
from detector.runtime.replay.failing import Failed
from detector.runtime.replay.handed import Answered, Ripe, Turn

_MARK = b"m"
_SIZE = 8
_INT = 4


class Gone(Exception):
    """The other process has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
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
    """A message, and of the frame in it what is not in the Arrow part: its height, columns of one text."""

    message: Message
    height: int = 0
    same: Mapping[str, str] = field(default_factory=dict)


class Channel:
    """One end of the line.

    Args:
        line: A connected unix stream socket; the channel closes it.
    """

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    def send(self, message: Message) -> None:
        """Hand a message over.

        Raises:
            Gone: Nobody is there to take it.
        """
        file = os.memfd_create("nabat-replay")
        try:
            _write(file, message)
            handed = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, file.to_bytes(_INT, sys.byteorder))]
            # Without a signal: commands let themselves be ended by SIGPIPE.
            self._line.sendmsg([_MARK], handed, socket.MSG_NOSIGNAL)
        except (BrokenPipeError, ConnectionError):
            raise Gone from None
        finally:
            os.close(file)

    def receive(self) -> Message:
        """Wait for the next message.

        Raises:
            Gone: The other process has ended, and everything it had sent was received.
        """
        try:
            mark, files, _, _ = socket.recv_fds(self._line, 1, 1)
        except ConnectionError:
            raise Gone from None
        if not mark or not files:
            raise Gone
        try:
            return _read(mmap.mmap(files[0], 0, access=mmap.ACCESS_READ))
        finally:
            os.close(files[0])

    def close(self) -> None:
        """Hang up."""
        self._line.close()


def _write(file: int, message: Message) -> None:
    """Write a message: events as Arrow, then everything else, then how long that is."""
    height, same = 0, {}
    with open(file, "wb", buffering=0, closefd=False) as out:
        events = message.turn.events if message.turn is not None else None
        if events is not None and events.height:
            height, same = events.height, _same(events)
            kept = [
                each for each in events.get_columns() if each.name not in same and each.null_count() < events.height
            ]
            pl.DataFrame(kept).write_ipc_stream(out, compat_level=pl.CompatLevel.newest())
        letter = msgspec.msgpack.encode(_Letter(message=message, height=height, same=same), enc_hook=_aside)
        out.write(letter + len(letter).to_bytes(_SIZE, "little"))


def _aside(value: Any) -> None:
    """Leave a frame out of a letter: it stands before it."""
    if not isinstance(value, pl.DataFrame):
        raise TypeError(f"{type(value).__name__} cannot be sent")


def _same(events: pl.DataFrame) -> dict[str, str]:
    """Return the columns that hold one text in every row, which travels once: often a third of what there is."""
    last = events.height - 1
    same = {}
    for column in events.get_columns():
        # A look at both ends spares a look at all rows of nearly every column that is not meant.
        if column.dtype == pl.String and column[0] is not None and column[0] == column[last]:
            found = column == column[0]
            if found.null_count() == 0 and found.all():
                same[column.name] = column[0]
    return same


def _read(mapped: mmap.mmap) -> Message:
    end = len(mapped) - _SIZE
    begin = end - int.from_bytes(mapped[end:], "little")
    letter = msgspec.msgpack.decode(mapped[begin:end], type=_Letter, dec_hook=_placeholder)
    if letter.message.turn is None or not letter.height:
        return letter.message
    # Nothing is copied: the columns lie in the file, which goes with the last of them.
    arrived = pl.DataFrame(pa.ipc.open_stream(pa.py_buffer(mapped)).read_all())
    columns = {each.name: each for each in arrived.get_columns()}
    for name, text in letter.same.items():
        columns[name] = pl.Series(name, [text], dtype=pl.String()).new_from_index(0, letter.height)
    events = frames.completed(columns, letter.height)
    return replace(letter.message, turn=replace(letter.message.turn, events=events))


def _placeholder(_kind: type, _nothing: Any) -> pl.DataFrame:
    return frames.empty_events()
