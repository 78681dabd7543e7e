"""The files of the monthly message: the report of readiness in the reader's language, made when the message goes out.

Comes in: a message, the store, the settings, the time. Goes out: files. They are made anew for each try, so that none
is kept; the report says of which moment it is.
"""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from detector.incident import Playbook
from detector.messages import Language
from detector.rendering import TEXT_MEDIA, PdfMissingError, RichText, TextFormat, our_letterhead, write_text
from detector.runtime.incidents.preparation.readiness_report import readiness_text, readiness_view
from detector.schema.team.delivery import Message, MessageFile
from detector.settings import Settings
from detector.store import Store
from detector.telemetry import Logger

log = Logger("readiness")


def monthly_files(
    message: Message, store: Store, settings: Settings, playbooks: Mapping[str, Playbook], now: datetime
) -> tuple[MessageFile, ...]:
    """Return the report in each of the formats that are asked for; where no PDF can be made, as Markdown."""
    wanted = settings.preparation.monthly_report
    if not wanted:
        return ()
    language: Language = "ru" if message.language == "ru" else "en"
    with store.read() as unit:
        view = readiness_view(unit, settings, playbooks, now)
    text = readiness_text(view, settings, language, now)
    files = {each.media_type: each for each in (_file(text, TextFormat(form), settings, now) for form in wanted)}
    return tuple(files.values())


def _file(text: RichText, form: TextFormat, settings: Settings, now: datetime) -> MessageFile:
    try:
        body = write_text(text, form, our_letterhead(settings.organization, text.language), at=now)
    except PdfMissingError:
        log.warning("report_as_markdown", why="pango is not installed: no PDF can be made")
        return _file(text, TextFormat.MARKDOWN, settings, now)
    day = now.astimezone(ZoneInfo(settings.timezone)).date().isoformat()
    return MessageFile(f"readiness-{day}.{form.value}", TEXT_MEDIA[form], body)
