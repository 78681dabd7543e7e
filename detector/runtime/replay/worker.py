"""What runs in processes of its own, as each of these processes sees it.

Comes in: the plan and a line to the process that judges. Goes out: batches read, or what was ripe kept, or answers. A
worker that fails says why; one that hears nothing more, because the other process is gone, ends without a word.
"""

import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from itertools import islice

from detector.decode import Decoder
from detector.messages import messages
from detector.runtime import collector
from detector.runtime.beside import BesideFiles
from detector.runtime.desk import checklists, laws
from detector.runtime.replay import answering
from detector.runtime.replay.channel import Channel, Gone, Message
from detector.runtime.replay.failing import failed
from detector.runtime.replay.handed import Answered
from detector.runtime.replay.keeping import Keeping, decider
from detector.runtime.replay.plan import Plan
from detector.runtime.replay.reading import Reading

# Batches that may be under way: one being judged, one waiting, one being sent.
AHEAD = 3


def read(plan: Plan, line: socket.socket, taken: int) -> None:
    """Read and send batches, without those that had been taken when an earlier reader was lost."""
    _work(line, lambda channel: _read(plan, channel, taken))


def keep(plan: Plan, line: socket.socket) -> None:
    """Keep what is ripe, and at the end write the answers but for the findings."""
    _work(line, lambda channel: _keep(plan, channel))


def answer(plan: Plan, line: socket.socket) -> None:
    """Write the findings among the answers, when everything is kept."""
    _work(line, lambda channel: _answer(plan, channel))


def _work(line: socket.socket, stage: Callable[[Channel], None]) -> None:
    # Ctrl-C reaches every process of a terminal; the one that judges decides what comes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    collector.unhurried()
    collector.settle()
    channel = Channel(line)
    try:
        stage(channel)
    except Gone:
        return
    except Exception as error:  # noqa: BLE001 - it is raised again where a person sees it
        with suppress(Gone):
            channel.send(Message(failed=failed(error)))
    finally:
        channel.close()


def _read(plan: Plan, channel: Channel, taken: int) -> None:
    # What the other worker will need is looked at too: a mistake in it must be known before anything is written.
    checklists(plan.settings)
    laws(plan.settings)
    decoder = Decoder(plan.settings, session_key=plan.session_key, beside=BesideFiles())
    # What was taken is read again for what follows from it: formats found, touches that wait.
    turns = islice(Reading(plan, decoder).turns(), taken, None)
    for number, turn in enumerate(turns):
        if number >= AHEAD:
            channel.receive()
        channel.send(Message(turn=turn))


def _keep(plan: Plan, channel: Channel) -> None:
    settings = plan.settings
    keeping = Keeping(plan.out, decider(settings, checklists(settings), laws(settings)))
    try:
        while True:
            message = channel.receive()
            if message.ripe is not None:
                keeping.keep(message.ripe)
                channel.send(Message(done=message.ripe.number))
            if message.finish:
                channel.send(Message(answered=keeping.answer_matters()))
    finally:
        keeping.close()


def _answer(plan: Plan, channel: Channel) -> None:
    language = plan.settings.language
    messages(language)  # it takes a while to load, in which the last findings are decided about
    channel.receive()
    store = answering.database(plan.out)
    try:
        found = answering.findings(plan.out, store, language)
    finally:
        store.close()
    channel.send(Message(answered=Answered(findings=found, alerts=0, incidents=0)))
