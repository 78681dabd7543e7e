"""The access a client asks for, in Samba's audit and in Windows' events 5145."""

import json

import pytest

from tests.decode.batches import decode

MASKS = [
    ("0x120089", "read"),
    ("0x2000000", "read"),
    ("0x80000000", "read"),
    ("0x10000000", "read"),
    ("0x20000000", "read"),
    ("0x20", "read"),
    ("0x130089", "read"),
    ("0x12019f", "read"),
    ("0xc0000000", "read"),
    ("0x120196", "update"),
    ("0x40000000", "update"),
    ("0x120080", "other"),
]


def audited(operation):
    line = f"May 17 10:05:03 fs1 smbd_audit: anna|192.0.2.7|pc7|clients|{operation}"
    (event,) = decode([line], format="samba").frame.rows(named=True)
    return event["event.action"]


def samba(mask, kind="file", how="open"):
    return audited(f"create_file|ok|{mask}|{kind}|{how}|104/a.pdf")


def windows(mask):
    data = {"SubjectUserName": "anna", "ObjectType": "File", "ShareName": "\\\\*\\clients", "AccessMask": mask}
    said = {"event_id": "5145", "event_data": {**data, "RelativeTargetName": "104\\a.pdf"}}
    line = json.dumps({"@timestamp": "2026-05-17T07:05:04Z", "winlog": said})
    (event,) = decode([line], format="windows.json").frame.rows(named=True)
    return event["event.action"]


@pytest.mark.parametrize(("mask", "action"), MASKS)
def test_whoever_asks_for_a_right_that_lets_read_reads(mask, action):
    assert (samba(mask), windows(mask)) == (action, action)


def test_a_folder_that_is_opened_with_all_rights_is_listed_and_one_passed_through_is_not():
    assert (samba("0x2000000", "dir"), samba("0x20", "dir")) == ("list", "other")


def test_only_the_right_to_delete_is_a_deletion_where_windows_says_it():
    assert (windows("0x10000"), samba("0x10000")) == ("delete", "other")


@pytest.mark.parametrize(
    ("how", "action"), [("open", "read"), ("open_if", "read"), ("create", "update"), ("overwrite_if", "update")]
)
def test_nothing_is_read_from_a_file_that_is_made_or_emptied(how, action):
    assert samba("0x12019f", how=how) == action


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("renameat|ok|/srv/clients/104/a.pdf|/srv/clients/104/a.bak", "update"),
        ("renameat|ok|104/a.pdf|104/~a.tmp", "update"),
        ("renameat|ok|/srv/clients/104/a.pdf|/srv/public/a.pdf", "read"),
        ("rename|ok|104/a.pdf|a.pdf", "read"),
        ("linkat|ok|/srv/clients/104/a.pdf|/srv/clients/104/b.pdf", "read"),
        ("link|ok|104/a.pdf|b.pdf", "read"),
    ],
)
def test_a_file_that_gets_a_name_elsewhere_is_taken_away(operation, action):
    assert audited(operation) == action
