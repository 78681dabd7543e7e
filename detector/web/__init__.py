"""The pages, /metrics, /healthz and /readyz, and the links that acknowledge.

Comes in: requests from this machine, and what ``ports`` names. Goes out: HTML, metrics, health. Nothing is decided here
and nothing is kept here: every act goes through the console, which writes it in a transaction of its own.
"""

from detector.web.app import make_app
from detector.web.server import PageServer

__all__ = ["PageServer", "make_app"]
