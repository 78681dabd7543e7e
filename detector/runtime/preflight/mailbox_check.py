"""Can the mailbox be read that letters come back to? Its password file is looked at, and somebody signs in.

Comes in: the settings. Goes out: mistakes about the file; why nobody could sign in, in words. Nothing is read there,
and no word of the server or of the password is repeated.
"""

import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from detector.errors import ConfigError, Problem
from detector.messages import messages
from detector.settings import Settings

_SECONDS: Final = 10.0
"""For all of it: the name, the connection, signing in, the folder."""
_FOLDER: Final = ("letters", "bounces")


def password_mistakes(settings: Settings) -> Iterator[Problem]:
    """Yield what is wrong with the file of the password: it is there, and for its owner and group only."""
    given, where = settings.letters.bounces.password_file, (*_FOLDER, "password_file")
    if not settings.letters.bounces.imap:
        return
    try:
        known = Path(given).read_text(encoding="utf-8").strip()
        readable = stat.S_IMODE(Path(given).stat().st_mode) & stat.S_IROTH
    except (OSError, UnicodeDecodeError) as error:
        why = "is not UTF-8" if isinstance(error, UnicodeDecodeError) else f"cannot be read: {error.strerror}"
        yield Problem(where=where, what=f"{given} {why}", fix="write the password of the mailbox into it")
        return
    if not known:
        yield Problem(where=where, what=f"{given} is empty", fix="write the password of the mailbox into it")
    if readable:
        what = f"anybody on this machine can read {given}, and it holds a password"
        yield Problem(where=where, what=what, fix=f"chmod 640 {given}")


def mailbox_failures(settings: Settings, *, seconds: float = _SECONDS) -> Iterator[Problem]:
    """Sign in to the mailbox and open its folder; yield why that cannot be done.

    Args:
        settings: Where it is; without a password there is nothing to try.
        seconds: After so long it is given up, whatever it waits for: no option bounds the search for a name.
    """
    if not settings.letters.bounces.imap:
        return
    # Loaded where there is a mailbox alone.
    from detector.notify.letters.imap_box import MailboxError, sign_in  # noqa: PLC0415
    from detector.runtime.incidents.letters.mailbox import box_password  # noqa: PLC0415

    try:
        password = box_password(settings)
    except ConfigError:
        return  # its file is told as a mistake
    if not password:
        return

    code = ["timeout"]

    def attempt() -> None:
        try:
            sign_in(settings.letters.bounces.imap, password, timeout=seconds)
        except MailboxError as error:
            code[0] = error.code
        else:
            code[0] = ""

    trying = threading.Thread(target=attempt, name="mailbox-check", daemon=True)
    trying.start()
    trying.join(seconds)
    if why := code[0]:
        said = messages("en").text("blind-why", why=f"mailbox-{why}")
        what = f"the mailbox that letters come back to cannot be read: {said}"
        yield Problem(where=(*_FOLDER, "imap"), what=what, fix="correct letters.bounces, or see to its server")
