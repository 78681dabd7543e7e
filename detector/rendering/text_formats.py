"""The formats a text is written in, and their media types."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from detector.rendering.letterhead import Letterhead
from detector.rendering.rich_text import RichText
from detector.rendering.write_docx import write_docx
from detector.rendering.write_html import write_html
from detector.rendering.write_markdown import write_markdown, write_plain
from detector.rendering.write_pdf import write_pdf


class TextFormat(StrEnum):
    """What a text can be written as."""

    MARKDOWN = "md"
    PLAIN = "txt"
    HTML = "html"
    DOCX = "docx"
    PDF = "pdf"


TEXT_MEDIA: Final = {
    TextFormat.MARKDOWN: "text/markdown",
    TextFormat.PLAIN: "text/plain",
    TextFormat.HTML: "text/html",
    TextFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    TextFormat.PDF: "application/pdf",
}
"""Media types of the formats."""


def write_text(text: RichText, form: TextFormat, letterhead: Letterhead | None = None, *, at: datetime) -> bytes:
    """Return a text in a format.

    Args:
        text: What it says.
        form: Which.
        letterhead: Whose it is; plain text and Markdown have none.
        at: When it was made, where the format says so.

    Raises:
        PdfMissingError: A PDF, and pango is not installed.
    """
    match form:
        case TextFormat.DOCX:
            return write_docx(text, letterhead, at=at)
        case TextFormat.PDF:
            return write_pdf(text, letterhead)
        case TextFormat.HTML:
            return write_html(text, letterhead).encode()
        case TextFormat.PLAIN:
            return write_plain(text).encode()
        case TextFormat.MARKDOWN:
            return write_markdown(text).encode()
