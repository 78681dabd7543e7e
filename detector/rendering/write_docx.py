"""Blocks to a file of Word (Office Open XML), with styles, language, and headers of tables that repeat.

Comes in: ``RichText``, a letterhead, a moment. Goes out: bytes. No character of the text becomes a field or a formula:
text is set as text.
"""

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Final

from detector.rendering.letterhead import Letterhead
from detector.rendering.rich_text import (
    Block,
    Heading,
    ItemList,
    Paragraph,
    Picture,
    RichText,
    Runs,
    TextRun,
    TextTable,
)

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph as WordParagraph

_LANGUAGES: Final = {"en": "en-GB", "ru": "ru-RU"}
_LOGO_INCHES: Final = 1.6
_PAGE_MM: Final = {
    "page_width": 210,
    "page_height": 297,
    "left_margin": 18,
    "right_margin": 18,
    "top_margin": 20,
    "bottom_margin": 22,
}
"""A4, as a PDF has it."""
_TEXT_MM: Final = 174
_LETTER_MM, _EDGES_MM = 2.1, 4.0
"""A letter's width at most but for capitals, and both edges of a cell."""
_QUESTION: Final = 0.3
"""Of the width, for the first of two columns: what is asked is short, what is answered is not."""
_SHORT, _LONG = 10, 60
"""Characters of a cell, on average: a column of shorter ones is as wide as of these, and one of longer ones too."""


def write_docx(text: RichText, letterhead: Letterhead | None = None, *, at: datetime) -> bytes:
    """Return the text as a file of Word.

    Args:
        text: What it says.
        letterhead: Whose it is; None: no head.
        at: When it was made, as its properties say.
    """
    from docx import Document as new_document  # noqa: PLC0415 - 0.2 s, and few runs write one

    document = new_document()
    _set_properties(document, text, letterhead, at)
    _set_pages(document)
    if letterhead is not None:
        _add_head(document, letterhead)
    for block in text.blocks:
        _add_block(document, block)
    _keep_end_together(document)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _set_properties(document: "Document", text: RichText, letterhead: Letterhead | None, at: datetime) -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415 - as above
    from docx.oxml.ns import qn  # noqa: PLC0415 - as above

    said = document.core_properties
    said.title, said.language = text.title[:255], text.language
    said.author = said.last_modified_by = letterhead.name[:255] if letterhead is not None else ""
    said.comments, said.created, said.modified = "", at.astimezone(UTC), at.astimezone(UTC)
    code = _LANGUAGES.get(text.language, text.language)
    language = OxmlElement("w:lang")
    for name in ("w:val", "w:eastAsia", "w:bidi"):
        language.set(qn(name), code)
    style = document.styles["Normal"].element.get_or_add_rPr()
    style.append(language)
    defaults = document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    if defaults is not None:
        defaults.set(qn("w:val"), code)


