"""Source text, its formats, and templates: what is filled in is read as the same characters and does nothing."""

import re
import subprocess
import sys
import zipfile
import zlib
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import InputError
from detector.rendering import (
    TEXT_MEDIA,
    Letterhead,
    PdfMissingError,
    RichText,
    SourceTemplates,
    TextFormat,
    escaped,
    glyphless,
    our_letterhead,
    read_logo,
    read_source,
    write_markdown,
    write_text,
)
from detector.rendering.rich_text import Heading, ItemList, Paragraph, Picture, TextTable, plain_of
from detector.settings import OrganizationSettings

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HOSTILE = [
    "<script>alert(1)</script>",
    "</td></tr><tr><td>",
    "{{ 7 * 7 }} {% raw %} {{ organization.__class__ }}",
    "**strong** *and* `code` _under_",
    "# heading",
    "a\n# heading\n- item\n| a | b |\n| --- | --- |",
    "a | b | c",
    "=cmd|' /C calc'!A0",
    "@everyone @channel",
    "[text](http://evil.example) ![x](http://evil.example/x.png)",
    "http://evil.example www.evil.example",
    "1. first",
    "> said",
    "---",
    "\x1b[31mred\x07",
    "\u202egnp.exe\u2066",
    "\ud800",
    "ends with \\",
    "&lt;b&gt; &#60;",
    "<br>",
    "]]> <![CDATA[",
    "a\r\nb\u2028c\x00d",
]


def rich(source: str) -> RichText:
    return read_source(source, language="ru", title="Title <b>")


def shape(text: RichText) -> list[object]:
    return [
        (type(b), getattr(b, "level", 0), len(getattr(b, "items", ())), len(getattr(b, "rows", ())))
        for b in text.blocks
    ]


def source_with(value: str) -> str:
    v = escaped(value)
    return f"# {v}\n\nA {v} *b* {v}\n\n- {v}\n- two\n\n| {v} | h |\n| --- | --- |\n| {v} | c |\n\n> {v}\n"


SHAPE = shape(rich(source_with("x")))


def test_hostile_text_is_read_as_characters_in_every_format(subtests: pytest.Subtests) -> None:
    for value in HOSTILE:
        with subtests.test(value=value):
            text = rich(source_with(value))
            assert shape(text) == SHAPE, "it makes no block of its own"
            _head, paragraph, _items, _table, remark = text.blocks
            assert isinstance(paragraph, Paragraph)
            assert isinstance(remark, Paragraph)
            said = plain_of(remark.runs)
            assert plain_of(paragraph.runs) == f"A {said} b {said}"
            assert [run.text for run in paragraph.runs if run.emphasis] == ["b"]
            assert not [char for char in said if ord(char) < 32 and char != "\n"]
            assert "\u202e" not in said
            assert rich(write_markdown(text)) == text, "Markdown says the same"
            html = write_text(text, TextFormat.HTML, Letterhead(name=value, lines=(value,)), at=AT).decode(
                "utf-8", "replace"
            )
            assert "hyphens" not in html, "whoever copies a cell into a portal gets whole words"
            assert set(re.findall(r"</?([a-z0-9]+)", html)) <= {
                *(
                    "html",
                    "head",
                    "meta",
                    "title",
                    "style",
                    "body",
                    "header",
                    "main",
                    "p",
                    "h1",
                    "em",
                    "ul",
                    "li",
                    "table",
                ),
                *("thead", "tbody", "tr", "th", "td", "br"),
            }
            assert html.count("<tr>") == 2
            assert "td:first-child:nth-last-child(2) { width: 30% }" in html, (
                "of two columns alone: words of three broke apart"
            )
            docx = zipfile.ZipFile(BytesIO(write_text(text, TextFormat.DOCX, Letterhead(name="Example"), at=AT)))
            body = ElementTree.fromstring(docx.read("word/document.xml"))
            names = {each.tag.rpartition("}")[2] for each in body.iter()}
            assert not names & {"instrText", "fldSimple", "fldChar", "hyperlink", "object", "altChunk"}
            assert said.replace("\n", "") in "".join(each.text or "" for each in body.iter() if each.tag.endswith("}t"))


@given(st.lists(st.text(max_size=40), max_size=5))
def test_markdown_that_is_written_reads_as_the_same_blocks(values: list[str]) -> None:
    lines = "\n\n".join(escaped(each) for each in values)
    text = rich(f"## {escaped(''.join(values))}\n\n{lines}\n\n| a | {escaped(''.join(values))} |\n| --- | --- |\n")
    assert rich(write_markdown(text)) == text


