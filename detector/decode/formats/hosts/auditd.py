"""The audit log of the Linux kernel: ``type=SYSCALL msg=audit(1779001503.123:412): …``.

Comes in: records of several lines, or several such records whose lines are mixed. Goes out: ``Parsed``. What the kernel
says of one system call comes in several lines (who called in SYSCALL, which files in PATH, where in CWD) that tell
nothing alone, and a busy machine mixes those of several calls: they are put together by the number that each line has.
What cannot be put together is said by ``log.flags`` (``incomplete``): a call that tells of more files than there are
lines (label ``lost_paths``), and lines of a call that is not among them, an event of its own. Lines that are none of
the daemon's are counted (``unread_lines``).

Values the daemon writes as hexadecimal digits, because they hold blanks or quotes, are decoded. The names it adds
behind a group separator (``log_format = ENRICHED``) are preferred to numbers. The arguments of a program that was
started are labels of their own (``EXECVE.a0``): of the call they are addresses. So is what stands beside the name of a
file (``PATH.nametype``), and of the last where there are several (``NEW_PATH.nametype``).

A file has many names. Those by way of ``/proc`` are undone. Of a name that begins in an open folder
(``openat(4, "x")``) the file is not known: it is the label ``unknown_folder``. Which file it was, the label ``file_id``
tells whatever it was called: device and inode. The account is the login account (``auid``): who signed in, whatever she
became since. Files that a program opens for which nobody signed in are charged to the account it runs as (``euid``), as
``daemon:root``: whoever signs in as root is somebody else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from posixpath import join, normpath

import polars as pl

from detector.decode.format import Format
from detector.decode.formats.hosts.file_path import stays, url_path
from detector.decode.line_context import LineContext
from detector.decode.parse_result import INCOMPLETE, Parsed
from detector.decode.row_parser import RowEvent, parse_rows
from detector.schema.events.framing import Cutting, Framing
from detector.schema.events.lines import RejectReason

_BEGINS = (
    r"SYSCALL|URINGOP|AVC|USER|USER_[A-Z_]+|CRED_[A-Z]+|LOGIN|CONFIG_CHANGE|DAEMON_[A-Z_]+|SERVICE_[A-Z]+|SYSTEM_[A-Z]+|"
    r"ANOM_[A-Z_]+|INTEGRITY_[A-Z_]+|CRYPTO_[A-Z_]+|MAC_[A-Z_]+|SECCOMP|TTY|KERNEL[A-Z_]*|ADD_[A-Z]+|DEL_[A-Z]+|"
    r"GRP_[A-Z_]+|ACCT_[A-Z]+|CHUSER_ID|CHGRP_ID|ROLE_[A-Z]+|LABEL_[A-Z_]+|SELINUX_ERR|NETFILTER_[A-Z]+|BPF|FANOTIFY|"
    r"TIME_[A-Z]+|VIRT_[A-Z_]+|RESP_[A-Z_]+|SOFTWARE_UPDATE|TEST|TRUSTED_APP|FEATURE_CHANGE|REPLACE|EVENT_LISTENER|"
    r"DM_[A-Z]+|LANDLOCK_[A-Z]+|UNKNOWN\[[0-9]+\]"
)
_SERIAL = r"^(?:node=[^ ]+ )?type=[A-Z0-9_\[\]]+ msg=audit\(([^)]*)\)"
_START = rf"^(?:node=[^ ]+ )?type=(?:{_BEGINS}) msg=audit\("
_BEGINNING = re.compile(rf"(?:{_BEGINS})$")
_HEAD = re.compile(r"(?:node=([^ ]{1,255}) )?type=([A-Z0-9_\[\]]{1,40}) msg=audit\(([0-9.]{1,24}):([0-9]{1,20})\): ?")
# A key begins where no letter stands before it, so that a long run of letters is looked at once.
_PAIR = re.compile(r"""(?<![A-Za-z0-9_-])([A-Za-z0-9_-]{1,64})=("[^"]*"|'[^']*'|[^ \x1d]*)""")
_TEXTS = frozenset({"name", "cwd", "proctitle", "exe", "comm", "acct", "cmd", "data", "path", "key", "ocomm"})
_HEX = frozenset("0123456789ABCDEF")
_ARGUMENTS = 16
_UNSET = frozenset({"4294967295", "-1", "unset", "(none)", "(unknown)", "?", "(null)", ""})
_ABSENT = frozenset({"?", "(null)", "(none)", ""})

