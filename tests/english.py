"""English sentences in what a Russian reads."""

import html
import re

# What stands as it is in any language: commands, places of the configuration, what a log or a person wrote.
_QUOTED = re.compile(r"<(script|style|code|pre|kbd|textarea)\b.*?</\1>|`[^`\n]*`|\"[^\"\n]*\"", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_COMMAND = re.compile(r"\bnabat(?:\.yml:)? [^\n;,§]*")
_THREE_WORDS = re.compile(r"(?<![\w/.@-])[A-Za-z][a-z'’]*(?:[ ,;:()–-]+[A-Za-z][a-z'’]*){2,}")


def english_in(text: str, *names: str) -> list[str]:
    """Return where three or more English words stand in a row; ``names`` are none."""
    if text.lstrip().startswith("<"):
        text = html.unescape(_TAG.sub(" § ", _QUOTED.sub(" § ", text)))
    text = _COMMAND.sub("§", _QUOTED.sub("§", text))
    for name in names:
        text = text.replace(name, "§")
    return _THREE_WORDS.findall(text)