def test_blocks_are_what_they_look_like() -> None:
    rest = "| h | i |\n| --- | --- |\n| c |\n\n> remark\n> more\n"
    text = rich(f"# A\n\none\ntwo **b**\n- x\n- y\n\n1. p\n2. q\n\n{rest}")
    heading, paragraph, bullets, numbers, table, remark = text.blocks
    assert isinstance(heading, Heading)
    assert isinstance(paragraph, Paragraph)
    assert plain_of(paragraph.runs) == "one two b"
    assert [run.text for run in paragraph.runs if run.strong] == ["b"]
    assert isinstance(bullets, ItemList)
    assert isinstance(numbers, ItemList)
    assert (bullets.numbered, len(bullets.items), numbers.numbered) == (False, 2, True)
    assert isinstance(table, TextTable)
    assert [[plain_of(cell) for cell in row] for row in table.rows] == [["c", ""]], "a short row is filled up"
    assert isinstance(remark, Paragraph)
    assert (remark.remark, plain_of(remark.runs)) == (True, "remark more")
    dated = rich("04\\.03.2026: x\n\n| h |\n| --- |\n| 04.03.2026: x<br>2. y |\n")
    assert write_text(dated, TextFormat.MARKDOWN, at=AT).decode().splitlines() == [
        "04\\.03.2026: x", "", "| h |", "| --- |", "| 04.03.2026: x<br>2. y |"
    ], "a cell begins no list"  # fmt: skip


def test_a_file_of_word_has_language_title_and_headers_of_tables() -> None:
    body = write_text(rich("# A\n\n1. a\n\n1. b\n\n| h |\n| --- |\n| c |\n"), TextFormat.DOCX, at=AT)
    parts = zipfile.ZipFile(BytesIO(body))
    document, core = parts.read("word/document.xml").decode(), parts.read("docProps/core.xml").decode()
    assert '<w:tblHeader w:val="true"/>' in document
    assert 'w:val="Heading1"' in document
    assert len(set(re.findall(r'<w:numId w:val="(\d+)"', document))) == 2, "each list begins at 1"
    assert '<w:lang w:val="ru-RU"' in parts.read("word/styles.xml").decode()
    assert "<dc:title>Title &lt;b&gt;</dc:title>" in core
    assert "2026-03-02T09:30:00Z" in core


def test_a_file_of_word_is_a4_with_numbered_pages_wide_answers_whole_rows_and_no_lonely_signature() -> None:
    source = "# A\n\n| h | k |\n| --- | --- |\n| c | d |\n\nSigned: ....\n"
    parts = zipfile.ZipFile(BytesIO(write_text(rich(source), TextFormat.DOCX, at=AT)))
    document = parts.read("word/document.xml").decode()
    size = re.search(r'<w:pgSz w:w="(\d+)" w:h="(\d+)"', document)
    assert size is not None
    assert [round(int(each) / 56.7) for each in size.groups()] == [210, 297]
    first, second = map(int, re.findall(r'<w:gridCol w:w="(\d+)"', document))
    assert first / (first + second) == pytest.approx(0.3, abs=0.01)
    assert "<w:cantSplit/>" in document
    *_, row = document.split("<w:tr>")[1:]
    assert row.count("<w:keepNext/>") == 3, "the last row, and the empty line behind the table"
    foot = next(parts.read(name).decode() for name in parts.namelist() if name.startswith("word/footer"))
    assert ("PAGE" in foot, "NUMPAGES" in foot) == (True, True)


def test_of_three_columns_in_a_file_of_word_the_one_with_more_to_say_is_wider() -> None:
    row = f"| 4 Mar 2026, 02:49 | anna | {'the account was blocked, and its sessions ended; ' * 3} |\n"
    source = f"| When | Who | What |\n| --- | --- | --- |\n{row * 5}"
    parts = zipfile.ZipFile(BytesIO(write_text(rich(source), TextFormat.DOCX, at=AT)))
    widths = [int(each) for each in re.findall(r'<w:gridCol w:w="(\d+)"', parts.read("word/document.xml").decode())]
    assert widths[1] < widths[0] < widths[2] / 2
    assert round(sum(widths) / 56.7) == 174


