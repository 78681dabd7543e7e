"""Nabat watches the access logs of client-data systems and pages people in time.

Bytes of logs come in, pages to people go out. The packages in the order of this path: acquire, decode, detect, group,
incident, notify. docs/architecture.md describes all of it on one page.
"""

__version__ = "0.1.0"
