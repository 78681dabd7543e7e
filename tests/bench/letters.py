"""``make letters``: 100,000 letters to a real mail server, while it and the sender are killed: each once, none lost.

``python -m tests.bench.letters [LETTERS] [KILLS]``. Says how long planning and sending took, and how many letters were
unknown and settled; the same is done with fewer in the suite.
"""

import sys
import tempfile
import time
from pathlib import Path

from tests.runtime.letters.killing import killed_again_and_again, prepared
from tests.runtime.letters.mail_process import MailProcess


def main(letters: int = 100_000, kills: int = 200) -> None:
    """Send so many, with so many kills."""
    with tempfile.TemporaryDirectory(prefix="nabat-letters-") as folder:
        mail = MailProcess(Path(folder) / "taken")
        try:
            began = time.monotonic()
            room, config = prepared(Path(folder), mail.port, letters, rate=1000)
            planned = time.monotonic()
            unknown = killed_again_and_again(room, config, mail, letters, kills)
            ended = time.monotonic()
        finally:
            mail.kill()
    sending = ended - planned
    print(f"{letters} letters, each once: planned in {planned - began:.0f} s, sent in {sending:.0f} s")
    print(f"{kills} kills of the sender, {kills // 4} of the server; {unknown} letters were unknown and were settled")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
