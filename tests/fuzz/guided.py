"""Mutated samples drawn by what code they reach: ``python -m tests.fuzz.guided --minutes 10``.

Needs Atheris (``pip install atheris``), which watches the branches of the decoders and keeps an input that reaches a
new one. Each input is a format's sentinel, what was drawn, and the sentinel again: both must come out, whatever stands
between them, and no exception may. The first byte chooses the format. What was drawn is kept under ``--corpus``.
"""

import argparse
import importlib
import sys
import tempfile
from pathlib import Path
from typing import Any


def main() -> int:
    """Draw until the time is over; an input that loses a sentinel or raises ends it and is written to a file."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.guided", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long (10)")
    parser.add_argument("--corpus", type=Path, default=None, help="where inputs are kept (a new folder)")
    parser.add_argument("--again", type=Path, default=None, help="one input that was written to a file")
    asked = parser.parse_args()
    try:
        atheris: Any = importlib.import_module("atheris")
    except ModuleNotFoundError:
        print("Atheris is not installed: pip install atheris", file=sys.stderr)
        return 1
    with atheris.instrument_imports(include=["detector.decode"]):
        campaign = importlib.import_module("tests.fuzz.campaign")
    corpus = asked.corpus or Path(tempfile.mkdtemp(prefix="nabat-corpus-"))
    corpus.mkdir(exist_ok=True)
    forms = campaign.forms()
    for at, form in enumerate(forms):
        for number, sample in enumerate(campaign.samples(form)):
            (corpus / f"{form}-{number}").write_bytes(bytes([at]) + sample)
    trial = campaign.Trial()

    def once(data: bytes) -> None:
        if len(data) > 1:
            trial.between(forms[data[0] % len(forms)], data[1:])

    words = [sys.argv[0], "-timeout=30", "-max_len=4096", f"-max_total_time={int(60 * asked.minutes)}"]
    atheris.Setup([*words, str(asked.again or corpus)], once)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
