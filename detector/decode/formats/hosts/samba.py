"""Samba's vfs_full_audit: who opened, read, renamed or deleted which file of a share.

Comes in: lines of syslog (``smbd_audit``), or records of Samba's own log, whose first line tells the time. Goes out:
``Parsed``; the file is ``url.path`` (see ``files``). A line is ``PREFIX|operation|ok|arguments``. The prefix is what
``full_audit:prefix`` says: a source names it in ``log_format`` (``%u|%I|%m|%S``); without that, its parts are told
apart by what they look like: account and address, then the share, or the machine and the share. What else Samba writes
is an event with its text as a label.

A file name may hold ``|``: the operation is the first word that is followed by its result, arguments come last.
Operations come by the dozen for one file; which of them are worth writing is said in the docs.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import polars as pl

from detector.decode.columns.dictionary import Dictionary
from detector.decode.columns.frame_ops import constant
from detector.decode.format import Format, Parse
from detector.decode.formats.hosts.access_mask import TRAVERSE, asked_for
from detector.decode.formats.hosts.file_path import url_paths
from detector.decode.formats.hosts.syslog_header import envelopes
from detector.decode.line_context import LineContext
from detector.decode.parse_result import Parsed, Rows, nothing
from detector.decode.row_parser import labels_of
from detector.decode.time.bsd_time import localised
from detector.schema.events.framing import Cutting, Framing
from detector.schema.events.lines import RejectReason
from detector.settings.address_form import parse_address

_OWN = (
    r"^\[(?P<time>[0-9]{4}/[0-9]{2}/[0-9]{2} [0-9:]{8}(?:\.[0-9]{1,6})?)(?:, [^\]\n]*)?\][^\n]*\n\s*"
    r"(?P<message>(?s:.*))$"
)
_HEAD = r"^\[[0-9]{4}/[0-9]{2}/[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"
_AUDIT = (
    r"^(?:(?P<prefix>.*?)\|)?(?P<operation>[a-z_]+)\|(?P<result>ok|fail(?: \([^|)]*\))?)"
    r"(?:\|(?P<arguments>(?s:.*)))?$"
)
_OPENED = r"^(?:(?P<mode>[rw])\|)?(?P<path>(?s:.*))$"
_CREATED = r"^(?P<access>0x[0-9a-fA-F]+)\|(?P<kind>[^|]*)\|(?P<mode>[^|]*)\|(?P<path>(?s:.*))$"
_TWO = r"^(?P<path>.*?)\|(?P<new_path>/?(?s:.*))$"
_LAST_PART = r"[^/]*$"
_NAMED = r"^(?P<path>(?s:.*))\|(?P<attribute>[^|]*)$"
_OURS = rf"{_HEAD}| smbd(?:_audit)?(?:\[[0-9]+\])?: "
"""Lines that are Samba's, whatever they say."""
_VARIABLES = {"u": "user", "U": "user", "I": "ip", "i": "server_ip", "m": "machine", "M": "machine", "S": "share"}
_NO_FILES = ("connect", "disconnect", "chdir", "getwd", "get_real_filename_at", "readdir", "disk_free", "get_quota")

ACTIONS = {
    **dict.fromkeys(("read", "pread", "pread_send", "sendfile", "aio_read", "offload_read_send"), "read"),
    **dict.fromkeys(("link", "linkat"), "read"),
    **dict.fromkeys(("write", "pwrite", "pwrite_send", "aio_write", "recvfile", "offload_write_send"), "update"),
    **dict.fromkeys(("rename", "renameat", "ftruncate", "chmod", "fchmod", "chown", "fchown", "lchown"), "update"),
    **dict.fromkeys(("fset_nt_acl", "set_nt_acl", "symlink", "symlinkat"), "update"),
    **dict.fromkeys(("mkdir", "mkdirat", "mknod", "mknodat"), "create"),
    **dict.fromkeys(("unlink", "unlinkat", "rmdir"), "delete"),
    **dict.fromkeys(("opendir", "fdopendir"), "list"),
}
"""What an operation does; what is not here is ``other``. ``open``, ``openat`` and ``create_file`` say it themselves. A
second name takes a file away, and so does a new one in another folder."""
_RENAMES = ("rename", "renameat")
_EMPTYING = ("create", "overwrite", "overwrite_if", "supersede")
"""How ``create_file`` opens files in which nothing is left to read."""


