"""Try every trick, through replay and on a running service, each beside its control, and print what was said.

``make evade`` runs it; ``python -m tests.evade --only canary --replay`` some. The exit status is 1 when a trick hides a
theft whose control is found, when a control is not found, or when an honest account is taken for a thief.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from detector.schema.case.incidents import Scope
from tests.evade.attempt import Told, Way, try_in_replay, try_live, wronged
from tests.evade.tricks import TRICKS, Lines, Trick


def main() -> int:
    """Run what was asked for and return 0 when nobody hides."""
    parser = argparse.ArgumentParser(prog="python -m tests.evade", description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], help="only tricks whose name begins so")
    parser.add_argument("--replay", action="store_true", help="only through replay")
    parser.add_argument("--live", action="store_true", help="only on a running service")
    asked = parser.parse_args()
    ways = [try_in_replay] * (not asked.live) + [try_live] * (not asked.replay)
    tricks = [trick for trick in TRICKS if not asked.only or trick.name.startswith(tuple(asked.only))]
    failures, begun, controls = 0, time.monotonic(), dict[tuple[Way, Lines, str], Told]()
    for trick in tricks:
        for way in ways:
            key = (way, trick.control, repr(trick.settings))
            if key not in controls:
                controls[key] = _try(way, trick, trick.control)
            for what, told in (("control", controls[key]), ("trick", _try(way, trick, trick.lines))):
                missing = trick.missing(told)
                failed = bool(missing or wronged(told))
                failures += failed
                verdict = f"{'FAIL' if failed else 'ok':4} {trick.name:20} {what:7} {way.__name__:13}"
                print(f"{verdict} {missing or 'found'}: {_shown(told)}", flush=True)
    print(f"{len(tricks)} tricks, {failures} failures, {time.monotonic() - begun:.0f} s")
    return bool(failures)


def _try(way: Way, trick: Trick, lines: Lines) -> Told:
    with tempfile.TemporaryDirectory(prefix="nabat-evade-") as folder:
        return way(trick, lines, Path(folder))


def _shown(told: Told) -> str:
    named = (f"{one.severity.name} {one.kind.value} {one.actor_id[:60]} {_taken(scope)}" for one, scope in told[:4])
    return "; ".join(named)


def _taken(scope: Scope) -> str:
    return f"({scope.subjects} clients, {scope.record_high} records)"


if __name__ == "__main__":
    sys.exit(main())
