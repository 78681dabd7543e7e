"""The parts of a page that change while it is open: elements with an ``id`` and the mark ``data-live``. Pure.

Comes in: a page of ours as it was rendered. Goes out: its title, and each part as it stands there, by id. Nothing is
rendered anew or unescaped: a part is a piece of the page's text.
"""

from html.parser import HTMLParser
from itertools import accumulate

_EMPTY = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr"})


def parts_of(page: str) -> dict[str, str]:
    """Return the live parts of a page, and its title under an empty name."""
    reader = _PartReader(page)
    reader.feed(page)
    reader.close()
    return reader.parts


class _PartReader(HTMLParser):
    """Remembers where a part begins until its end tag; a part inside another one belongs to that."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: dict[str, str] = {}
        self._page = page
        self._lines = [0, *accumulate(len(line) + 1 for line in page.split("\n"))]
        self._depth, self._begun, self._name = 0, 0, ""
        self._inside: int | None = None
        self._title: int | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _EMPTY:
            return
        said = dict(attrs)
        if tag == "title" and self._title is None and "" not in self.parts:
            self._title = self._place() + len(self.get_starttag_text() or "")
        if self._inside is None and "data-live" in said and said.get("id"):
            self._inside, self._begun, self._name = self._depth, self._place(), said["id"] or ""
        self._depth += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Leave out what ends where it begins."""

    def handle_endtag(self, tag: str) -> None:
        if tag in _EMPTY:
            return
        self._depth -= 1
        if tag == "title" and self._title is not None:
            self.parts[""], self._title = self._page[self._title : self._place()], None
        if self._inside == self._depth:
            end = self._page.index(">", self._place()) + 1
            self.parts[self._name], self._inside = self._page[self._begun : end], None

    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
