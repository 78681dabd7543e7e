"""Formats written in code, by the kind of system that writes the log; those a field map can say are in config/formats.

Comes in: nothing. Goes out: ``FORMATS`` and ``WRAPPERS``, two tables of names, and what each name stands for. A new
format is a module in its family, a line in that family's table and its name here; nothing is discovered by itself. A
family is loaded when one of its formats is first asked for: most sources name their own, and a start need not wait for
the others.
"""

from collections.abc import Mapping
from importlib import import_module
from types import ModuleType

from detector.decode.envelope import Wrapper
from detector.decode.format import Format

_FORMATS = {
    "web": (
        *("haproxy.http", "haproxy.https", "haproxy.tcp", "squid", "squid.combined", "traefik.clf"),
        *("envoy", "envoy.istio", "iis.w3c", "nginx.error", "apache.error"),
    ),
    "databases": (
        *("postgresql.csv", "postgresql.json", "postgresql"),
        *("mysql.general", "mysql.audit.xml", "mysql.audit.json", "mariadb.audit"),
        *("mongodb.audit", "mssql.audit.csv", "mssql.audit.json", "oracle.audit.csv", "oracle.audit.json"),
    ),
    "cloud": ("s3", "alb", "elb", "cloudfront"),
    "hosts": (
        *("samba", "samba.log", "windows.json", "windows.xml", "auditd", "syslog", "journald", "cef", "leef"),
        "1c.lgp",
    ),
}
_WRAPPERS = {"hosts": ("syslog", "journald"), "cloud": ("m365.csv",), "apps": ("docker", "cri")}
FORMATS: Mapping[str, str] = {name: family for family, names in _FORMATS.items() for name in names}
"""Names of formats, and the family of each."""
WRAPPERS: Mapping[str, str] = {name: family for family, names in _WRAPPERS.items() for name in names}
"""Names of envelopes around lines of other formats, and the family of each."""


def coded_format(name: str) -> Format:
    """Return a format by its name."""
    made: dict[str, Format] = {one.name: one for one in _family(FORMATS[name]).FORMATS}
    return made[name]


def coded_wrapper(name: str) -> Wrapper:
    """Return an envelope by its name."""
    made: dict[str, Wrapper] = {one.name: one for one in _family(WRAPPERS[name]).WRAPPERS}
    return made[name]


def _family(name: str) -> ModuleType:
    return import_module(f"detector.decode.formats.{name}")
