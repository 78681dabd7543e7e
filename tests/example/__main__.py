"""``make example``: walk one leak from its first line to the closed case, and keep what was made of it.

``python -m tests.example [FOLDER]``; without one, ``docs/example-incident``.
"""

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from detector.messages import LANGUAGES
from tests.example import company
from tests.example.walk import BEFORE, NIGHT, Walk
from tests.receivers import mail_server, web_servers
from tests.scenarios.story import TEAM, Story


def main(folder: Path, languages: Sequence[str] = LANGUAGES) -> None:
    """Make the example in some languages."""
    shutil.rmtree(folder, ignore_errors=True)
    for language in languages:
        with (
            tempfile.TemporaryDirectory(prefix="nabat-example-") as place,
            mail_server() as mails,
            web_servers() as web,
        ):
            given = company.changes(Path(place), language, mails.port)
            start = NIGHT.replace(hour=5, minute=0) - timedelta(days=BEFORE)
            story = Story(Path(place), {person: web() for person in TEAM}, start=start, **given)
            try:
                Walk(story, mails, language, folder / language).whole()
            finally:
                story.stop()
    (folder / "README.md").write_text(_index(folder, languages), encoding="utf-8")
    print(folder)


def _index(folder: Path, languages: Sequence[str]) -> str:
    lines = [
        "# An incident from its first line to its close",
        "",
        "Written by `make example`: a made-up bank, whose log, people and clock were moved by a program, and",
        "the service as it is. Nothing was touched up. At 02:41 an employee's account reads 180 client cards",
        "from an address nobody knows; the page goes out, somebody has it, the account is blocked, the",
        "authorities and the clients are told, the case is closed by two people. What only people know (the",
        "number of an order, of a policy) was written into the notices; the rest was filled from the log and",
        "the settings.",
        "",
    ]
    for language in languages:
        lines += [f"## {language}", ""]
        files = sorted(path.relative_to(folder) for path in (folder / language).rglob("*") if path.is_file())
        lines += [f"- [{path.relative_to(language)}]({path})" for path in files]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.example", description="Make the example incident anew.")
    parser.add_argument("folder", type=Path, nargs="?", default=Path("docs/example-incident"), help="where to")
    main(parser.parse_args().folder)
