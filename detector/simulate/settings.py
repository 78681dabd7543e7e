"""The configuration that fits the simulated company: the shipped config/demo.yml, pointed at a folder.

Comes in: a folder. Goes out: where the shipped file lies and the environment to load it with, or its text with the
paths of a simulated folder filled in.
"""

import re
from pathlib import Path

from detector.resources import shipped

VARIABLE = "NABAT_DEMO"
LOGIN_VARIABLE = "NABAT_DEMO_LOGIN"
"""Whose login is Anna's, so that whoever runs the demonstration is somebody at the command line."""
_HOME = re.compile(r"\$\{" + VARIABLE + r":-[^}]*\}")


def demo_path() -> Path:
    """Return the path of the shipped configuration for the simulated company."""
    return shipped("config", "demo.yml")


def demo_environment(folder: Path) -> dict[str, str]:
    """Return the environment that lets ``load_settings(demo_path(), ...)`` keep state and logs in ``folder``."""
    return {VARIABLE: str(folder.absolute())}


def replay_text() -> str:
    """Return that configuration for a folder in which logs and roles lie beside it, read from their beginning."""
    text = demo_path().read_text(encoding="utf-8")
    text = _HOME.sub(".", text).replace("./logs/", "").replace("demo-roles.csv", "roles.csv")
    text = re.sub(r"^state: \.$", "state: state", text, flags=re.MULTILINE)
    text = re.sub(r"^( +)start: end$", r"\1start: beginning", text, flags=re.MULTILINE)
    head, body = text.split("\n\n", 1)
    return "# The simulated company in this folder. Try: nabat replay -c nabat.yml --out replayed\n\n" + (
        body if head.startswith("#") else text
    )