_X86_64 = {
    **{"2": "open", "257": "openat", "437": "openat2", "304": "open_by_handle_at", "85": "creat", "0": "read"},
    **{"17": "pread64", "1": "write", "40": "sendfile", "78": "getdents", "217": "getdents64", "4": "stat"},
    **{"82": "rename", "264": "renameat", "316": "renameat2", "87": "unlink", "263": "unlinkat", "84": "rmdir"},
    **{"83": "mkdir", "258": "mkdirat", "90": "chmod", "91": "fchmod", "268": "fchmodat", "92": "chown"},
    **{"93": "fchown", "94": "lchown", "260": "fchownat", "76": "truncate", "77": "ftruncate", "59": "execve"},
    **{"322": "execveat", "86": "link", "265": "linkat", "88": "symlink", "266": "symlinkat", "262": "newfstatat"},
    "42": "connect",
}
_I386 = {
    **{"5": "open", "295": "openat", "437": "openat2", "342": "open_by_handle_at", "8": "creat", "3": "read"},
    **{"180": "pread64", "4": "write", "187": "sendfile", "239": "sendfile", "141": "getdents", "220": "getdents64"},
    **{"38": "rename", "302": "renameat", "353": "renameat2", "10": "unlink", "301": "unlinkat", "40": "rmdir"},
    **{"39": "mkdir", "296": "mkdirat", "15": "chmod", "94": "fchmod", "306": "fchmodat", "182": "chown"},
    **{"212": "chown", "95": "fchown", "207": "fchown", "16": "lchown", "198": "lchown", "298": "fchownat"},
    **{"92": "truncate", "193": "truncate", "93": "ftruncate", "194": "ftruncate", "11": "execve", "358": "execveat"},
    **{"9": "link", "303": "linkat", "83": "symlink", "304": "symlinkat", "362": "connect"},
}
_AARCH64 = {
    **{"56": "openat", "437": "openat2", "265": "open_by_handle_at", "63": "read", "67": "pread64", "64": "write"},
    **{"71": "sendfile", "61": "getdents64", "38": "renameat", "276": "renameat2", "35": "unlinkat", "34": "mkdirat"},
    **{"52": "fchmod", "53": "fchmodat", "55": "fchown", "54": "fchownat", "45": "truncate", "46": "ftruncate"},
    **{"221": "execve", "281": "execveat", "37": "linkat", "36": "symlinkat", "79": "newfstatat", "203": "connect"},
}
CALLS = {"c000003e": _X86_64, "40000003": _I386, "c00000b7": _AARCH64}
"""System calls by architecture and number, for logs without names."""
_X32 = 0x40000000
"""The bit of x86_64's numbers for programs with short pointers."""
_CALL_ACTIONS = {
    **dict.fromkeys(("read", "pread64", "sendfile", "link", "linkat"), "read"),
    **dict.fromkeys(("write", "rename", "renameat", "renameat2", "chmod", "fchmod", "fchmodat"), "update"),
    **dict.fromkeys(("chown", "fchown", "lchown", "fchownat", "truncate", "ftruncate"), "update"),
    **dict.fromkeys(("unlink", "unlinkat", "rmdir"), "delete"),
    **dict.fromkeys(("mkdir", "mkdirat", "symlink", "symlinkat"), "create"),
    **dict.fromkeys(("getdents", "getdents64"), "list"),
}
_RENAMES = ("rename", "renameat", "renameat2")
_FOLDER = re.compile("0?4[0-7]{4}|dir,")
"""The mode of a folder, as a number and as the daemon words it."""
_FLAGS = {"open": "a1", "openat": "a2"}
_READ_ONLY, _WRITE_ONLY, _EMPTIED = 0, 1, 0x200
"""Of the flags of an open file: the two lowest bits, and O_TRUNC."""
_FOLDERS = {
    **dict.fromkeys(("openat", "openat2", "unlinkat", "mkdirat", "fchmodat", "fchownat", "newfstatat"), ("a0",)),
    **dict.fromkeys(("renameat", "renameat2", "linkat"), ("a0", "a2")),
    **{"execveat": ("a0",), "symlinkat": ("a1",)},
}
"""Which arguments name the open folder that a relative name begins in: of the first name, of the others."""
_WORKING_FOLDER = "ffffff9c"
_PROC = re.compile(r"/proc/(self|thread-self|[0-9]+)(?:/task/[0-9]+)?/(root|cwd|fd/[0-9]+)(?=/|$)")
_TYPE_ACTIONS = {"USER_LOGIN": "login", "USER_LOGOUT": "logout"}
_AUTHENTICATION = ("USER_LOGIN", "USER_LOGOUT", "USER_AUTH", "USER_ERR", "USER_CHAUTHTOK", "CRED_", "LOGIN")
Fields = dict[str, str]


@dataclass(slots=True)
class _Record:
    """The lines of one event."""

    number: str
    node: str
    kind: str
    at: str
    fields: Fields
    paths: list[Fields] = field(default_factory=list)
    cwd: str = ""
    whole: bool = True
    unread: int = 0


def parse(lines: pl.Series, place: LineContext) -> Parsed:
    """Decode records."""
    return parse_rows(lines, _read, place)


