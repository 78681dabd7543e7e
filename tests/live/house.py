"""A configuration for a matrix cell: the shipped rules and defaults, two rules of the matrix's own, a team of two."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.live.workload import PLANTED, RULES

NEVER = "json://127.0.0.1:9/"


@dataclass(frozen=True, slots=True)
class Log:
    """One source: one file it follows."""

    name: str
    layout: dict[str, str]
    start: str = "end"
    more: dict[str, Any] = field(default_factory=dict)

    def path(self, folder: Path) -> Path:
        return folder / f"{self.name}.log"


def write_config(folder: Path, logs: Sequence[Log], *, behaviour: bool = False, lateness: str = "") -> Path:
    """Write the configuration into the folder and return its path; ``lateness``: of all sources, else the default."""
    (folder / "rules.yml").write_text(RULES)
    config = {
        "state": str(folder / "state"),
        "web": {"enabled": False},
        "sources": [
            {"name": log.name, "paths": [str(log.path(folder))], "service": "crm", "start": log.start}
            | log.layout
            | log.more
            | ({"lateness": lateness} if lateness else {})
            for log in logs
        ],
        "records": {
            "data_classes": {"contact": {"confidentiality": "confidential", "title": "contact details"}},
            "routes": [
                {"service": "*", "path": "/crm/login", "action": "login", "object": ""},
                {"service": "*", "path": "/crm/search", "action": "search", "object": "client", "classes": ["contact"]},
                {
                    "service": "*",
                    "path": "/crm/clients/{client_id}",
                    "action": "read",
                    "object": "client",
                    "classes": ["contact"],
                    "subject": "{client_id}",
                },
            ],
            "canaries": [PLANTED],
        },
        "rules": {"paths": [str(folder / "rules.yml")]},
        "behaviour": {"enabled": behaviour},
        "team": {
            "people": [{"name": name, "targets": [name]} for name in ("anna", "boris")],
            "roles": {"soc": ["anna", "boris"], "lead": ["boris"]},
        },
        "notify": {"targets": {name: {"url": NEVER} for name in ("anna", "boris")}},
    }
    path = folder / "nabat.yml"
    path.write_text(yaml.safe_dump(config, allow_unicode=True, sort_keys=False))
    path.chmod(0o600)
    return path
