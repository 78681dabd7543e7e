"""What a person writes into a field of a notice. Pure.

Comes in: the dossier, a grant, which field, the words. Goes out: the row and the timeline's entry.
"""

import re
from collections.abc import Collection
from datetime import datetime

from detector.errors import ConflictError, InputError, NotFoundError, Problem, did_you_mean
from detector.incident.dossier import Dossier
from detector.incident.granted import granted
from detector.incident.ports import IncidentChanges
from detector.incident.timeline import MAX_TEXT, clean
from detector.schema.notices.notice_fields import NoticeWord
from detector.schema.notices.withdrawals import PREFIX
from detector.schema.team.grants import Grant, PersonAct

_BLANK_LINES = re.compile(r"\n{3,}")


def write_field(
    dossier: Dossier,
    grant: Grant,
    *,
    duty: str,
    field: str,
    value: str,
    reason: str,
    fields: Collection[str],
    words: Collection[NoticeWord],
    now: datetime,
) -> tuple[NoticeWord, IncidentChanges]:
    """Write into a field of a notice, or withdraw what was written.

    Args:
        dossier: The case.
        grant: Of whose word it is.
        duty: ``law/stage``, the name of a form, or ``all``.
        field: Its id.
        value: What it says; empty: what was written before is withdrawn.
        reason: Why.
        fields: What the notice asks for.
        words: What was written before.
        now: When.

    Raises:
        NotFoundError: The notice asks for no such field.
        InputError: The reason is missing, or the words are too long.
        ConflictError: The incident is closed, there is nothing to withdraw, or it says so already.
    """
    by = granted(dossier, grant, PersonAct.DOCUMENT)
    if duty.startswith(PREFIX):
        dossier.must_be_none("nothing of it is withdrawn")
    else:
        dossier.must_be_open("no notice is written for it any more")
    if field not in fields:
        fix = did_you_mean(field, fields) or f"it asks for: {', '.join(fields)}"
        raise NotFoundError(Problem(what=f"{duty} asks for no {field!r}", fix=fix))
    length, reason = len(value), clean(reason)
    value = clean(_BLANK_LINES.sub("\n\n", value.replace("\r\n", "\n")))
    problems = []
    if not reason:
        problems.append(Problem(what="the reason is missing", fix="say how it is known: --reason"))
    if length > MAX_TEXT:
        what = f"{field} has {length} characters, more than {MAX_TEXT}"
        problems.append(Problem(what=what, fix="say the most important, and attach the rest"))
    if problems:
        raise InputError(problems)
    before = [each for each in words if (each.duty, each.field) == (duty, field)]
    if (before[-1].value if before else "") == value:
        what = f"{field} of {duty} says so already" if value else f"nobody wrote into {field} of {duty}"
        raise ConflictError(Problem(what=what, fix="there is nothing to do"))
    number = max((each.number for each in words), default=0) + 1
    word = NoticeWord(
        incident_id=dossier.incident.id,
        number=number,
        duty=duty,
        field=field,
        value=value,
        reason=reason,
        by=grant.person,
        typed_by=grant.typed_by,
        at=now,
    )
    text = dossier.words.wording("incident-entry-notice-written", notice=duty, field=field, reason=reason)
    data = (("notice", duty), ("field", field), ("number", number))
    entry = dossier.changes(dossier.incident, dossier.steps, at=now, kind="notice_written", by=by, text=text, data=data)
    return word, entry
