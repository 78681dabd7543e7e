"""Forms: what was typed, and proof that it was typed on a page of ours.

Comes in: a request. Goes out: its fields, or a refusal. The proof is a token signed with the service's key and bound to
a random cookie that browsers never send from other sites; it never expires, because the cookie ends with the browser.
"""

import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import Depends, HTTPException, Request
from itsdangerous import BadSignature, URLSafeSerializer

COOKIE = "nabat_form"
FIELD = "form_token"
KEY = "form_key"
"""The field by which a form that is sent again is known: each page gives its forms another one."""
BODY_LIMIT: Final = 64 * 1024
"""Bytes of a form."""
FILE_LIMIT: Final = 4_000_000
"""Bytes of a file that comes with one."""
SECRETS: Final = frozenset({"password", "again", "code"})
"""Fields that are never given back."""
OPEN_FORM: Final = "/report"
"""The form by which anybody tells of a possible leak; it alone may bring a file along."""
WITH_FILE: Final = "multipart/form-data"
_FIELDS = 20
_NUMBER = re.compile(r"[0-9]{1,6}([.,][0-9]{1,6})?")
_VALUE = re.compile(r"[A-Za-z0-9_-]{43}")

Typed = Mapping[str, str]


class Forms:
    """Makes and checks the tokens of forms."""

    def __init__(self, key: bytes) -> None:
        self._serializer = URLSafeSerializer(key, salt="nabat.form.1")

    def key(self, request: Request) -> str:
        """Return the key of a page's forms; parts that follow one another on an open page share theirs."""
        return getattr(request.state, KEY, "") or secrets.token_urlsafe(9)

    def cookie(self, request: Request) -> str:
        """Return the browser's cookie, a new one when it has none."""
        known = request.cookies.get(COOKIE, "")
        return known if _VALUE.fullmatch(known) else secrets.token_urlsafe(32)

    def token(self, cookie: str) -> str:
        """Return the token that a form carries."""
        made = self._serializer.dumps(cookie)
        return made if isinstance(made, str) else made.decode()

    def good(self, request: Request, typed: Typed) -> bool:
        """Tell whether the form was one of ours, shown in the same browser."""
        cookie = request.cookies.get(COOKIE, "")
        try:
            said = self._serializer.loads(typed.get(FIELD, ""))
        except BadSignature:
            return False
        return isinstance(said, str) and bool(cookie) and secrets.compare_digest(said.encode(), cookie.encode())


def moment_typed(text: str, zone: tzinfo) -> datetime | None:
    """Return the moment a form's date field names in the zone people are shown; None when it names none."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def number_typed(text: str) -> float | None:
    """Return the number that a form's field holds, with a point or a comma; None when it holds none."""
    found = _NUMBER.fullmatch(text.strip())
    return float(text.strip().replace(",", ".")) if found else None


def place_typed(text: str) -> int:
    """Return the number by which a form names one of several; of anything else 0, which is none's."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def media_type(request: Request) -> str:
    """Return of what type a body says it is."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def typed(request: Request) -> Typed:
    """Read the fields of a form.

    Raises:
        HTTPException: It is not a form. Its size and time were looked at by the guard.
    """
    if media_type(request) != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    body = await request.body()
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, encoding="utf-8", errors="replace", max_num_fields=_FIELDS
        )
    except ValueError:
        raise HTTPException(400) from None
    fields = {name: value.replace("\r\n", "\n").strip() for name, value in pairs}
    request.state.typed = fields
    return fields


Form = Annotated[Typed, Depends(typed)]
"""What a route takes that a form is sent to."""
