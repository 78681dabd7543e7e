"""The pages, /metrics, /healthz and /readyz, and the links that acknowledge.

Comes in: requests from this machine, and what ``ports`` names. Goes out: HTML, metrics, health. Nothing is decided here
and nothing is kept here: every act goes through the console, which writes it in a transaction of its own.

Import ``PageServer`` from ``detector.web.serving.server``: FastAPI takes half a second to load, and the commands that
only need ``ports`` must not wait for it.
"""
