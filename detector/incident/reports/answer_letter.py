"""The first answer to whoever told us: a letter drafted from the report alone. Pure.

It says that the report came, when, under which number, and until when more will be said; it promises nothing that is
not known, blames nobody and tells nothing of the case.
"""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from detector.messages import messages
from detector.schema.case.documents import DocumentKind, NewDocument
from detector.schema.outside.outside_reports import OutsideReport

_ANSWER: Final = timedelta(days=30)


def answer_letter(
    report: OutsideReport, *, organization: str, zone: ZoneInfo, due: datetime | None, duty: str = ""
) -> NewDocument:
    """Return the draft of the answer, in the language of the report.

    Args:
        report: What is answered.
        organization: Who answers.
        zone: In which days are written.
        due: Until when an answer is owed; None: no law says it, and 30 days are promised.
        duty: ``law/stage`` that it fulfils.
    """
    say = messages("ru" if report.language == "ru" else "en")
    moments = {"received": report.received_at, "until": due or report.received_at + _ANSWER}
    args = {"number": report.id, **{name: f"{each.astimezone(zone):%Y-%m-%d}" for name, each in moments.items()}}
    names = ("greeting", "received", "doing", "care", "until", "close")
    title = say.text("report-letter-title", **args)
    paragraphs = [say.text(f"report-letter-{name}", **args) for name in names]
    signed = organization or say.text("report-letter-signature")
    body = "\n\n".join((f"# {title}", *paragraphs, signed)) + "\n"
    return NewDocument(
        kind=DocumentKind.LETTER,
        language=report.language,
        title=title,
        media_type="text/markdown",
        body=body.encode(),
        duty=duty,
        names_clients=True,
    )
