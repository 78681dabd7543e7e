"""How Nabat is watched: Prometheus metrics and structured logs.

One ``Metrics`` object is made per running service with its own registry, so that two services (or two tests) in one
process never share a counter. Nothing here holds client data: labels are names of ours from closed lists.
"""

from detector.telemetry.metrics import Metrics
from detector.telemetry.structured_log import configure_logs, logger

__all__ = ["Metrics", "configure_logs", "logger"]
