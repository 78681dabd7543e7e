"""Nabat watches access logs of client-data systems and gets the right people to act in time.

What comes in are bytes of logs, what goes out are pages to people; the packages stand in the order of that way:
acquire, decode, detect, group, incident, notify. docs/architecture.md tells the whole of it on one page.
"""

__version__ = "0.1.0"
