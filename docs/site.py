"""Hooks of mkdocs.yml: show the files outside docs/ that pages link to.

A link such as ``../rules/access/canary.yml`` leads to the file in the repository. In the site the same file is a page
under ``repository/``: Markdown as it is, anything else as a block of code. Only linked files are shown.
"""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

DOCS = Path(__file__).parent
ROOT = DOCS.parent
OUTSIDE = "repository/"
LINK = re.compile(r"(?<=\]\()(?P<path>[^)\s#:]+)(?P<anchor>#[^)\s]*)?(?=\))")
# GitHub drops the backslash before a pipe in a cell's code, Python-Markdown keeps it.
PIPE = re.compile(r"^\|.*\\\|.*$", re.MULTILINE)
CODE = re.compile(r"`([^`\n]*\\\|[^`\n]*)`")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """List every decision in the navigation."""
    numbered = sorted(path.name for path in (DOCS / "adr").glob("[0-9]*.md"))
    config.nav = _filled(config.nav, [f"adr/{name}" for name in ("README.md", *numbered)])
    return config


def _filled(nav: object, decisions: list[str]) -> object:
    if isinstance(nav, list):
        return [_filled(each, decisions) for each in nav]
    if isinstance(nav, dict):
        return {title: _filled(each, decisions) for title, each in nav.items()}
    return decisions if nav == "adr/" else nav


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add a page for each file outside docs/ that a page links to, and for what those link to."""
    waiting = [DOCS / file.src_uri for file in files.documentation_pages()]
    shown: set[Path] = set()
    while waiting:
        for target in _targets(waiting.pop()):
            if target.is_relative_to(DOCS) or target in shown:
                continue
            shown.add(target)
            files.append(File.generated(config, _uri(target), content=_content(target)))
            if target.suffix == ".md":
                waiting.append(target)
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Let links between docs/ and the rest of the repository lead to the pages of the site."""
    uri = page.file.src_uri
    source = ROOT / uri.removeprefix(OUTSIDE) if uri.startswith(OUTSIDE) else DOCS / uri

    def moved(link: re.Match[str]) -> str:
        target = (source.parent / link["path"]).resolve()
        if not target.is_file():
            return link[0]
        return posixpath.relpath(_uri(target), posixpath.dirname(uri)) + (link["anchor"] or "")

    if not source.is_file():  # a block of code
        return markdown
    return PIPE.sub(lambda row: CODE.sub(_code_with_pipes, row[0]), LINK.sub(moved, markdown))


def _code_with_pipes(code: re.Match[str]) -> str:
    text = code[1].replace("\\|", "|")
    return "<code>" + text.replace("&", "&amp;").replace("<", "&lt;").replace("|", "&#124;") + "</code>"


def _targets(page: Path) -> Iterator[Path]:
    for link in LINK.finditer(page.read_text(encoding="utf-8")):
        target = (page.parent / link["path"]).resolve()
        if target.is_file():
            yield target


def _uri(target: Path) -> str:
    """Return the path of a file's page in the site's sources."""
    if target.is_relative_to(DOCS):
        return target.relative_to(DOCS).as_posix()
    path = target.relative_to(ROOT).as_posix()
    return OUTSIDE + path + ("" if target.suffix == ".md" else ".md")


def _content(target: Path) -> str:
    text = target.read_text(encoding="utf-8")
    if target.suffix == ".md":
        return text
    return f"# {target.relative_to(ROOT).as_posix()}\n\n````{target.suffix.removeprefix('.') or 'text'}\n{text}````\n"