def test_a_column_of_a_file_of_word_has_room_for_its_longest_word() -> None:
    rows = f"| Характеристика базы | {'имя, телефон, адрес, копия паспорта; ' * 4} | не известно |\n"
    source = f"| Сведения | Ответ | Предварительно: почему |\n| --- | --- | --- |\n{rows * 4}"
    parts = zipfile.ZipFile(BytesIO(write_text(rich(source), TextFormat.DOCX, at=AT)))
    widths = [int(each) for each in re.findall(r'<w:gridCol w:w="(\d+)"', parts.read("word/document.xml").decode())]
    assert min(widths[0], widths[2]) / 56.7 > 14 * 2.1, "millimetres of a word of 14 letters"
    assert round(sum(widths) / 56.7) == 174


def test_a_page_that_is_printed_ends_with_more_than_a_signature() -> None:
    html = write_text(rich("# A\n\nSigned: ....\n"), TextFormat.HTML, at=AT).decode()
    assert "main > p:last-child { break-before: avoid }" in html


def test_a_pdf_is_tagged_and_says_its_language_and_title() -> None:
    lacking = glyphless("\u4e2d\U0001f514\U0001d800")
    source = f"# Уведомление\n\n| h |\n| --- |\n| {lacking} |\n\n" + escaped("<img src=file:///etc/passwd>")
    body = write_text(rich(source), TextFormat.PDF, Letterhead(name="Пример"), at=AT)
    assert body.startswith(b"%PDF-")
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", body, re.DOTALL):
        with suppress(zlib.error):
            body += zlib.decompress(packed)
    for mark in (b"/MarkInfo", b"/StructTreeRoot", b"/Lang (ru)", b"pdfuaid"):
        assert mark in body
    assert glyphless(f"Пример, №\u2028 {lacking}{lacking}") == lacking
    assert not [each for each in lacking if each.encode("utf-16-be").hex().encode() in body], "they are numbers"


def test_without_pango_a_pdf_is_refused_and_the_others_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(PdfMissingError, match="apt-get install libpango"):
        write_text(rich("a"), TextFormat.PDF, at=AT)
    for form in set(TextFormat) - {TextFormat.PDF}:
        assert write_text(rich("a"), form, at=AT)
    assert set(TEXT_MEDIA) == set(TextFormat)


def test_a_picture_is_shown_where_a_format_shows_pictures_and_said_where_it_does_not() -> None:
    text = RichText(language="en", title="t", blocks=(Picture('<svg>"</svg>', 'rose & "fell"'),))
    page = write_text(text, TextFormat.HTML, at=AT).decode()
    assert 'src="data:image/svg+xml;base64,' in page
    assert 'alt="rose &amp; &quot;fell&quot;"' in page
    assert write_markdown(text) == '*rose \\& "fell"*\n'
    assert write_text(text, TextFormat.PLAIN, at=AT).decode() == 'rose & "fell"\n'
    word = zipfile.ZipFile(BytesIO(write_text(text, TextFormat.DOCX, at=AT)))
    assert 'rose &amp; "fell"' in word.read("word/document.xml").decode()


def test_plain_text_is_for_people() -> None:
    text = rich("# A_b\n\n| h | i |\n| --- | --- |\n| c | d |\n\n- x")
    assert write_text(text, TextFormat.PLAIN, at=AT).decode() == "A_b\n===\n\nh: c\ni: d\n\n\n- x\n"


def test_a_letterhead_takes_pictures_alone(tmp_path: Path) -> None:
    good, wrong = tmp_path / "logo.png", tmp_path / "logo.svg"
    good.write_bytes(PIXEL)
    wrong.write_text("<svg onload='alert(1)'/>")
    logo = read_logo(good)
    for form in (TextFormat.HTML, TextFormat.DOCX, TextFormat.PDF):
        assert write_text(rich("a"), form, Letterhead(name='A "B"', lines=("c",), logo=logo), at=AT)
    with pytest.raises(InputError, match="neither a PNG nor a JPEG"):
        read_logo(wrong)
    with pytest.raises(InputError, match=r"none\.png: cannot be read"):
        read_logo(tmp_path / "none.png")


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f0005000201"
    "5f0a2db40000000049454e44ae426082"
)


def own(tmp_path: Path, text: str, name: str = "notice") -> SourceTemplates:
    (tmp_path / "en").mkdir(exist_ok=True)
    (tmp_path / "en" / f"{name}.md").write_text(text)
    return SourceTemplates([tmp_path])


VALUES = {"organization": {"name": "A | *B*", "people": ["x"]}, "made_at": "{{ 1 }}\n# h", "fields": []}


