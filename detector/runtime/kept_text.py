"""Texts that the service keeps about itself between runs, read so that none can keep it from starting.

Comes in: a text somebody kept. Goes out: what it says; where it cannot be read, nothing, and the log says why. What is
lost then is learnt again: how long a source is usually silent, what of it was rejected lately.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType

import msgspec

from detector.telemetry import FaultLog

_faults = FaultLog("kept")
_UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, msgspec.MsgspecError)


@dataclass(frozen=True, slots=True)
class SkipUnreadable:
    """Leaves its block where what was kept under a name cannot be read, and says so.

    Attributes:
        name: Under which it was kept.
    """

    name: str

    def __enter__(self) -> None:
        """Begin to read."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Skip the rest."""
        if not isinstance(error, _UNREADABLE):
            return False
        _faults.report("kept_text_forgotten", error, about=self.name, name=self.name)
        return True


def moments_text(moments: Mapping[str, datetime]) -> str:
    """Return moments by name as text."""
    return json.dumps({name: at.isoformat() for name, at in moments.items()}, separators=(",", ":"))


def moments_from(name: str, text: str | None) -> dict[str, datetime]:
    """Read what ``moments_text`` wrote, kept under a name."""
    with SkipUnreadable(name):
        return {str(key): datetime.fromisoformat(at) for key, at in json.loads(text or "{}").items()}
    return {}
