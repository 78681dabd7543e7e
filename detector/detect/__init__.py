"""Events become findings: ordering, Sigma rules, behaviour. A pure fold (``core``): no clock, no I/O.

Comes in: event frames. Goes out: ``schema.detection.findings.Finding``, and a state that converts to tables for
snapshots. What other packages use is named here and in the faces of ``rules`` and ``behaviour``; nothing deeper is
imported from outside.
"""

from detector.detect.core import READABLE_VERSIONS, STATE_VERSION, Core, CoreState, Judged
from detector.detect.hash_index import FRESH
from detector.detect.ordering.reorder import Reorderer, ReorderState
from detector.detect.rewind import REACH

__all__ = [
    "FRESH",
    "REACH",
    "READABLE_VERSIONS",
    "STATE_VERSION",
    "Core",
    "CoreState",
    "Judged",
    "ReorderState",
    "Reorderer",
]
