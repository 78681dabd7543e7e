"""Texts for people outside: templates to source text, source text to Markdown, HTML, Word and PDF.

Comes in: a template's name, values, a letterhead. Goes out: bytes. Every value is hostile until it is escaped, and it
is escaped once, where it is filled in. The libraries of Word and PDF are loaded when such a file is written.
"""

from detector.rendering.escape_invisible import numbered, visible
from detector.rendering.letterhead import Letterhead, Logo, our_letterhead, read_logo
from detector.rendering.read_source import read_source
from detector.rendering.rich_text import Paragraph, Picture, RichText, plain_of
from detector.rendering.source_templates import SourceTemplates, escaped
from detector.rendering.template_kinds import ORGANIZATION_NAMES, TEMPLATE_KINDS, TemplateKind
from detector.rendering.text_formats import TEXT_MEDIA, TextFormat, write_text
from detector.rendering.write_markdown import write_markdown
from detector.rendering.write_pdf import PdfMissingError, glyphless

__all__ = [
    "ORGANIZATION_NAMES",
    "TEMPLATE_KINDS",
    "TEXT_MEDIA",
    "Letterhead",
    "Logo",
    "Paragraph",
    "PdfMissingError",
    "Picture",
    "RichText",
    "SourceTemplates",
    "TemplateKind",
    "TextFormat",
    "escaped",
    "glyphless",
    "numbered",
    "our_letterhead",
    "plain_of",
    "read_logo",
    "read_source",
    "visible",
    "write_markdown",
    "write_text",
]
