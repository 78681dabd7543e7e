"""Notices: the fields a law asks for, each filled, estimated or missing, and what people write into them.

Comes in: nothing. Goes out: values. What people write is added and never changed; a draft is kept with the version of
the document that was made of it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

ALL_NOTICES: Final = "all"
"""Where a duty would stand of what somebody writes for every notice of a case that asks for the field."""


class FieldState(StrEnum):
    """How far a field is filled in."""

    FILLED = "filled"
    ESTIMATED = "estimated"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeField:
    """One thing a law asks for, as it is known.

    Attributes:
        id: As the law's pack has it.
        title: In the notice's language.
        state: How far it is known.
        value: In the notice's language; empty: nothing is known.
        why: Of an estimate: why it is one.
        by: Whose word it is; empty: it is computed, or configured.
        roles: Of what is missing: who can give it.
        command: Of what is missing or estimated: how it is given.
    """

    id: str
    title: str
    state: FieldState
    value: str = ""
    why: str = ""
    by: str = ""
    roles: tuple[str, ...] = ()
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWord:
    """What a person writes into a field of a notice; the newest counts, the others stay.

    Attributes:
        number: In the incident, from 1.
        duty: ``law/stage``, or the name of a form; ``ALL_NOTICES``: in every notice that asks for the field.
        value: Empty: what was written before is withdrawn.
        by: Whose word it is. typed_by: who gave it for them.
    """

    incident_id: str
    number: int
    duty: str
    field: str
    value: str
    reason: str
    by: str
    typed_by: str = ""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDraft:
    """What a version of a notice was made of.

    Attributes:
        document_id / version: Of which version.
        duty: ``law/stage``, or the name of a form.
        scope_version: Of which version of the scope its numbers are; 0: there was none.
        template: The text it was filled into.
        fields: As they were.
    """

    incident_id: str
    document_id: str
    version: int
    duty: str
    language: str
    scope_version: int
    template: str
    fields: tuple[NoticeField, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field that differs between two drafts; an empty side: it was not known, or not asked."""

    id: str
    title: str
    before: str
    after: str


def changed_fields(before: tuple[NoticeField, ...], after: tuple[NoticeField, ...]) -> tuple[FieldChange, ...]:
    """Return which fields say something else, in the order of the later draft."""
    known = {each.id: each.value for each in before}
    return tuple(
        FieldChange(id=each.id, title=each.title, before=known.get(each.id, ""), after=each.value)
        for each in after
        if known.get(each.id, "") != each.value
    )
