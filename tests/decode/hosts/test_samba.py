"""The prefix of Samba's audit lines, told from the line or by the source."""

import pytest

from detector.decode import Decoder
from detector.decode.formats.hosts.file_path import url_path
from detector.errors import ConfigError
from tests.decode.batches import KEY, decode, settings_for

LINE = "May 17 10:05:03 fs1 smbd_audit: {}|pread_send|ok|104/a.pdf"


def told(prefix, **source):
    (event,) = decode([LINE.format(prefix)], format="samba", **source).frame.rows(named=True)
    labels = {pair["key"]: pair["value"] for pair in event["labels"]}
    return event["user.name"], event["source.ip"], event["url.path"], labels.get("machine"), labels.get("share")


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("anna|192.0.2.7", ("anna", "192.0.2.7", "/104/a.pdf", None, None)),
        ("anna|192.0.2.7|clients", ("anna", "192.0.2.7", "/clients/104/a.pdf", None, "clients")),
        ("anna|192.0.2.7|pc7|clients", ("anna", "192.0.2.7", "/clients/104/a.pdf", "pc7", "clients")),
        ("192.0.2.7|anna|clients", ("anna", "192.0.2.7", "/clients/104/a.pdf", None, "clients")),
        ("anna", ("anna", None, "/104/a.pdf", None, None)),
    ],
)
def test_the_parts_of_a_prefix_are_told_by_what_they_look_like(prefix, expected):
    assert told(prefix) == expected


@pytest.mark.parametrize(
    ("file", "path"),
    [
        ("@GMT-2026.01.01-00.00.00/104/a.pdf", "/clients/104/a.pdf"),
        ("/srv/clients/@GMT-2026.01.01-00.00.00/104/a.pdf", "/srv/clients/104/a.pdf"),
        (".snapshot/daily.1/104/a.pdf", "/clients/104/a.pdf"),
        ("104/.snapshot/daily.1/a.pdf", "/clients/104/a.pdf"),
        ("~snapshot/d1/104/a.pdf", "/clients/104/a.pdf"),
        ("#snapshot/d1/104/a.pdf", "/clients/104/a.pdf"),
        (".zfs/snapshot/auto-1/104/a.pdf", "/clients/104/a.pdf"),
        (".snapshots/12/snapshot/104/a.pdf", "/clients/104/a.pdf"),
        (".snapshots/daily/104/a.pdf", "/clients/104/a.pdf"),
        (".snap/d1/104/a.pdf", "/clients/104/a.pdf"),
        ("@GMT-2026.01.01-00.00.00/.snap/x/104/a.pdf", "/clients/104/a.pdf"),
        ("/.snapshot/d1", "/"),
        ("snapshot/d1/104/a.pdf", "/clients/snapshot/d1/104/a.pdf"),
        ("x.snapshot/d1/a.pdf", "/clients/x.snapshot/d1/a.pdf"),
        ("104/@GMT.pdf", "/clients/104/@GMT.pdf"),
        ("104/.snapshot", "/clients/104/.snapshot"),
    ],
)
def test_a_file_in_a_snapshot_has_the_path_of_the_file(file, path):
    line = f"May 17 10:05:03 fs1 smbd_audit: anna|192.0.2.7|clients|pread_send|ok|{file}"
    assert decode([line], format="samba").frame["url.path"].to_list() == [path]
    assert url_path(file, "clients") == path


def test_a_source_says_what_the_parts_are():
    expected = ("anna", "192.0.2.7", "/clients/104/a.pdf", "pc7", "clients")
    assert told("clients|pc7|anna|192.0.2.7", log_format="%S|%m|%u|%I") == expected
    assert told("clients|pc7|anna|192.0.2.7", log_format="full_audit:prefix = %S|%m|%u|%I") == expected


def test_a_prefix_that_is_none_is_told_with_the_source():
    with pytest.raises(ConfigError, match="no variable of Samba"):
        Decoder(settings_for(format="samba", log_format="$user"), session_key=KEY)


def test_other_programs_lines_are_not_sambas():
    assert decode(["May 17 10:05:03 fs1 kernel: usb 1-1: new device"], format="samba").frame.height == 0
