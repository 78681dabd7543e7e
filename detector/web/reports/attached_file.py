"""A form that may bring one file along: its fields, and the file as it came.

Comes in: a request. Goes out: the fields, and the file with its name in one line; or a refusal. Nothing of the file is
opened here: only its first bytes are held against what its name says, so that nobody is handed a program called a
picture. It never lies in a temporary file: it may be somebody's data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Final

from fastapi import Depends, HTTPException, Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from detector.web.forms import BODY_LIMIT, FILE_LIMIT, WITH_FILE, Typed, media_type, typed

_FIELDS: Final = 20
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_TEXT: Final[tuple[bytes, ...]] = ()
"""How a text begins says nothing; it holds no zero byte."""
BEGINS: Final[Mapping[str, tuple[bytes, ...]]] = MappingProxyType(
    {
        "pdf": (b"%PDF-",),
        "png": (b"\x89PNG\r\n\x1a\n",),
        "jpg": (b"\xff\xd8\xff",),
        "jpeg": (b"\xff\xd8\xff",),
        "zip": _ZIP,
        "docx": _ZIP,
        "xlsx": _ZIP,
        **dict.fromkeys(("txt", "csv", "json", "eml", "log"), _TEXT),
    }
)
"""By the ending of its name: how a file begins that is taken."""


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that came with a form; its name is hostile text."""

    name: str
    body: bytes

    @property
    def flaw(self) -> str:
        """Why it is not taken: ``empty``, ``large``, ``type``, or ``disguised``; empty: it is."""
        if not self.body:
            return "empty"
        if len(self.body) > FILE_LIMIT:
            return "large"
        begins = BEGINS.get(self.name.rpartition(".")[2].lower())
        if begins is None:
            return "type"
        fits = self.body.startswith(begins) if begins else b"\0" not in self.body
        return "" if fits else "disguised"


@dataclass(frozen=True, slots=True)
class SentForm:
    """The fields of a form, and what came with it; None: nothing did."""

    fields: Typed
    file: AttachedFile | None = None


class _InMemory(MultiPartParser):
    spool_max_size = BODY_LIMIT + FILE_LIMIT


async def sent_form(request: Request) -> SentForm:
    """Read a form with or without a file.

    Raises:
        HTTPException: It is no form. Its size and time were looked at by the guard.
    """
    if media_type(request) != WITH_FILE:
        return SentForm(await typed(request))
    parser = _InMemory(request.headers, request.stream(), max_files=1, max_fields=_FIELDS, max_part_size=BODY_LIMIT)
    try:
        items = (await parser.parse()).multi_items()
    except (MultiPartException, KeyError, UnicodeDecodeError):
        raise HTTPException(400) from None
    fields, file = dict[str, str](), None
    for name, value in items:
        if isinstance(value, UploadFile):
            body = await value.read()
            await value.close()
            if name == "file" and (value.filename or body):
                file = AttachedFile(_last_part(value.filename or ""), body)
        else:
            fields[name] = value.replace("\r\n", "\n").strip()
    return SentForm(fields, file)


def _last_part(name: str) -> str:
    """Return the name of a file without folders, whichever system wrote them."""
    return name.replace("\\", "/").rpartition("/")[2]


FormWithFile = Annotated[SentForm, Depends(sent_form)]
"""What a route takes that a form is sent to which may bring a file along."""
