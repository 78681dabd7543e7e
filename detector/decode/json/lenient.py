r"""Read a line that is JSON but for what stands in its texts.

Comes in: a line that strict JSON refuses. Goes out: its object, or None. Three things come from real writers, and a
visitor chooses where they appear: control characters as they are (objects written by hand), escapes that JSON does not
know (nginx without ``escape=json`` and Apache write ``\xHH``), and half a surrogate pair (``\ud83d``, as JavaScript and
Python write what they could not decode). A line refused for them would hide who sent them.
"""

import json
import math
import re
from typing import Any

from detector.decode.columns.unescape import unescape

_ESCAPE = re.compile(
    r"(?P<pair>\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
    r'|(?P<known>\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))'
    r"|(?P<bytes>(?:\\x[0-9a-fA-F]{2})+)"
    r"|(?P<other>\\)",
)


def lenient_object(line: str) -> dict[str, Any] | None:
    """Return the object of a line, None where it is none all the same."""
    if not line.lstrip().startswith("{"):
        return None
    try:
        item = _decoder.decode(_ESCAPE.sub(_meant, line))
    except (ValueError, RecursionError):
        return None
    return item if type(item) is dict else None


def _meant(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "half":
            return "\ufffd"
        case "bytes":
            return json.dumps(unescape(found[0]))[1:-1]
        case "other":
            return "\\\\"
    return found[0]


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(text)
    return number


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


_decoder = json.JSONDecoder(strict=False, parse_constant=_refuse, parse_float=_finite)
