"""What the events of Windows' logs mean, and which of their fields become columns.

Comes in: an event's number, its head and its data, whatever file they stood in. Goes out: a ``RowEvent``. All fields
are labels under the names Windows gives them, whatever wrote the file, because rules call them so; those that say who,
from where and what are columns, too.

A logon of nobody (``ANONYMOUS LOGON``) and a failed one of an account that does not exist are charged to the address:
the name is a label. Kerberos and NTLM checks at a domain controller are no logins of their own: the machine logged on
to says so in 4624 and 4625. What SYSTEM and its like do in other logs than the Security log is charged to nobody.

SQL Server's audit may go to the Windows log: such an event is the audit record within it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from detector.decode.columns.null_values import is_null_value
from detector.decode.formats.databases import mssql
from detector.decode.formats.hosts.access_mask import asked_for
from detector.decode.formats.hosts.file_path import url_path, windows_path
from detector.decode.formats.hosts.windows.file_hashes import file_hashes
from detector.decode.row_parser import RowEvent
from detector.settings.account_form import is_machine

_LOGIN, _FILE, _HOST = "authentication", "file", "host"
_SUCCESS, _FAILURE = "success", "failure"
_BY_MASK = "by mask"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one kind of event means; ``person`` is the prefix of the fields that say whose it is."""

    category: str
    action: str = "other"
    outcome: str | None = None
    person: str = "Subject"


_OTHER = Meaning(_HOST)
MEANINGS: dict[str, Meaning] = {
    "4624": Meaning(_LOGIN, "login", _SUCCESS, "Target"),
    "4625": Meaning(_LOGIN, "login", _FAILURE, "Target"),
    "4634": Meaning(_LOGIN, "logout", _SUCCESS, "Target"),
    "4647": Meaning(_LOGIN, "logout", _SUCCESS, "Target"),
    "4648": Meaning(_LOGIN),
    "4768": Meaning(_LOGIN, person="Target"),
    "4769": Meaning(_LOGIN, person="Target"),
    "4771": Meaning(_LOGIN, "login", _FAILURE, "Target"),
    "4776": Meaning(_LOGIN, person="Target"),
    "4656": Meaning(_FILE),
    "4658": Meaning(_FILE),
    "4659": Meaning(_FILE, "delete"),
    "4660": Meaning(_FILE, "delete"),
    "4663": Meaning(_FILE, _BY_MASK),
    "4664": Meaning(_FILE, "read"),
    "4670": Meaning(_FILE, "update"),
    "5140": Meaning(_FILE),
    "5142": Meaning(_FILE),
    "5143": Meaning(_FILE),
    "5144": Meaning(_FILE),
    "5145": Meaning(_FILE, _BY_MASK),
}
_NO_SUCH_ACCOUNT = ("0xc0000064",)
_ANONYMOUS = "S-1-5-7"
"""The account of whoever showed none, whatever the system's language calls it."""
_USERS = ("User", "SourceUser", "Detection User")
"""What Sysmon and Defender call the account, with its domain."""
_OF_THE_MACHINE = frozenset(
    {"NT AUTHORITY", "NT-AUTORITÄT", "AUTORITE NT", "AUTORIDADE NT", "WINDOW MANAGER", "FONT DRIVER HOST"}
)
"""Domains of accounts that each machine has, SYSTEM among them: what they do is the machine's."""
_DRIVE = re.compile(r"[A-Za-z]\$")
_LOCAL = frozenset({"LOCAL", "-", ""})
_AUDIT_FAILURE, _AUDIT_SUCCESS = 0x10000000000000, 0x20000000000000
_CLASSIC = 0x8000000000000000
"""The bit that all events of the Security log have beside success or failure."""
CHANNELS = {
    "microsoft-windows-security-auditing": "Security",
    "microsoft-windows-eventlog": "Security",
    "microsoft-windows-sysmon": "Microsoft-Windows-Sysmon/Operational",
    "microsoft-windows-powershell": "Microsoft-Windows-PowerShell/Operational",
    "powershell": "Windows PowerShell",
}
"""The log a provider writes to, for files that do not say."""


@dataclass(frozen=True, slots=True)
class EventHead:
    """What stands before the data of an event.

    Attributes:
        number: ``EventID``. at: Time as written. computer: Who wrote it.
        keywords: Whatever tells success from failure: ``Audit Failure``, ``AUDIT_FAILURE``, ``0x8010000000000000``.
    """

    number: str
    at: object
    computer: str | None
    keywords: str = ""