def _read(text: str) -> list[RowEvent] | RejectReason:
    records: list[_Record] = []
    known: dict[tuple[str | None, str, str], _Record] = {}
    for line in text.split("\n"):
        head = _HEAD.match(line)
        if head is None:
            if not records:
                return RejectReason.MALFORMED
            records[-1].unread += 1
            continue
        node, kind, at, number = head.groups()
        fields = _fields(line[head.end() :], kind, {})
        record = known.get((node, at, number))
        begins = _BEGINNING.match(kind) is not None
        if record is not None and not begins:
            _add(record, kind, fields, first=False)
            continue
        record = known[node, at, number] = _Record(number, node or "", kind, at, fields, whole=begins)
        records.append(record)
        _add(record, kind, fields, first=True)
    return [_event(record) for record in records]


def _add(record: _Record, kind: str, fields: Fields, *, first: bool) -> None:
    """Take one line of a record in."""
    if kind == "PATH":
        record.paths.append(fields)
    elif kind == "CWD":
        record.cwd = fields.get("cwd", "")
    elif kind == "EXECVE":
        count = sum(1 for key in fields if key[:1] == "a" and key[1:].isdigit())
        record.fields["command"] = " ".join(fields.get(f"a{at}", "") for at in range(count))
        record.fields |= {f"EXECVE.a{at}": fields.get(f"a{at}", "") for at in range(min(count, _ARGUMENTS))}
        if "argc" in fields:
            record.fields["EXECVE.argc"] = fields["argc"]
    elif not first:
        for key, value in fields.items():
            record.fields.setdefault(key, value)


def _fields(text: str, kind: str, made: Fields) -> Fields:
    """Return the fields of one line; what stands in single quotes is taken apart as well."""
    for key, value in _PAIR.findall(text):
        quote = value[:1]
        if quote == "'" and "=" in value:
            _fields(value[1:-1].replace("'", ""), kind, made)
        elif quote in ("'", '"'):
            made[key] = value[1:-1]
        elif key in _TEXTS or (kind == "EXECVE" and key[:1] == "a" and key[1:].isdigit()):
            made[key] = _decoded(value)
        else:
            made[key] = value
    return made


def _decoded(value: str) -> str:
    """Undo what the daemon does to values that hold blanks or quotes."""
    if len(value) < 2 or len(value) % 2 or not _HEX.issuperset(value):
        return value
    return bytes.fromhex(value).replace(b"\0", b" ").decode("utf-8", "replace")


def _event(record: _Record) -> RowEvent:
    fields, kind = record.fields, record.kind
    call = _call(fields) if kind in ("SYSCALL", "URINGOP") else ""
    files = [one for one in record.paths if one.get("nametype") != "PARENT"]
    named = [one for one in files if one.get("name", "") not in _ABSENT]
    given = [one["name"] for one in named]
    names = [_whole(name, at, call, record) for at, name in enumerate(given)]
    category = _category(kind, touches=bool(files) and not call.startswith("exec"))
    columns: dict[str, object] = {
        "host.name": record.node or None,
        "event.category": category,
        "event.action": _TYPE_ACTIONS.get(kind) or _action(call, fields, record.paths, names),
        "event.outcome": _outcome(fields),
        "user.name": _person(kind, fields) or (_program_account(fields) if category == "file" else None),
        "source.ip": _given(fields, "addr"),
        "url.path": url_path(names[0]) if names else None,
    }
    labels = {"type": kind, "audit_id": record.number, "call": call, "cwd": record.cwd}
    items = fields.get("items", "")
    lost = int(items) - len(record.paths) if kind == "SYSCALL" and items.isdecimal() and len(items) < 4 else 0
    if lost > 0:
        labels |= {"lost_paths": str(lost), "file_id": f"lost:{record.number}"}
    if lost > 0 or not record.whole:
        columns["log.flags"] = [INCOMPLETE]
    if record.unread:
        labels["unread_lines"] = str(record.unread)
    if "" in names:
        labels["unknown_folder"] = given[names.index("")]
    if names:
        labels |= _of_path("PATH", named[0])
    if len(names) > 1:
        labels |= {"new_path": names[-1], **_of_path("NEW_PATH", named[-1])}
    if "inode" in (files[0] if files else {}):
        labels["file_id"] = f"{files[0].get('dev', '')}:{files[0]['inode']}"
    rest = {key: value for key, value in fields.items() if value not in _ABSENT}
    return RowEvent(record.at, columns, {**labels, **_peer(fields.get("saddr", "")), **rest})


def _of_path(which: str, path: Fields) -> Fields:
    """Return what stands beside a file's name, as labels."""
    return {f"{which}.{key}": path[key] for key in ("nametype", "mode") if path.get(key, "") not in _ABSENT}


