"""Blocks to one HTML file that loads nothing: for a browser, and what a PDF is made of.

Comes in: ``RichText``, a letterhead. Goes out: a document with its language, headings, and headers of tables marked as
such. Every character of the text is escaped.
"""

from base64 import b64encode
from collections.abc import Iterator
from html import escape

from detector.rendering.letterhead import Letterhead, Logo
from detector.rendering.rich_text import Block, Heading, ItemList, Paragraph, Picture, RichText, Runs, TextTable

_STYLE = """
@page { size: A4; margin: 20mm 18mm 22mm }
@page { @bottom-center { content: counter(page) " / " counter(pages); font-size: 9pt } }
html { font-family: "DejaVu Sans", "Noto Sans", Arial, sans-serif; font-size: 11pt; line-height: 1.45; color: #111 }
body { max-width: 46rem; margin: 0 auto; padding: 0 1rem; overflow-wrap: anywhere }
@media print { body { max-width: none; padding: 0 } }
header { border-bottom: 1px solid #777; padding-bottom: .6rem; margin-bottom: 1.2rem }
header p { margin: 0 } header .name { font-weight: bold } header .more { font-size: 9pt }
header img { max-height: 18mm; max-width: 60mm }
h1 { font-size: 16pt } h2 { font-size: 13pt; margin-top: 1.2em } h3 { font-size: 11pt }
h1, h2, h3, th { break-after: avoid }
.remark { border-left: 3px solid #777; padding-left: .7rem; font-size: 10pt }
table { border-collapse: collapse; width: 100%; font-size: 10pt }
th, td { border: 1px solid #777; padding: .3rem .45rem; text-align: start; vertical-align: top; unicode-bidi: isolate }
th, td { overflow-wrap: break-word }
th:last-child, td:last-child { overflow-wrap: anywhere; min-width: 6.5rem }
th:first-child:nth-last-child(2), td:first-child:nth-last-child(2) { width: 30% }
tr { break-inside: avoid }
main > p:last-child { break-before: avoid }
.picture img { display: block; width: 100%; max-height: 70mm }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def write_html(text: RichText, letterhead: Letterhead | None = None) -> str:
    """Return the text as an HTML document."""
    return "\n".join(_document(text, letterhead)) + "\n"


def _document(text: RichText, letterhead: Letterhead | None) -> Iterator[str]:
    yield "<!doctype html>"
    yield f'<html lang="{escape(text.language)}">'
    yield f'<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width">'
    yield f"<title>{escape(text.title)}</title><style>{_STYLE}</style></head>"
    yield "<body>"
    if letterhead is not None:
        yield from _head(letterhead)
    yield "<main>"
    for block in text.blocks:
        yield from _block(block)
    yield "</main></body></html>"


def _head(letterhead: Letterhead) -> Iterator[str]:
    yield "<header>"
    if letterhead.logo is not None:
        yield f'<p><img src="{_data_uri(letterhead.logo)}" alt="{escape(letterhead.name)}"></p>'
    yield f'<p class="name">{escape(letterhead.name)}</p>'
    for line in letterhead.lines:
        yield f'<p class="more">{escape(line)}</p>'
    yield "</header>"


def _data_uri(logo: Logo) -> str:
    return _data(logo.media_type, logo.body)


def _data(media_type: str, body: bytes) -> str:
    return f"data:{media_type};base64,{b64encode(body).decode()}"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield f"<h{block.level}>{_inline(block.runs)}</h{block.level}>"
        case Paragraph():
            yield f'<p class="remark">{_inline(block.runs)}</p>' if block.remark else f"<p>{_inline(block.runs)}</p>"
        case ItemList():
            name = "ol" if block.numbered else "ul"
            yield f"<{name}>{''.join(f'<li>{_inline(item)}</li>' for item in block.items)}</{name}>"
        case TextTable():
            yield f"<table><thead><tr>{_cells(block.header, '<th scope=col>', '</th>')}</tr></thead><tbody>"
            for row in block.rows:
                yield f"<tr>{_cells(row, '<td>', '</td>')}</tr>"
            yield "</tbody></table>"
        case Picture():
            source = _data("image/svg+xml", block.svg.encode())
            yield f'<p class="picture"><img src="{source}" alt="{escape(block.words)}"></p>'


def _cells(cells: tuple[Runs, ...], opening: str, closing: str) -> str:
    return "".join(f"{opening}{_inline(cell)}{closing}" for cell in cells)


def _inline(runs: Runs) -> str:
    whole = ""
    for run in runs:
        words = escape(run.text).replace("\n", "<br>")
        words = f"<em>{words}</em>" if run.emphasis else words
        whole += f"<strong>{words}</strong>" if run.strong else words
    return whole
