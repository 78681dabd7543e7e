"""Hosts, file servers, security products, 1C.

Comes in: nothing. Goes out: the family's tables.
"""

from detector.decode.envelope import Wrapper
from detector.decode.format import Format
from detector.decode.formats.hosts import cef_leef, journald_json, samba, syslog, windows
from detector.decode.formats.hosts.auditd import AUDITD
from detector.decode.formats.hosts.onec import ONEC

FORMATS: tuple[Format, ...] = (
    samba.SAMBA,
    samba.SAMBA_LOG,
    *windows.FORMATS,
    AUDITD,
    syslog.SYSLOG,
    journald_json.JOURNALD,
    cef_leef.CEF,
    cef_leef.LEEF,
    ONEC,
)
WRAPPERS: tuple[Wrapper, ...] = (syslog.WRAPPER, journald_json.WRAPPER)
