r"""A request line made into method, host, path and query.

Comes in: what stands between the quotes (``GET /a?b=c HTTP/1.1``), or a bare target. Goes out: its parts as they were
sent. A request that is none (TLS spoken to a plain port, ``-``, an empty one) gives no method and no path: the line is
still an event.

``url.path`` and ``url.query`` keep every byte as sent, percent escapes included: rules look for the escapes themselves.
The record map decodes for itself (``detector.decode.record_map.normalize_path``).
"""

from dataclasses import dataclass

METHODS = (
    "GET",
    "POST",
    "HEAD",
    "PUT",
    "DELETE",
    "PATCH",
    "OPTIONS",
    "PROPFIND",
    "REPORT",
    "CONNECT",
    "TRACE",
)
"""Methods of the fast way; others are found too, one by one."""
PROTOCOLS = ("HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/2", "HTTP/3.0", "HTTP/3")

_TOKEN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_")


@dataclass(frozen=True, slots=True)
class Request:
    """The parts of a request; what is missing is None."""

    method: str | None = None
    domain: str | None = None
    path: str | None = None
    query: str | None = None


def split_request(text: str) -> Request:
    """Take a request line apart. A target may hold blanks: clients send such."""
    method, blank, rest = text.partition(" ")
    if not blank or not rest or len(method) > 32 or not _TOKEN.issuperset(method):
        return Request()
    target, blank, protocol = rest.rpartition(" ")
    if not blank or not protocol.startswith("HTTP/"):
        target = rest
    target = target.strip(" ")
    if method.upper() == "CONNECT" and "/" not in target:
        return Request(method=method, domain=target or None)
    domain, path, query = split_target(target)
    return Request(method, domain, path, query) if path or domain else Request()


def split_target(target: str) -> tuple[str | None, str | None, str | None]:
    """Return host, path and query of ``/a?b``, ``https://host/a?b`` or ``*``."""
    domain = None
    if "://" in target[:12] and not target.startswith("/"):
        domain, slash, rest = target.partition("://")[2].partition("/")
        domain, _, more = domain.partition("?") if not slash else (domain, "", "")
        target = slash + rest if slash else "/" + ("?" + more if more else "")
    path, mark, query = target.partition("?")
    return domain or None, path or None, query if mark else None
