"""The web pages, /metrics, /healthz and /readyz, and the links that acknowledge.

Comes in: requests from this machine, and the protocols of ``ports``. Goes out: HTML, metrics, health. It decides and
stores nothing: every action goes through the console, which writes it in a transaction of its own.

Import ``PageServer`` from ``detector.web.serving.server``: FastAPI takes half a second to load, and commands that only
need ``ports`` must not wait for it.
"""
