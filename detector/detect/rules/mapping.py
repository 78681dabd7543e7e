"""From Sigma's words for a web log to our columns, and which events a log source means.

Comes in: a rule's log source and field names. Goes out: a pySigma pipeline that renames fields, and a ``Source`` saying
which events the rule judges. cs-bytes and sc-bytes are mapped by W3C's meaning: cs is what the client sent.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import polars as pl
from sigma.processing.pipeline import ProcessingItem, ProcessingPipeline
from sigma.processing.transformations import FieldMappingTransformation

from detector.detect.rules.columns import EXTENSION, URI, truths

Mask = npt.NDArray[np.bool_]
Names = Sequence[str | None]

_PROXY = re.compile(r"(squid|proxy)\b")

_WEB: dict[str | None, str | list[str]] = {
    # Rules in the wild write paths here as well as query strings.
    "cs-uri-query": ["url.query", URI],
    "c-uri-query": ["url.query", URI],
    "cs-uri": URI,
    "c-uri": URI,
    "cs-uri-stem": "url.path",
    "c-uri-stem": "url.path",
    "c-uri-extension": EXTENSION,
    "cs-uri-extension": EXTENSION,
    "cs-method": "http.request.method",
    "sc-status": "http.response.status_code",
    "c-ip": "source.ip",
    "src_ip": "source.ip",
    "dst_ip": "labels.dst_ip",
    "c-useragent": "user_agent.original",
    "cs-user-agent": "user_agent.original",
    "cs-useragent": "user_agent.original",
    "cs-referer": "http.request.referrer",
    "cs-referrer": "http.request.referrer",
    "cs-username": "user.name",
    "cs-host": "url.domain",
    "r-dns": "url.domain",
    "cs-bytes": "http.request.body.bytes",
    "sc-bytes": "http.response.body.bytes",
    "cs-cookie": "labels.cookie",
    "cs-version": "labels.http_version",
    "s-ip": "labels.s_ip",
    "s-port": "labels.s_port",
    "s-computername": "host.name",
    "s-sitename": "labels.s_sitename",
    "date": "@timestamp",
    "time-taken": "event.duration",
}
WEB_KEYWORDS = ("url.path", "url.query", "user_agent.original", "http.request.referrer", "user.name")
LINE_KEYWORDS = ("event.original",)


@dataclass(frozen=True, slots=True)
class Source:
    """Which events a rule judges.

    Attributes:
        name: web, proxy, apache-error, nginx-error or any.
        keywords: Columns in which keywords are looked for.
    """

    name: str
    keywords: tuple[str, ...]

    def predicate(self) -> Callable[[pl.DataFrame, Names], Mask] | None:
        """Return what says which events of a frame with these data sets are meant; None: all."""
        if self.name == "any":
            return None
        if self.name == "web":
            return _web
        return _proxied if self.name == "proxy" else partial(_begins, text=self.name.replace("-", "."))


def _web(frame: pl.DataFrame, names: Names) -> Mask:
    category = frame.get_column("event.category")
    return truths((category == "web") | (category == "api")) & ~_proxied(frame, names)


def _proxied(frame: pl.DataFrame, names: Names) -> Mask:
    return _of(frame, names, [name for name in names if name is not None and _PROXY.match(name)])


def _begins(frame: pl.DataFrame, names: Names, text: str) -> Mask:
    return _of(frame, names, [name for name in names if name is not None and name.startswith(text)])


def _of(frame: pl.DataFrame, names: Names, wanted: Names) -> Mask:
    """Return the rows of some of the frame's data sets."""
    if not wanted or len(wanted) == len(names):
        return np.full(frame.height, bool(wanted))
    column = frame.get_column("event.dataset")
    either: Mask = np.logical_or.reduce([truths(column == name) for name in wanted])
    return either


_ANY = Source("any", LINE_KEYWORDS)
_SOURCES = {
    ("webserver", None, None): Source("web", WEB_KEYWORDS),
    ("proxy", None, None): Source("proxy", WEB_KEYWORDS),
    (None, None, "apache"): Source("apache-error", LINE_KEYWORDS),
    (None, None, "nginx"): Source("nginx-error", LINE_KEYWORDS),
    (None, "nabat", None): Source("any", WEB_KEYWORDS),
}


def source_of(category: str | None, product: str | None, service: str | None) -> Source | None:
    """Return which events a log source means; None when no source of ours gives such events."""
    if category in ("webserver", "proxy"):
        return _SOURCES[category, None, None]
    return _SOURCES.get((category, product, service))


def pipeline(source: Source) -> ProcessingPipeline:
    """Return the pipeline that renames the fields of a rule of that source."""
    items = [] if source.name == "any" else [ProcessingItem(FieldMappingTransformation(dict(_WEB)))]
    return ProcessingPipeline(name="Nabat", items=items)


def column_of(field: str, source: Source) -> str:
    """Return the column behind a correlation's field: the first when a field has several."""
    if source.name == "any":
        return field
    found = _WEB.get(field, field)
    return found if isinstance(found, str) else found[-1]