def parse(lines: pl.Series, place: LineContext, prefix: str = "") -> Parsed:
    """Decode lines."""
    heads = _heads(lines, place)
    said = heads.get_column("message").str.extract_groups(_AUDIT).struct.unnest()
    own = lines.str.contains(_OURS) & heads.get_column("message").is_not_null()
    fits = (own | said.get_column("operation").is_not_null()).to_numpy()
    timed = heads.get_column("@timestamp").is_not_null().to_numpy()
    failures = dict.fromkeys(np.flatnonzero(~fits).tolist(), RejectReason.MALFORMED)
    failures.update(dict.fromkeys(np.flatnonzero(fits & ~timed).tolist(), RejectReason.BAD_TIME))
    rows: Rows = np.flatnonzero(fits & timed)
    if not len(rows):
        return nothing(failures)
    heads, said = heads[rows], said[rows]
    who = _who(said.get_column("prefix").fill_null(""), prefix)
    result = said.get_column("result")
    failed = result != "ok"
    what = _arguments(said.get_column("operation"), said.get_column("arguments").fill_null(""), failed)
    outcome = pl.when(failed).then(pl.lit("failure")).when(~failed).then(pl.lit("success"))
    path = url_paths(what["path"], who["share"].fill_null(""))
    frame = pl.DataFrame(
        [
            heads.get_column("@timestamp"),
            heads.get_column("host").rename("host.name"),
            constant("event.category", "file", len(rows)),
            what["action"].rename("event.action"),
            pl.select(outcome.alias("event.outcome")).to_series(),
            who["user"].rename("user.name"),
            who["ip"].rename("source.ip"),
            path,
            labels_of(
                [
                    said.get_column("operation"),
                    result.str.strip_prefix("fail").str.strip_chars(" ()").set(~failed, None).rename("error"),
                    heads.get_column("message").set(result.is_not_null(), None),
                    *(
                        what[name].rename(name)
                        for name in ("mode", "access", "kind", "new_path", "attribute", "argument")
                    ),
                    *(column.rename(name) for name, column in who.items() if name not in ("user", "ip")),
                ]
            ),
        ]
    )
    return Parsed(frame, rows if failures else None, failures)


def _heads(lines: pl.Series, place: LineContext) -> pl.DataFrame:
    """Return time, host and message of each line, whichever way Samba wrote it."""
    own = lines.str.starts_with("[").to_numpy()
    kept = ("@timestamp", "host", "message")
    syslog = envelopes(lines, place).select(kept)
    if not own.any():
        return syslog
    found = lines.str.extract_groups(_OWN).struct.unnest()
    naive = found.get_column("time").str.to_datetime("%Y/%m/%d %H:%M:%S%.f", time_unit="us", strict=False)
    times = localised(naive, place.zone)
    whole = pl.DataFrame([times, constant("host", None, len(lines)), found.get_column("message")])
    mask = pl.Series(own)
    return pl.DataFrame([whole[name].zip_with(mask, syslog[name]) for name in kept])


def _who(prefixes: pl.Series, form: str) -> dict[str, pl.Series]:
    """Return what the prefixes say; few differ from each other."""
    distinct = Dictionary.of(prefixes)
    read = [_prefix(text.split("|"), form) for text in distinct.values]
    names = dict.fromkeys(("user", "ip", "share", *(name for one in read for name in one)))
    return {name: distinct.column(name, [one.get(name) for one in read]) for name in names}


def _prefix(parts: Sequence[str], form: str) -> dict[str, str]:
    """Name the parts of one prefix."""
    names = [_VARIABLES.get(one[1:2], one.strip("%")) for one in form.split("|")] if form else _guessed(parts)
    names += [f"prefix_{at}" for at in range(len(names) + 1, len(parts) + 1)]
    return {name: part for name, part in zip(names, parts, strict=False) if part}


def _guessed(parts: Sequence[str]) -> list[str]:
    """Tell the parts of a prefix apart: an address is one, the account comes first, the share last."""
    address = next((at for at, part in enumerate(parts) if parse_address(part) is not None), -1)
    others = [at for at in range(len(parts)) if at != address]
    names = ["user", "share"] if len(others) == 2 else ["user", "machine", "share"]
    told = dict(zip(others, names, strict=False))
    told[address] = "ip"
    return [told.get(at, f"prefix_{at + 1}") for at in range(len(parts))]


