"""Layouts that are written in code: those of programs whose log format is always the same, or nearly.

Comes in: the layout with ``$name`` in place of each value, and what each name holds. Goes out: ``CompiledLayout``.
"""

from collections.abc import Mapping
from dataclasses import replace

from detector.decode.logformat.items import Field, Item, Literal, Variable, joined
from detector.decode.logformat.layout import CompiledLayout
from detector.decode.logformat.nginx_items import VARIABLE
from detector.decode.logformat.undo_escapes import Escape


def stock(text: str, variables: Mapping[str, Variable], escape: Escape = Escape.NONE) -> CompiledLayout:
    """Return the layout; a name that ``variables`` lack is a label of that name."""
    items: list[Item] = []
    end = 0
    for found in VARIABLE.finditer(text):
        name = found["braced"] or found["plain"]
        variable = replace(variables.get(name, Variable()), key=name)
        items += [Literal(text[end : found.start()]), Field(found[0], found.start() + 1, variable, escape=escape)]
        end = found.end()
    return CompiledLayout(joined([*items, Literal(text[end:])]))
