"""Which file an event of Windows is about, and that a record map finds it by whichever way it was reached."""

import json

import pytest

from tests.decode.batches import decode

ROUTE = {"path": "/D:/clients/{client}/*", "action": "download", "object": "document", "subject": "{client}"}


def event(number, route=ROUTE, **data):
    said = {"event_id": number, "event_data": {"SubjectUserName": "anna", **data}}
    line = json.dumps({"@timestamp": "2026-05-17T07:05:04Z", "winlog": said})
    (found,) = decode([line], format="windows.json", records={"routes": [route]}).frame.rows(named=True)
    return found


@pytest.mark.parametrize("share", ["\\\\*\\D$", "\\\\*\\d$", "\\\\fs1\\D$"])
@pytest.mark.parametrize("path", ["clients\\104\\a.pdf", "\\Clients\\104\\a.pdf"])
def test_a_file_by_the_share_of_its_drive_is_the_file_by_its_local_path(share, path):
    found = event("5145", ObjectType="File", ShareName=share, RelativeTargetName=path, AccessMask="0x1")
    assert (found["object.type"], found["subject.ids"]) == ("document", ["104"])
    local = event("4663", ObjectType="File", ObjectName="D:\\clients\\104\\a.pdf", AccessMask="0x1")
    assert (local["object.type"], local["subject.ids"]) == ("document", ["104"])


@pytest.mark.parametrize("share", ["\\\\*\\clients", "\\\\*\\IPC$", "\\\\*\\scan$"])
def test_other_shares_keep_their_names(share):
    found = event("5145", ObjectType="File", ShareName=share, RelativeTargetName="104\\a.pdf", AccessMask="0x1")
    assert found["url.path"] == f"/{share.rpartition(chr(92))[2]}/104/a.pdf"


@pytest.mark.parametrize("share", ["clients", "D$"])
@pytest.mark.parametrize("part", ["@GMT-2026.01.01-00.00.00", "@gmt-2026.01.01-00.00.00", "~snapshot\\daily.1"])
def test_a_previous_version_of_a_file_is_the_file(share, part):
    route = ROUTE | {"path": "/clients/{client}/*"} if share == "clients" else ROUTE
    within = f"{part}\\104\\a.pdf" if share == "clients" else f"{part}\\clients\\104\\a.pdf"
    found = event(
        "5145", route, ObjectType="File", ShareName=f"\\\\*\\{share}", RelativeTargetName=within, AccessMask="0x1"
    )
    assert (found["object.type"], found["subject.ids"]) == ("document", ["104"])


def test_a_hard_link_takes_the_file_away():
    found = event("4664", FileName="D:\\clients\\104\\a.pdf", LinkName="C:\\temp\\a.pdf")
    assert (found["event.category"], found["object.type"], found["subject.ids"]) == ("file", "document", ["104"])


@pytest.mark.parametrize(
    "device",
    [
        "\\Device\\HarddiskVolume3",
        "\\Device\\HarddiskVolumeShadowCopy12",
        "\\device\\harddiskvolumeshadowcopy1",
        "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy3",
        "\\\\.\\HarddiskVolumeShadowCopy3",
        "\\??\\GLOBALROOT\\Device\\HarddiskVolume3",
        "\\\\?\\Volume{0b3a7d0e-5f2c-4e1a-9c77-0123456789ab}",
    ],
)
def test_a_file_by_the_device_of_its_drive_or_of_a_shadow_copy_fits_routes_whatever_their_drive(device):
    found = event("4663", ObjectType="File", ObjectName=f"{device}\\Clients\\104\\a.pdf", AccessMask="0x1")
    assert (found["object.type"], found["subject.ids"]) == ("document", ["104"])
    other = event("4663", ObjectType="File", ObjectName=f"{device}\\Users\\104\\a.pdf", AccessMask="0x1")
    assert (other["url.path"], other["object.type"]) == ("/Volume:/Users/104/a.pdf", None)


@pytest.mark.parametrize("name", ["\\HarddiskVolume3", "C:\\Device\\HarddiskVolume3", "\\Device\\HarddiskVolumeX"])
def test_a_folder_that_is_called_like_a_device_is_none(name):
    found = event("4663", ObjectType="File", ObjectName=f"{name}\\clients\\104\\a.pdf", AccessMask="0x1")
    assert found["object.type"] is None


@pytest.mark.parametrize(
    ("name", "touched"), [("104", False), ("104\\scans", False), ("104\\a.pdf", True), ("104\\scans\\a.pdf", True)]
)
def test_a_route_that_asks_for_an_extension_takes_no_folder_for_a_document(name, touched):
    route = ROUTE | {"path": "/D:/clients/{client}/**.*"}
    said = {"ObjectType": "File", "ObjectName": f"D:\\clients\\{name}", "AccessMask": "0x1"}
    assert (event("4663", route, **said)["object.type"] == "document") == touched
