"""HTML to a tagged PDF (PDF/UA-1): its language, title, headings and headers of tables are told to who cannot see it.

Comes in: ``RichText``, a letterhead. Goes out: bytes. Nothing is fetched: no file, no host. The library needs pango,
which is no Python package; where that is missing the other formats go on.
"""

from detector.errors import NabatError, Problem
from detector.rendering.letterhead import Letterhead
from detector.rendering.rich_text import RichText
from detector.rendering.write_html import write_html


class PdfMissingError(NabatError):
    """A PDF was asked for, and what draws the letters is not on this machine."""


def write_pdf(text: RichText, letterhead: Letterhead | None = None) -> bytes:
    """Return the text as a PDF.

    Raises:
        PdfMissingError: Pango is not installed.
    """
    try:
        from weasyprint import HTML  # noqa: PLC0415 - a second, and pango: few runs write one
        from weasyprint.urls import URLFetcher  # noqa: PLC0415 - as above
    except (ImportError, OSError):
        what = "a PDF needs the library pango, which is not on this machine"
        fix = "on Debian and Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0; or write docx, html or md"
        raise PdfMissingError(str(Problem(what=what, fix=fix))) from None
    fetcher = URLFetcher(allowed_protocols=("data",), fail_on_errors=True)
    page = HTML(string=write_html(text, letterhead), url_fetcher=fetcher)
    return bytes(page.write_pdf(pdf_variant="pdf/ua-1"))
