"""What explains each touch of a client: see ``detector.schema.events.touches``."""

from detector.detect.touches.explain_touches import LONG_LIST, ActKind, NamedClients, NumbersOf, TouchMemory
from detector.detect.touches.touch_memory import TouchState

__all__ = ["LONG_LIST", "ActKind", "NamedClients", "NumbersOf", "TouchMemory", "TouchState"]
