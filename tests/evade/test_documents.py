"""Documents of a file server: whoever carries many away is found whichever way, whoever edits them all day is not."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from detector.schema.levels import Severity
from tests.evade.attempt import Told, replayed
from tests.evade.house import write_config

BEGINS = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Way = Callable[[datetime, int], Iterator[str]]


def samba(*operations: str) -> Way:
    """Return lines of Samba's audit for the document of a client."""

    def lines(at: datetime, client: int) -> Iterator[str]:
        for operation in operations:
            text = operation.format(folder=f"/srv/clients/{client}")
            yield f"{at:%Y-%m-%dT%H:%M:%S}+00:00 fs1 smbd_audit: vera|192.0.2.7|pc7|clients|{text}"

    return lines


def audit(*calls: tuple[str, str, tuple[str, ...]]) -> Way:
    """Return records of the kernel: a call, its flags, the names of its files with their kinds."""

    def lines(at: datetime, client: int) -> Iterator[str]:
        for number, (call, flags, names) in enumerate(calls):
            head = f"msg=audit({at.timestamp():.3f}:{client * 10 + number})"
            yield (
                f"type=SYSCALL {head}: arch=c000003e syscall={call} success=yes a0=ffffff9c a1=1 a2={flags} items="
                f'{len(names)} pid=42 auid=1000 AUID="vera" key="clients"'
            )
            yield f'type=CWD {head}: cwd="/home/vera"'
            for item, name in enumerate(names):
                kind, _, path = name.format(folder=f"/srv/clients/{client}").partition(" ")
                yield f'type=PATH {head}: item={item} name="{path}" inode={client * 10} dev=fd:00 nametype={kind}'

    return lines


def windows(share: str, path: str, mask: str) -> Way:
    """Return events 5145."""

    def lines(at: datetime, client: int) -> Iterator[str]:
        yield (
            f'{{"@timestamp":"{at:%Y-%m-%dT%H:%M:%SZ}","winlog":{{"event_id":"5145","event_data":{{"SubjectUserName":'
            f'"vera","ObjectType":"File","IpAddress":"192.0.2.7","ShareName":"{share}","RelativeTargetName":'
            f'"{path.format(client=client)}","AccessMask":"{mask}"}}}}}}'
        )

    return lines


CARRIED = {
    "opened to write, too, by Samba": ("samba", samba("create_file|ok|0x12019f|file|open|{folder}/a.pdf")),
    "moved by Samba": ("samba", samba("renameat|ok|{folder}/a.pdf|/srv/public/a.pdf")),
    "linked by Samba": ("samba", samba("linkat|ok|{folder}/a.pdf|/srv/public/a.pdf")),
    "opened to write, too": ("auditd", audit(("257", "2", ("NORMAL {folder}/a.pdf",)))),
    "moved": ("auditd", audit(("316", "0", ("DELETE {folder}/a.pdf", "CREATE /tmp/a.pdf")))),
    "linked": ("auditd", audit(("265", "0", ("NORMAL {folder}/a.pdf", "CREATE /tmp/a.pdf")))),
    "opened to write, too, on a share": (
        "windows.json",
        windows(r"\\\\*\\clients", r"{client}\\a.pdf", "0x12019f"),
    ),
    "by the share of the drive": ("windows.json", windows(r"\\\\*\\D$", r"clients\\{client}\\a.pdf", "0x120089")),
}
EDITED = {
    "Word through Samba": (
        "samba",
        samba(
            "create_file|ok|0x12019f|file|open|{folder}/a.docx",
            "pread_send|ok|{folder}/a.docx",
            "create_file|ok|0x12019f|file|create|{folder}/~$a.docx",
            "pwrite_send|ok|{folder}/~$a.docx",
            "create_file|ok|0x17019f|file|overwrite_if|{folder}/~WRD0001.tmp",
            "pwrite_send|ok|{folder}/~WRD0001.tmp",
            "renameat|ok|{folder}/a.docx|{folder}/~WRL0002.tmp",
            "renameat|ok|{folder}/~WRD0001.tmp|{folder}/a.docx",
            "unlinkat|ok|{folder}/~WRL0002.tmp",
            "unlinkat|ok|{folder}/~$a.docx",
        ),
    ),
    "an editor of the machine": (
        "auditd",
        audit(
            ("257", "2", ("NORMAL {folder}/a.docx",)),
            ("257", "c1", ("PARENT {folder}/", "CREATE {folder}/.a.swp")),
            ("82", "0", ("DELETE {folder}/a.docx", "CREATE {folder}/a.docx~")),
            ("257", "241", ("PARENT {folder}/", "CREATE {folder}/a.docx")),
            ("87", "0", ("DELETE {folder}/.a.swp",)),
            ("87", "0", ("DELETE {folder}/a.docx~",)),
        ),
    ),
    "Word on a share": ("windows.json", windows(r"\\\\*\\clients", r"{client}\\a.docx", "0x12019f")),
}


def told(folder: Path, kind: str, way: Way, count: int, gap: float) -> Told:
    """Replay a morning of one person with one document of each client, seconds apart."""
    paths = ("/srv/clients", "/clients", "/D:/clients")
    same = {"object": "document", "classes": ["contact"], "subject": "{client}"}
    routes = [
        {"path": f"{path}/{{client}}/**", "when": {"event.action": seen}, "action": action, **same}
        for path in paths
        for seen, action in (("read", "download"), ("update", "update"), ("create", "create"), ("delete", "delete"))
    ]
    log = folder / "files.log"
    config = write_config(
        folder,
        sources=[{"name": "files", "paths": [str(log)], "format": kind, "service": "files"}],
        records={"data_classes": {"contact": {"confidentiality": "confidential"}}, "routes": routes},
    )
    lines = [line for n in range(count) for line in way(BEGINS + timedelta(seconds=gap * n), 1000 + 37 * n % 9973)]
    log.write_text("".join(f"{line}\n" for line in lines))
    return replayed(config, folder / "replay")


@pytest.mark.parametrize("name", CARRIED)
def test_who_carries_a_hundred_documents_away_is_found_whichever_way(tmp_path: Path, name: str) -> None:
    found = told(tmp_path, *CARRIED[name], count=100, gap=30)
    assert [(case.actor_id, case.severity) for case, _ in found] == [("user:vera", Severity.HIGH)]


@pytest.mark.parametrize("name", EDITED)
def test_who_edits_forty_documents_an_hour_all_morning_is_not(tmp_path: Path, name: str) -> None:
    assert not told(tmp_path, *EDITED[name], count=160, gap=90)
