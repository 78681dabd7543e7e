"""HTML to a tagged PDF (PDF/UA-1): its language, title, headings and headers of tables are told to who cannot see it.

Comes in: ``RichText``, a letterhead. Goes out: bytes. Nothing is fetched: no file, no host. The library needs pango,
which is no Python package; where that is missing the other formats go on. A character that no font of the machine has
is written as its number: else it would be an empty box, and nobody could say what stood there.
"""

from html import escape
from typing import TYPE_CHECKING, Any

from detector.errors import NabatError, Problem
from detector.rendering.escape_invisible import numbered
from detector.rendering.letterhead import Letterhead
from detector.rendering.rich_text import RichText
from detector.rendering.write_html import write_html

if TYPE_CHECKING:
    from weasyprint import HTML


class PdfMissingError(NabatError):
    """A PDF was asked for, and what draws the letters is not on this machine."""


def write_pdf(text: RichText, letterhead: Letterhead | None = None) -> bytes:
    """Return the text as a PDF.

    Raises:
        PdfMissingError: Pango is not installed.
    """
    source = write_html(text, letterhead)
    for char in glyphless(source):
        source = source.replace(char, numbered(char))
    return bytes(_page(source).write_pdf(pdf_variant="pdf/ua-1"))


def glyphless(text: str) -> str:
    """Return the characters of a text that no font of this machine has, each once, in their order.

    Raises:
        PdfMissingError: Pango is not installed.
    """
    asked = "".join(sorted({char for char in text if _may_lack(char)}))
    if not asked:
        return ""
    lacking = set[str]()

    def collect(document: Any, pdf: Any) -> None:
        lacking.update(chr(code) for font in document.fonts.values() for code in font.missing)

    _page(escape(" ".join(asked))).write_pdf(finisher=collect)
    return "".join(char for char in asked if char in lacking)


def _may_lack(char: str) -> bool:
    """Say whether a font for European languages may have no picture of a character."""
    return char >= "\u0530" and not "\u2000" <= char < "\u2300"


def _page(source: str) -> "HTML":
    try:
        from weasyprint import HTML  # noqa: PLC0415 - a second, and pango: few runs write one
        from weasyprint.urls import URLFetcher  # noqa: PLC0415 - as above
    except (ImportError, OSError):
        what = "a PDF needs the library pango, which is not on this machine"
        fix = "on Debian and Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0; or write docx, html or md"
        raise PdfMissingError(str(Problem(what=what, fix=fix))) from None
    fetcher = URLFetcher(allowed_protocols=("data",), fail_on_errors=True)
    return HTML(string=source, url_fetcher=fetcher)