def _set_pages(document: "Document") -> None:
    """Set the size of pages, and number them: ``2 / 3``."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 - as above
    from docx.oxml.ns import qn  # noqa: PLC0415 - as above
    from docx.shared import Mm  # noqa: PLC0415 - as above

    section = document.sections[0]
    for name, size in _PAGE_MM.items():
        setattr(section, name, Mm(size))
    foot = section.footer.paragraphs[0]
    foot.alignment = 1
    for n, field in enumerate(("PAGE", "NUMPAGES")):
        if n:
            foot.add_run(" / ")
        number = OxmlElement("w:fldSimple")
        number.set(qn("w:instr"), field)
        foot._p.append(number)


def _add_head(document: "Document", letterhead: Letterhead) -> None:
    from docx.shared import Inches, Pt  # noqa: PLC0415 - as above

    head = document.sections[0].header
    first = head.paragraphs[0]
    if letterhead.logo is not None:
        picture = first.add_run().add_picture(BytesIO(letterhead.logo.body), width=Inches(_LOGO_INCHES))
        picture._inline.docPr.set("descr", letterhead.name)
        first = head.add_paragraph()
    first.add_run(letterhead.name).bold = True
    for line in letterhead.lines:
        head.add_paragraph().add_run(line).font.size = Pt(9)


def _add_block(document: "Document", block: Block) -> None:
    match block:
        case Heading():
            _add_runs(document.add_heading(level=block.level), block.runs)
        case Paragraph():
            _add_runs(document.add_paragraph(style="Quote" if block.remark else None), block.runs)
        case ItemList():
            number = _numbering(document) if block.numbered else None
            for item in block.items:
                paragraph = document.add_paragraph(style="List Number" if block.numbered else "List Bullet")
                if number is not None:
                    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
                    properties.get_or_add_numId().val = number
                    properties.get_or_add_ilvl().val = 0
                _add_runs(paragraph, item)
        case TextTable():
            _add_table(document, block)
        case Picture():
            _add_runs(document.add_paragraph(), (TextRun(block.words, emphasis=True),))


def _keep_end_together(document: "Document") -> None:
    """Keep the last paragraph, where people sign, on the page of what stands before it."""
    from docx.table import Table  # noqa: PLC0415 - as above

    for each in list(document.iter_inner_content())[-3:-1]:  # a table, and the empty paragraph behind it
        last = [one for cell in each.rows[-1].cells for one in cell.paragraphs] if isinstance(each, Table) else [each]
        for paragraph in last:
            paragraph.paragraph_format.keep_with_next = True


def _numbering(document: "Document") -> int:
    """Return the id of a numbering of its own, which begins at 1."""
    from docx.oxml.ns import qn  # noqa: PLC0415 - as above

    style = document.styles["List Number"].element
    used = style.find(f".//{qn('w:numId')}").get(qn("w:val"))
    numbering = document.part.numbering_part.element
    kept = next(each for each in numbering.num_lst if str(each.numId) == used)
    new = numbering.add_num(kept.abstractNumId.val)
    new.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(new.numId)


def _add_table(document: "Document", block: TextTable) -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415 - as above
    from docx.oxml.ns import qn  # noqa: PLC0415 - as above
    from docx.shared import Mm  # noqa: PLC0415 - as above

    table = document.add_table(rows=1, cols=len(block.header), style="Table Grid")
    for cell, runs in zip(table.rows[0].cells, block.header, strict=True):
        _fill(cell, runs, strong=True)
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row in block.rows:
        added = table.add_row()
        added._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, runs in zip(added.cells, row, strict=True):
            _fill(cell, runs)
    table.autofit = False
    for column, share in zip(table.columns, _shares(block), strict=True):
        for cell in column.cells:
            cell.width = Mm(_TEXT_MM * share)
        column.width = Mm(_TEXT_MM * share)
    document.add_paragraph()


def _shares(block: TextTable) -> list[float]:
    """Return the share of the width that each column has: of more than two by how much stands in a cell of it.

    Its longest word has room, but of what is longer than a column as wide as the others.
    """
    if len(block.header) == 2:
        return [_QUESTION, 1 - _QUESTION]
    rows = (block.header, *block.rows)
    sizes = [sum(len(run.text) for row in rows for run in row[at]) / len(rows) for at in range(len(block.header))]
    weights = [min(max(size, _SHORT), _LONG) for size in sizes]
    words = [max((len(word) for row in rows for run in row[at] for word in run.text.split()), default=0)
             for at in range(len(block.header))]  # fmt: skip
    least = [min(word * _LETTER_MM + _EDGES_MM, _TEXT_MM / len(words)) / _TEXT_MM for word in words]
    rest = 1 - sum(least)
    return [low + rest * weight / sum(weights) for low, weight in zip(least, weights, strict=True)]


def _fill(cell: "_Cell", runs: Runs, *, strong: bool = False) -> None:
    _add_runs(cell.paragraphs[0], runs, strong=strong)


def _add_runs(paragraph: "WordParagraph", runs: Runs, *, strong: bool = False) -> None:
    for run in runs:
        made = paragraph.add_run(run.text)
        made.bold, made.italic = (run.strong or strong) or None, run.emphasis or None