def _arguments(operations: pl.Series, arguments: pl.Series, failed: pl.Series) -> dict[str, pl.Series]:
    """Return file, action and further arguments of each operation."""
    frame = pl.DataFrame([operations.rename("operation"), arguments.rename("arguments")])
    operation, text = pl.col("operation"), pl.col("arguments")
    opens = operation.is_in(["open", "openat"])
    creates = operation == "create_file"
    renames = operation.is_in(_RENAMES)
    two = operation.is_in(["rename", "renameat", "link", "linkat", "symlink", "symlinkat"])
    named = operation.str.contains("xattr") & text.str.contains("|", literal=True)
    none = operation.is_in(_NO_FILES)
    made = frame.select(
        pl.when(opens).then(text.str.extract_groups(_OPENED)).alias("opened"),
        pl.when(creates).then(text.str.extract_groups(_CREATED)).alias("created"),
        pl.when(two).then(text.str.extract_groups(_TWO)).alias("two"),
        pl.when(named).then(text.str.extract_groups(_NAMED)).alias("named"),
        pl.when(~none).then(text).alias("whole"),
        pl.when(none).then(text).alias("argument"),
        renames.alias("renames"),
        operation.replace_strict(ACTIONS, default="other", return_dtype=pl.String()).alias("does"),
    )
    sources = ("opened", "created", "two", "named")
    paths = [pl.col(name).struct.field("path") for name in sources]
    mode = pl.coalesce(pl.col("opened").struct.field("mode"), pl.col("created").struct.field("mode"))
    opened = pl.when(mode == "w").then(pl.lit("update")).when(mode == "r").then(pl.lit("read"))
    access = pl.col("created").struct.field("access")
    old, new = (pl.col("two").struct.field(name).str.replace(_LAST_PART, "") for name in ("path", "new_path"))
    does = pl.when(pl.col("renames") & (old != new)).then(pl.lit("read")).otherwise("does")
    final = made.select(
        pl.coalesce(*paths, "whole").alias("path"),
        mode.alias("mode"),
        access.alias("access"),
        pl.col("created").struct.field("kind").alias("kind"),
        pl.col("two").struct.field("new_path").alias("new_path"),
        pl.col("named").struct.field("attribute").alias("attribute"),
        pl.col("argument"),
        pl.when(pl.col("opened").struct.field("mode").is_not_null()).then(opened).otherwise(does).alias("action"),
    )
    columns = {column.name: column for column in final.get_columns()}
    if columns["access"].null_count() < len(columns["access"]):
        columns["action"] = _asked(columns, failed)
    return columns


def _asked(columns: dict[str, pl.Series], failed: pl.Series) -> pl.Series:
    """Say what a client that opens a file asks for, by the bits of the access it wants.

    The right to delete is asked for to rename a file too: what was done with it, ``unlinkat`` or ``renameat`` says.
    """
    kind, mode = (columns[name].fill_null("") for name in ("kind", "mode"))
    distinct = Dictionary.of((columns["access"] + "|" + kind + "|" + mode).rename("asked"))
    words: list[str] = []
    for value in distinct.values:
        bits, what, how = value.split("|", 2)
        number = int(bits[2:18], 16)
        word = asked_for(number & ~TRAVERSE if what == "dir" else number, emptied=how in _EMPTYING)
        words.append("list" if what == "dir" and word == "read" else word)
    asked = distinct.column("action", words)
    asked = asked.set((asked == "delete").fill_null(value=False) & ~failed, "other")
    return asked.zip_with(asked.is_not_null(), columns["action"])


def _patterned(form: str) -> Parse:
    """Return the parser of lines with a prefix given as in smb.conf."""
    parts = form.removeprefix("full_audit:prefix").strip(" =").split("|")
    wrong = [part for part in parts if len(part) != 2 or part[0] != "%"]
    if wrong:
        raise ValueError(f"{wrong[0]!r} is no variable of Samba; write the prefix as in smb.conf, like %u|%I|%m|%S")
    return partial(parse, prefix="|".join(parts))


SAMBA = Format(
    name="samba",
    dataset="samba.audit",
    category="file",
    parse=parse,
    order=50,
    telling=r"smbd_audit(?:\[[0-9]+\])?: |[|](?:ok|fail \([^|)]*\))(?:[|]|$)",
    about="Samba's vfs_full_audit in syslog: who touched which file of a share",
    patterned=_patterned,
)
SAMBA_LOG = replace(
    SAMBA,
    name="samba.log",
    order=51,
    telling=_HEAD,
    framing=Framing(cutting=Cutting.START, start=_HEAD),
    head=_HEAD,
    about="the same in Samba's own log (full_audit:syslog = false): two lines a record",
)
