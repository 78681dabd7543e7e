"""Read mutated lines of every format between lines that must be read; none of these may be lost, and nothing crash.

``make fuzz`` runs it: 300,000 lines. The seed is printed, and ``--seed`` with ``--format`` repeats what was found. A
part of them goes through a whole replay, rules and incidents included.
"""

import argparse
import json
import secrets
import time

from tests.fuzz.campaign import forms, run
from tests.fuzz.replayed import replayed

_FILE = 2_000


def main() -> int:
    """Run the campaign; returns 0 when nothing was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--lines", type=int, default=300_000, help="mutated lines (300000)")
    parser.add_argument("--replay", type=int, default=10_000, help="of these through a whole replay (10000)")
    parser.add_argument("--seed", type=int, default=None, help="what mutations are drawn from (a new one)")
    parser.add_argument("--format", default="", help="one format alone")
    asked = parser.parse_args()
    seed = secrets.randbelow(1 << 31) if asked.seed is None else asked.seed
    print(f"seed {seed}", flush=True)
    names, begun = [asked.format] if asked.format else forms(), time.monotonic()
    done = sentinels = lost = crashes = number = 0
    while done < asked.lines:
        form = names[number % len(names)]
        outcome = run(form, min(_FILE, asked.lines - done), seed + number // len(names))
        number += 1
        done, sentinels, lost = done + outcome.lines, sentinels + outcome.sentinels, lost + outcome.lost
        crashes += bool(outcome.crash)
        if outcome.lost or outcome.crash:
            print(f"  --format {form} --seed {outcome.seed} --lines {outcome.lines}: {outcome}", flush=True)
    missing = replayed(asked.replay, seed) if asked.replay else 0
    told = {"lines": done, "sentinels": sentinels, "lost": lost, "crashes": crashes, "replay_lost": missing}
    print(json.dumps(told | {"seed": seed, "seconds": round(time.monotonic() - begun)}))
    return 1 if lost or crashes or missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
