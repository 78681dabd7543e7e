"""The head of a letter: whose it is.

Comes in: lines and a picture. Goes out: values that the writers of formats set. A picture is PNG or JPEG, told by its
bytes: other kinds can hold programs and references.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

from detector.errors import InputError, Problem
from detector.messages import messages
from detector.rendering.escape_invisible import visible
from detector.settings import OrganizationSettings

_LARGEST = 2 * 1024 * 1024
_KINDS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_WIDEST = 20_000


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture: its bytes, and what they are."""

    body: bytes
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Whose letter it is.

    Attributes:
        name: Of the organization.
        lines: Address, numbers, telephone: below the name.
        logo: Its picture; None: none.
    """

    name: str
    lines: tuple[str, ...] = ()
    logo: Logo | None = None

    def __post_init__(self) -> None:
        """Make visible what would not be seen."""
        object.__setattr__(self, "name", visible(self.name))
        object.__setattr__(self, "lines", tuple(map(visible, self.lines)))


def read_logo(path: Path) -> Logo:
    """Return the picture in a file.

    Raises:
        InputError: It cannot be read, is too large, or is neither PNG nor JPEG.
    """
    try:
        with path.open("rb") as file:
            body = file.read(_LARGEST + 1)
    except OSError as error:
        raise InputError(Problem(file=str(path), what=f"cannot be read: {error.strerror or error}")) from None
    if len(body) > _LARGEST:
        what = f"has more than {_LARGEST} bytes"
        raise InputError(Problem(file=str(path), what=what, fix="make the picture smaller"))
    kind = next((kind for begin, kind in _KINDS.items() if body.startswith(begin)), None)
    if kind is None or (kind == "image/png" and not _sane_png(body)):
        raise InputError(Problem(file=str(path), what="is neither a PNG nor a JPEG picture", fix="save it as PNG"))
    return Logo(body, kind)


def our_letterhead(organization: OrganizationSettings, language: str) -> Letterhead | None:
    """Return whose letter it is; None: the settings do not say who we are.

    Args:
        organization: Who we are.
        language: Of the letter: each number is named in it.

    Raises:
        InputError: The picture cannot be read.
    """
    if not organization.called:
        return None
    contact = ", ".join(each for each in (organization.phone, organization.email, organization.site) if each)
    say, registration = messages("ru" if language == "ru" else "en"), organization.registration
    numbers = []
    if organization.inn:
        numbers.append(say.text("letterhead-inn", number=organization.inn))
    if registration:
        named = not registration.isdecimal()  # "VAT EE100000000" says what it is
        numbers.append(registration if named else say.text("letterhead-registration", number=registration))
    return Letterhead(
        name=organization.called,
        lines=tuple(each for each in (organization.address, contact, ", ".join(numbers)) if each),
        logo=read_logo(Path(organization.logo)) if organization.logo else None,
    )


def _sane_png(body: bytes) -> bool:
    """Say whether the picture has a size that a program may lay out."""
    if len(body) < 24 or body[12:16] != b"IHDR":
        return False
    wide, high = struct.unpack(">II", body[16:24])
    return bool(0 < wide <= _WIDEST and 0 < high <= _WIDEST)