def _peer(address: str) -> dict[str, str]:
    """Return address and port of the other side of a connection, under the names the daemon's own decoding has."""
    for family, begin, size in (("0200", 8, 4), ("0A00", 16, 16)):
        if address.upper().startswith(family) and _HEX.issuperset(address.upper()):
            packed = bytes.fromhex(address[begin : begin + 2 * size])
            if len(packed) == size:
                return {"laddr": str(ip_address(packed)), "lport": str(int(address[4:8], 16))}
    return {}


def _call(fields: Fields) -> str:
    name = fields.get("SYSCALL") or fields.get("syscall", "")
    calls = CALLS.get(fields.get("arch", ""))
    if calls is None or not name.isdecimal():
        return name
    return calls.get(str(int(name[:20]) & ~_X32), name)


def _whole(name: str, at: int, call: str, record: _Record) -> str:
    """Return the name of a file from the root on; empty where it begins in a folder that the record does not name.

    Linux writes the working folder beside every name, whether or not the name begins there.
    """
    if not name.startswith("/"):
        folders = _FOLDERS.get(call, ())
        folder = record.fields.get(folders[min(at, len(folders) - 1)], "") if folders else ""
        if folder and folder[-8:] != _WORKING_FOLDER:
            return ""
    whole = join(record.cwd, name) if record.cwd else name
    if "/proc" not in whole:
        return whole
    whole = "/" + normpath(whole).lstrip("/")
    while (found := _PROC.match(whole)) is not None:
        whose, what = found.groups()
        own = whose in ("self", "thread-self", record.fields.get("pid"))
        if what != "root" and not (what == "cwd" and own and record.cwd):
            return ""
        before = "" if what == "root" else record.cwd.rstrip("/")
        whole = before + whole[found.end() :] or "/"
        if _PROC.match(record.cwd):
            break
    return whole


def _action(call: str, fields: Fields, paths: list[Fields], names: list[str]) -> str:
    """Say what a system call does to its file: a second name takes it away, and so does one in another folder.

    A folder that gets another name takes all its files along, by whatever name.
    """
    types = {one.get("nametype") for one in paths}
    if call.startswith(("open", "creat")):
        if "CREATE" in types:
            return "create"
        flags = fields.get(_FLAGS.get(call, ""), "")
        number = int(flags, 16) if 0 < len(flags) <= 16 and set(flags) <= set("0123456789abcdef") else 0
        mode = number & 0b11
        writes = mode == _WRITE_ONLY or (mode != _READ_ONLY and number & _EMPTIED)
        return "update" if writes or call == "creat" else "read"
    if call in _RENAMES and len(names) > 1:
        if any(one.get("nametype") == "DELETE" and _FOLDER.match(one.get("mode", "")) for one in paths):
            return "export"
        return "update" if stays(names[0], names[-1]) else "read"
    return _CALL_ACTIONS.get(call, "other")


def _category(kind: str, *, touches: bool) -> str:
    if kind.startswith(_AUTHENTICATION):
        return "authentication"
    return "file" if touches else "host"


def _outcome(fields: Mapping[str, str]) -> str | None:
    said = fields.get("success") or fields.get("res") or ""
    if said in ("yes", "success", "1"):
        return "success"
    return "failure" if said in ("no", "failed", "0") else None


def _person(kind: str, fields: Mapping[str, str]) -> str | None:
    """Return the account: of a login the one it is for, else the one that signed in."""
    claimed = fields.get("acct", "")
    claimed = "" if claimed.startswith("(") else claimed  # (unknown user), (invalid user)
    if kind.startswith(_AUTHENTICATION) and claimed not in _UNSET:
        return claimed
    keys = ("ID", "id") if kind in _TYPE_ACTIONS else ()
    for key in (*keys, "AUID", "auid"):
        if fields.get(key, "") not in _UNSET:
            return fields[key]
    return claimed if claimed not in _UNSET else None


def _program_account(fields: Mapping[str, str]) -> str | None:
    """Return the account that a program nobody signed in for has the rights of: a service, a container."""
    return next((f"daemon:{fields[key]}" for key in ("EUID", "euid") if fields.get(key, "") not in _UNSET), None)


def _given(fields: Mapping[str, str], key: str) -> str | None:
    value = fields.get(key, "")
    return None if value in _ABSENT else value


AUDITD = Format(
    name="auditd",
    dataset="auditd",
    category="host",
    parse=parse,
    order=45,
    telling=r"^(?:node=[^ ]+ )?type=[A-Z0-9_\[\]]+ msg=audit\(",
    framing=Framing(cutting=Cutting.MIXED, start=_START, serial=_SERIAL),
    head=r"^(?:node=[^ ]{1,255} )?type=[A-Z0-9_\[\]]{1,40} msg=audit\(",
    about="Linux audit log, raw or enriched: the lines of one event are one record, in whatever order they stand",
)
