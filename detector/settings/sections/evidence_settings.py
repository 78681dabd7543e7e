"""What is kept of cases as proof, and what shows that it was altered."""

import re
from pathlib import Path

from pydantic import Field, field_validator

from detector.settings.types import Size, Strict

_SERVER = re.compile(r"(?P<host>\[[0-9a-fA-F:]+\]|[^:\s/]+):(?P<port>\d{1,5})")


class EvidenceSettings(Strict):
    """Proof of cases."""

    max_bytes: Size = Field(
        default=5 * 1024**3, ge=0, description="Room for the raw lines of all cases, compressed; what is more is said."
    )
    heads: str = Field(
        default="",
        description=(
            "File to which the newest hashes of the chain over cases are appended; best on another machine's disk."
        ),
    )
    syslog: str = Field(
        default="", description="Where they are sent as well: a socket (`/dev/log`), or `host:port` over UDP."
    )

    @field_validator("syslog")
    @classmethod
    def _reachable(cls, value: str) -> str:
        found = _SERVER.fullmatch(value)
        if value and not value.startswith("/") and (found is None or int(found["port"]) > 65535):
            raise ValueError("write a socket's path like /dev/log, or host:port")
        return value

    @property
    def heads_file(self) -> Path | None:
        """The file of heads; None: there is none."""
        return Path(self.heads) if self.heads else None

    @property
    def syslog_address(self) -> str | tuple[str, int] | None:
        """Where heads are sent: a socket, or host and port; None: nowhere."""
        found = _SERVER.fullmatch(self.syslog)
        if found is None:
            return self.syslog or None
        return found["host"].strip("[]"), int(found["port"])
