"""Hosts, file servers, security products, 1C.

Comes in: nothing. Goes out: the family's tables.
"""

from detector.decode.format import Format
from detector.decode.formats.hosts import journald, pairs, samba, syslog, windows
from detector.decode.formats.hosts.auditd import AUDITD
from detector.decode.formats.hosts.onec import ONEC
from detector.decode.wrapping import Wrapper

FORMATS: tuple[Format, ...] = (
    samba.SAMBA,
    samba.SAMBA_LOG,
    *windows.FORMATS,
    AUDITD,
    syslog.SYSLOG,
    journald.JOURNALD,
    pairs.CEF,
    pairs.LEEF,
    ONEC,
)
WRAPPERS: tuple[Wrapper, ...] = (syslog.WRAPPER, journald.WRAPPER)
