"""The prefix of Samba's audit lines, told from the line or by the source."""

import pytest

from detector.decode import Decoder
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


def test_a_source_says_what_the_parts_are():
    expected = ("anna", "192.0.2.7", "/clients/104/a.pdf", "pc7", "clients")
    assert told("clients|pc7|anna|192.0.2.7", log_format="%S|%m|%u|%I") == expected
    assert told("clients|pc7|anna|192.0.2.7", log_format="full_audit:prefix = %S|%m|%u|%I") == expected


def test_a_prefix_that_is_none_is_told_with_the_source():
    with pytest.raises(ConfigError, match="no variable of Samba"):
        Decoder(settings_for(format="samba", log_format="$user"), session_key=KEY)


def test_other_programs_lines_are_not_sambas():
    assert decode(["May 17 10:05:03 fs1 kernel: usb 1-1: new device"], format="samba").frame.height == 0