def test_what_a_template_fills_in_is_escaped_whatever_way_it_is_made(tmp_path: Path) -> None:
    ways = "{{ x }} {{ '%s' % made_at }} {{ made_at | upper }} {{ ['*', made_at] | join }}"
    templates = own(tmp_path, "{{ made_at }}\n{% set x = made_at ~ '*' %}" + ways)
    text = rich(templates.render("notice", "en", VALUES))
    assert [type(block) for block in text.blocks] == [Paragraph]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "a\n{{ organisation.name }}",
            "notice.md:2: nothing is called 'organisation' here (did you mean organization?)",
        ),
        ("{{ organization.nmae }}", "notice.md:1: organization has no 'nmae' (did you mean name?)"),
        ("a\n\n{% for x in fields %}", "notice.md:3: cannot be read as a template"),
        ("{{ made_at | nofilter }}", "notice.md:1: cannot be read as a template: No filter named 'nofilter'."),
        ("{% macro a() %}{% endmacro %}", "notice.md:1: macros are not for these templates"),
        ("a\n{% include 'notices' %}", "notice.md:2: there is no template 'notices' (did you mean notice?)"),
    ],
)
def test_mistakes_of_own_templates_are_named_with_file_and_line(tmp_path: Path, text: str, said: str) -> None:
    (problem,) = own(tmp_path, text).mistakes()
    assert str(problem).endswith(said) or said in str(problem)


def test_own_templates_nothing_uses_and_folders_that_are_not_there_are_named(tmp_path: Path) -> None:
    assert "nothing uses a template called 'ntice'" in str(*own(tmp_path, "a", "ntice").mistakes())
    assert "there is no such folder" in str(*SourceTemplates([tmp_path / "none"]).mistakes())


@pytest.mark.parametrize(
    "text", ["{{ organization.__class__.__mro__ }}", "{{ ''.format.__globals__ }}", "{{ 1 / 0 }}", "{{ fields[9].a }}"]
)
def test_a_template_reaches_nothing_but_what_it_is_given(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match=r"notice\.md.*cannot be filled in"):
        own(tmp_path, text).render("notice", "en", VALUES)


def test_an_own_template_wins_and_may_extend_the_shipped_one(tmp_path: Path) -> None:
    templates = own(tmp_path, "mine: {{ made_at }}", "notice-bank-4h")
    assert templates.render("notice-bank-4h", "en", VALUES).startswith("mine: ")
    assert list(templates.mistakes()) == []
    with pytest.raises(InputError, match="did you mean notice"):
        templates.render("notic", "en", VALUES)
    with pytest.raises(InputError, match="no template"):
        templates.render("../en/notice", "en", VALUES)


def test_a_link_out_of_the_folder_of_templates_is_named_and_not_used(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("key: 1", encoding="utf-8")
    (tmp_path / "own").mkdir()
    templates = own(tmp_path / "own", "mine", "notice-staff")
    (tmp_path / "own" / "en" / "notice-bank-5h.md").symlink_to(tmp_path / "secret")
    (tmp_path / "own" / "en" / "notice-bank-4h.md").symlink_to("notice-staff.md")
    assert "notice-bank-5h" not in templates.names("en")
    with pytest.raises(InputError, match="no template"):
        templates.render("notice-bank-5h", "en", VALUES)
    assert templates.render("notice-bank-4h", "en", VALUES) == "mine"
    (problem,) = templates.mistakes()
    assert (problem.file.endswith("notice-bank-5h.md"), "a link to a file outside" in problem.what) == (True, True)


def test_shipped_templates_have_no_mistakes_and_stand_in_both_languages() -> None:
    templates = SourceTemplates()
    assert list(templates.shipped_mistakes()) == []
    assert templates.names("en") == templates.names("ru") != frozenset()


def test_what_draws_word_and_pdf_is_not_loaded_until_it_is_asked_for() -> None:
    loaded = "import sys, detector.web.serving.make_app; print({'docx', 'weasyprint'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "set()"


@pytest.mark.parametrize(
    ("language", "registration", "said"),
    [
        ("en", "1020000000000", "INN 7800000000, registration no. 1020000000000"),
        ("ru", "1020000000000", "ИНН 7800000000, рег. № 1020000000000"),
        ("ru", "ОГРН 1020000000000", "ИНН 7800000000, ОГРН 1020000000000"),
        ("fr", "", "INN 7800000000"),
    ],
)
def test_a_letterhead_says_what_each_number_is(language: str, registration: str, said: str) -> None:
    ours = OrganizationSettings(name="Example", inn="7800000000", registration=registration)
    head = our_letterhead(ours, language)
    assert head is not None
    assert head.lines == (said,)
