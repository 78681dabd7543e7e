"""Mutated lines between a client's reads, through the whole of ``nabat replay``."""

import random
import tempfile
from datetime import timedelta
from pathlib import Path

from detector.settings.loading.load_settings import load_settings
from tests.fuzz.campaign import EVERY, mutated
from tests.runtime.places import NIGHT, kept, line, nabat, write_plan


def replayed(lines: int, seed: int) -> int:
    """Return how many reads of clients are not in the journal, of those that stand between mutated lines."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="nabat-fuzz-") as name:
        folder = Path(name)
        config, log = write_plan(folder), folder / "access.log"
        clients: list[str] = []
        with log.open("wb") as file:
            for at in range(lines):
                when = NIGHT + timedelta(milliseconds=100 * at)
                file.write(mutated(line(when, "x", by="guest").rstrip("\n").encode(), chance) + b"\n")
                if at % EVERY == 0:
                    clients.append(f"9{at:07}")
                    file.write(line(when, clients[-1], by=f"clerk{at % 7}").encode())
        out = folder / "out"
        done = nabat("replay", "-c", str(config), "--out", str(out), str(log))
        if done.returncode not in (0, 1) or "Traceback" in done.stderr:
            raise RuntimeError(done.stderr[-2000:])
        found = set(kept(load_settings(config).model_copy(update={"state": out})).touched)
        return sum(each not in found for each in clients)
