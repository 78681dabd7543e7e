"""A real IMAP server (Debian's dovecot) for tests, with one mailbox, on a free loopback port."""

import imaplib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from pwd import getpwnam

import pytest

from tests.receivers import until
from tests.servers import find_program, free_port

PASSWORD = "four plain words"
_MAIL = "mail"
"""Whose the mailbox is: dovecot serves none of root's."""
_CONFIG = """\
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
base_dir = {folder}/run
log_path = {folder}/log
protocols {{
  imap = yes
}}
ssl = no
auth_allow_cleartext = yes
first_valid_uid = 1
auth_failure_delay = 0
mail_driver = maildir
mail_path = {folder}/Maildir
mail_inbox_path = {folder}/Maildir
passdb static {{
  password = {password}
}}
userdb static {{
  fields {{
    uid = {user}
    gid = {user}
    home = {folder}
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    listen = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


@dataclass(frozen=True)
class ImapServer:
    """A running server."""

    port: int

    @property
    def url(self) -> str:
        return f"imap://letters@127.0.0.1:{self.port}"

    def append(self, *mails: bytes) -> None:
        """Put mails into the mailbox, as if they had come."""
        with imaplib.IMAP4("127.0.0.1", self.port) as box:
            box.login("letters", PASSWORD)
            for each in mails:
                assert box.append("INBOX", "", "", each)[0] == "OK"

    def unseen(self) -> int:
        """Return how many mails nobody has marked as seen."""
        with imaplib.IMAP4("127.0.0.1", self.port) as box:
            box.login("letters", PASSWORD)
            box.select("INBOX", readonly=True)
            return len(box.search(None, "UNSEEN")[1][0].split())


@pytest.fixture
def imap_server() -> Iterator[ImapServer]:
    program = find_program("dovecot")
    if program is None or os.geteuid() != 0:
        pytest.skip("dovecot is not installed (Debian package dovecot-imapd), or this is not root, which it needs")
    # Not below pytest's own folder: other users, under whom dovecot works, must come through.
    folder = Path(tempfile.mkdtemp(prefix="imap-"))
    folder.chmod(0o755)
    for name in ("new", "cur", "tmp"):
        (folder / "Maildir" / name).mkdir(parents=True)
    owner = getpwnam(_MAIL)
    for each in (folder / "Maildir", *(folder / "Maildir").iterdir()):
        os.chown(each, owner.pw_uid, owner.pw_gid)
    port = free_port()
    config = folder / "dovecot.conf"
    config.write_text(_CONFIG.format(folder=folder, port=port, password=f'"{PASSWORD}"', user=_MAIL))
    process = subprocess.Popen([program, "-F", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        server = ImapServer(port)
        until(lambda: _answers(port))
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _answers(port: int) -> bool:
    try:
        with imaplib.IMAP4("127.0.0.1", port):
            return True
    except (OSError, imaplib.IMAP4.error):
        return False