def event_of(head: EventHead, data: Mapping[str, str], more: Mapping[str, str]) -> RowEvent:
    """Return one event: ``data`` are its fields, ``more`` what else the file says of it."""
    record = _audited(head, data, more) if head.number == mssql.EVENT else None
    if record is not None:
        return record
    meaning = MEANINGS.get(head.number, _OTHER) if _is_security(data, more) else _OTHER
    bits = _bits(head.keywords)
    columns: dict[str, object] = {
        "host.name": head.computer,
        "event.category": meaning.category,
        "event.action": _action(meaning, data),
        "event.outcome": meaning.outcome or _outcome(bits),
        "url.path": _path(data),
    }
    if data.get("IpAddress", "") not in _LOCAL:
        columns["source.ip"] = data["IpAddress"]
    columns["user.name"] = _account(meaning, data, head.computer or "")
    channel = more.get("Channel") or data.get("Channel") or _channel(data, more)
    labels = {**file_hashes(data), **_in_one_word(data), "EventID": head.number, **data, **more}
    return RowEvent(head.at, columns, {**labels, "Channel": channel or None, "Keywords": bits or None}, blanks=True)


def _in_one_word(data: Mapping[str, str]) -> dict[str, str]:
    """Return the fields whose names hold spaces (Defender's) as rules call them: ``ThreatName``, ``Threat_Name``."""
    return {name.replace(" ", sign): text for name, text in data.items() if " " in name for sign in ("", "_")}


def _account(meaning: Meaning, data: Mapping[str, str], computer: str) -> str | None:
    """Return the account an event is charged to; None: it names none that a person or a program has for itself.

    An account of the machine itself keeps its domain, which is the machine's name.
    """
    name, sid = data.get(f"{meaning.person}UserName", ""), data.get(f"{meaning.person}UserSid", "")
    domain = data.get(f"{meaning.person}DomainName", "")
    if is_null_value(name):
        domain, _, name = next((data[field] for field in _USERS if data.get(field)), "").rpartition("\\")
        if is_null_value(name) or domain.upper() in _OF_THE_MACHINE:
            return None
    elif sid == _ANONYMOUS or data.get("SubStatus", "").lower() in _NO_SUCH_ACCOUNT:
        return None
    return f"{domain}\\{name}" if is_machine(domain, computer) else name


def _is_security(data: Mapping[str, str], more: Mapping[str, str]) -> bool:
    """Say whether an event is of the Security log: numbers of other logs mean other things."""
    return (more.get("Channel") or data.get("Channel") or "Security") == "Security"


def _channel(data: Mapping[str, str], more: Mapping[str, str]) -> str:
    """Return the log an event is of, where the file does not say: that of its provider; without one, Security."""
    provider = more.get("Provider_Name") or data.get("Provider_Name") or ""
    known = CHANNELS.get(provider.lower(), "")
    return known or ("" if provider else "Security")


def _audited(head: EventHead, data: Mapping[str, str], more: Mapping[str, str]) -> RowEvent | None:
    """Return the audit record that an event of SQL Server holds; None when it holds none."""
    row = next(filter(None, map(mssql.event_values, (*data.values(), *more.values()))), None)
    event = mssql.audited(row) if row else None
    if not isinstance(event, RowEvent):
        return None
    channel = more.get("Channel") or data.get("Channel") or ""
    labels = {"EventID": head.number, **more, "Channel": channel, "Keywords": _bits(head.keywords), **event.labels}
    return RowEvent(event.at, {"host.name": head.computer, **event.columns}, labels)


def _action(meaning: Meaning, data: Mapping[str, str]) -> str:
    if meaning.action != _BY_MASK:
        return meaning.action
    return asked_for(_number(data.get("AccessMask", "")))


def _number(text: str) -> int:
    try:
        return int(text[:18], 16 if text[:2].lower() == "0x" else 10)
    except ValueError:
        return 0


def _outcome(bits: str) -> str | None:
    """Tell the outcome by the keywords."""
    number = _number(bits)
    if number & _AUDIT_FAILURE:
        return _FAILURE
    return _SUCCESS if number & _AUDIT_SUCCESS else None


def _bits(keywords: str) -> str:
    """Return the keywords as Windows writes them in XML, from a number or from words; empty where they say nothing."""
    low = keywords.lower().replace("_", " ")
    if low.startswith("0x"):
        return keywords
    if low.removeprefix("-").isdecimal() and len(low) <= 20:
        return f"{int(low) % (1 << 64):#x}"
    bit = _AUDIT_FAILURE if "audit failure" in low else _AUDIT_SUCCESS if "audit success" in low else 0
    return f"{_CLASSIC | bit:#x}" if bit else ""


def _path(data: Mapping[str, str]) -> str | None:
    r"""Return the file of an event: a local path, or a share (``\\*\clients``) and a path in it.

    The share of a whole drive (``\\*\D$``), which administrators have, is that drive: its files have their local paths.
    A hard link (4664) is of the file that gets one more name.
    """
    share = data.get("ShareName", "").replace("\\", "/").rstrip("/").rpartition("/")[2]
    if share:
        within = data.get("RelativeTargetName", "").lstrip("\\") or "."
        return windows_path(f"{share[0].upper()}:\\{within}") if _DRIVE.fullmatch(share) else url_path(within, share)
    if "FileName" in data and "LinkName" in data:
        return windows_path(data["FileName"])
    return windows_path(data["ObjectName"]) if data.get("ObjectType") == "File" and "ObjectName" in data else None
