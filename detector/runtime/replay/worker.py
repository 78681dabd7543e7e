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
from detector.runtime.incidents.incident_deps import checklists, laws
from detector.runtime.intake.sidecar_files import SidecarFiles
from detector.runtime.replay import write_answers
from detector.runtime.replay.ipc import Channel, Gone, WorkerMessage
from detector.runtime.replay.keep_stage import Keeping, decider
from detector.runtime.replay.plan import ReplayPlan
from detector.runtime.replay.read_stage import LogReading
from detector.runtime.replay.remote_error import failed
from detector.runtime.replay.stage_values import Answered

# Batches that may be under way: one being judged, one waiting, one being sent.
AHEAD = 3


def read(plan: ReplayPlan, line: socket.socket, taken: int) -> None:
    """Read and send batches, without those that had been taken when an earlier reader was lost."""
    _work(line, lambda channel: _read(plan, channel, taken))


def write(plan: ReplayPlan, line: socket.socket) -> None:
    """Keep what is ripe, and at the end write the answers but for the findings."""
    _work(line, lambda channel: _write(plan, channel))


def answer(plan: ReplayPlan, line: socket.socket) -> None:
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
            channel.send(WorkerMessage(failed=failed(error)))
    finally:
        channel.close()


def _read(plan: ReplayPlan, channel: Channel, taken: int) -> None:
    # What the other worker will need is looked at too: a mistake in it must be known before anything is written.
    checklists(plan.settings)
    laws(plan.settings)
    decoder = Decoder(plan.settings, session_key=plan.session_key, beside=SidecarFiles())
    # What was taken is read again for what follows from it: formats found, touches that wait.
    turns = islice(LogReading(plan, decoder).turns(), taken, None)
    for number, turn in enumerate(turns):
        if number >= AHEAD:
            channel.receive()
        channel.send(WorkerMessage(turn=turn))


def _write(plan: ReplayPlan, channel: Channel) -> None:
    settings = plan.settings
    keeping = Keeping(plan.out, decider(settings, checklists(settings), laws(settings)))
    try:
        while True:
            message = channel.receive()
            if message.ripe is not None:
                keeping.write(message.ripe)
                channel.send(WorkerMessage(done=message.ripe.number))
            if message.finish:
                channel.send(WorkerMessage(answered=keeping.answer_matters()))
    finally:
        keeping.close()


def _answer(plan: ReplayPlan, channel: Channel) -> None:
    language = plan.settings.language
    messages(language)  # it takes a while to load, in which the last findings are decided about
    channel.receive()
    store = write_answers.database(plan.out)
    try:
        found = write_answers.findings(plan.out, store, language)
    finally:
        store.close()
    channel.send(WorkerMessage(answered=Answered(findings=found, alerts=0, incidents=0)))
