"""Prometheus metrics and structured logs of the service.

Each running service has one ``Metrics`` object with its own registry, so that two services or tests in a process never
share a counter. Labels are names from closed lists and hold no client data.
"""

from detector.telemetry.fault_log import FaultLog
from detector.telemetry.metrics import Metrics
from detector.telemetry.structured_log import configure_logs, logger

__all__ = ["FaultLog", "Metrics", "configure_logs", "logger"]
