"""What explains each touch of a client: see ``detector.schema.events.touches``."""

from detector.detect.touches.explain_touches import (
    LONG_LIST,
    ActKind,
    ExplainedTouches,
    NamedClients,
    NumbersOf,
    TouchMemory,
)
from detector.detect.touches.touch_memory import READY, TouchState
from detector.detect.touches.walks import Walked

__all__ = [
    "LONG_LIST",
    "READY",
    "ActKind",
    "ExplainedTouches",
    "NamedClients",
    "NumbersOf",
    "TouchMemory",
    "TouchState",
    "Walked",
]
