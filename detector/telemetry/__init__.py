"""Prometheus metrics and structured logs of the service.

Each running service has one ``Metrics`` object with its own registry, so that two services or tests in a process never
share a counter. Labels are names from closed lists and hold no client data. This face loads no library: who counts
imports ``telemetry.metrics``, who sets the logs up ``telemetry.structured_log``.
"""

from detector.telemetry.fault_log import FaultLog
from detector.telemetry.logger import Logger

__all__ = ["FaultLog", "Logger"]
