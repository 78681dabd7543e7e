"""Who may have taken certain clients' data: a sample that turned up, or clients who complain."""

from detector.runtime.incidents.leak_sample.client_counts import ClientCounts, count_clients
from detector.runtime.incidents.leak_sample.find_sample import find_sample
from detector.runtime.incidents.leak_sample.honest_chance import TouchEvidence, WindowCount, honest_chance

__all__ = ["ClientCounts", "TouchEvidence", "WindowCount", "count_clients", "find_sample", "honest_chance"]
