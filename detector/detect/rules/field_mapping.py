"""From Sigma's words for a web log to our columns, and which events a log source means.

Comes in: a rule, its log source. Goes out: its fields under our names, and a ``Source`` saying which events the rule
judges. cs-bytes and sc-bytes are mapped by W3C's meaning: cs is what the client sent.

pySigma's pipelines rename fields too, and load a template engine and seventy modules for it, at every start.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt
from sigma.conditions import ConditionOR
from sigma.rule import SigmaDetection, SigmaRule
from sigma.types import SigmaFieldReference, SigmaType

from detector.detect.rules.columns.expressions import EXTENSION, URI
from detector.detect.rules.columns.frame_view import FrameView

Mask = npt.NDArray[np.bool_]

_PROXY = re.compile(r"(squid|proxy)\b")

WEB_FIELDS: dict[str | None, str | list[str]] = {
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

    def predicate(self) -> Callable[[FrameView], Mask] | None:
        """Return what says which events of a frame are meant; None: all."""
        if self.name == "any":
            return None
        if self.name == "web":
            return _web
        return _proxied if self.name == "proxy" else partial(_begins, text=self.name.replace("-", "."))


def _web(view: FrameView) -> Mask:
    return view.holds("event.category", "web", "api") & ~_proxied(view)


def _proxied(view: FrameView) -> Mask:
    return view.among("event.dataset", [_PROXY.match(name) is not None for name in view.codes("event.dataset").texts])


def _begins(view: FrameView, text: str) -> Mask:
    return view.among("event.dataset", [name.startswith(text) for name in view.codes("event.dataset").texts])


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


def rename(rule: SigmaRule, source: Source) -> None:
    """Give the fields of a rule of that source our names."""
    if source.name != "any":
        for detection in rule.detection.detections.values():
            _rename(detection)


def _rename(detection: SigmaDetection) -> None:
    items = detection.detection_items
    for at, item in enumerate(items):
        if isinstance(item, SigmaDetection):
            _rename(item)
            continue
        item.value = [ours for value in item.value for ours in _referring(value)]
        names = WEB_FIELDS.get(item.field)
        if isinstance(names, str):
            item.field = names
        elif names is not None:  # any of several columns; what holds for all values must hold in one of them
            items[at] = SigmaDetection(
                [replace(item, field=name, auto_modifiers=False) for name in names], item_linking=ConditionOR
            )


def _referring(value: SigmaType) -> list[SigmaType]:
    """Return a value that names another field with that field under our names; any other value as it is."""
    if not isinstance(value, SigmaFieldReference):
        return [value]
    names = WEB_FIELDS.get(value.field, value.field)
    each = [names] if isinstance(names, str) else names
    return [SigmaFieldReference(name, value.starts_with, value.ends_with) for name in each]


def column_of(field: str, source: Source) -> str:
    """Return the column behind a correlation's field: the first when a field has several."""
    if source.name == "any":
        return field
    found = WEB_FIELDS.get(field, field)
    return found if isinstance(found, str) else found[-1]
