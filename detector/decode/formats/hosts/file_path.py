r"""The name of a file as ``url.path``, so that the templates of the record map fit files as they fit web requests.

Comes in: a path as Unix, Samba or Windows writes it. Goes out: the same path with slashes, from the root on.
``C:\Clients\104`` is ``/C:/Clients/104``, ``\\fs1\clients\104`` is ``/fs1/clients/104``, a path relative to a share has
the share's name before it. ``%`` and ``;`` are escaped, because the record map undoes escapes and cuts parameters off:
what it compares is the name of the file as it is on disk. A file in a snapshot has the path of the present one.
"""

import re

import polars as pl

from detector.decode.record_map.path_template import UNKNOWN_DRIVE

_DEVICE = re.compile(
    r"(?:\\\\[?.]\\|\\\?\?\\|\\(?=Device\\))(?:GLOBALROOT\\)?(?:Device\\)?"
    r"(?:HarddiskVolume(?:ShadowCopy)?[0-9]+|Volume\{[0-9a-f-]+\})(?=\\|$)",
    re.IGNORECASE,
)
_SNAPSHOT = (
    r"/(?i:@GMT-[0-9][^/]*|\.snapshots/[0-9]+/snapshot\b|"
    r"(?:\.snapshots?|\.snap|\.ckpt|[~#]snapshot|\.zfs/snapshot)/[^/]+)"
)
"""The folder of a snapshot: previous versions of Windows and Samba, NetApp, PowerScale, GPFS, snapper, CephFS, ZFS."""
_SNAPSHOTS = re.compile(_SNAPSHOT)


def url_path(path: str, share: str = "") -> str | None:
    """Return the path of a file as ``url.path``; None for an empty one."""
    if not path:
        return None
    path = path.replace("\\", "/")
    whole = path.lstrip("/") if path.startswith("/") or not share else f"{share}/{path}"
    present = _SNAPSHOTS.sub("", "/" + whole) or "/"
    return present.replace("%", "%25").replace(";", "%3B")


def stays(path: str, new_path: str) -> bool:
    """Tell whether a file that gets a new name stays in its folder: programs that save a file do that."""
    return path.rpartition("/")[0] == new_path.rpartition("/")[0]


def windows_path(path: str) -> str | None:
    r"""Return a Windows path as ``url.path``; ``\??\`` and ``\Device\Mup\`` before it say nothing and are cut off.

    ``\Device\HarddiskVolumeShadowCopy3\Clients`` is ``/Volume:/Clients``, which fits routes whatever their drive.
    """
    path = _DEVICE.sub(UNKNOWN_DRIVE, path, count=1) if _DEVICE.match(path) else path
    for prefix in ("\\??\\", "\\\\?\\", "\\Device\\Mup"):
        path = path.removeprefix(prefix)
    return url_path(path)


def url_paths(paths: pl.Series, shares: pl.Series) -> pl.Series:
    """Return Unix paths as ``url.path``, a column at a time; relative ones get their share before them."""
    frame = pl.DataFrame([paths.rename("path"), shares.rename("share")])
    path, share = pl.col("path"), pl.col("share")
    relative = pl.concat_str(pl.lit("/"), pl.when(share != "").then(share + "/").otherwise(pl.lit("")), path)
    whole = pl.when(path.str.starts_with("/")).then(path).otherwise(relative).str.replace_all(_SNAPSHOT, "")
    whole = pl.when(whole == "").then(pl.lit("/")).otherwise(whole)
    for plain, escaped in (("%", "%25"), (";", "%3B")):
        whole = whole.str.replace_all(plain, escaped, literal=True)
    return frame.select(pl.when(path != "").then(whole).alias("url.path")).to_series()
