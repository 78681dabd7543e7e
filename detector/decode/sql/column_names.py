"""What the name of a column tells of its values, and a value of a range, where the statement alone is known.

Comes in: a name, in lower case. Goes out: whether it tells one client from others, whether it says yes or no, whether
yes means that the record is out of use, whether few values are shared by all, and whether they are words. Of a value:
whether hardly any other lies below it, or above. The database knows better; a log of statements has no more than this.
"""

import re

from detector.decode.sql.tokens import words

_IDENTIFIES = re.compile(
    r"(?:.*_)?(?:e?mail|phone|tel|mobile|inn|snils|ssn|passport|number|num|no|login|username|account|iban|card|contract"
    r"|uuid|guid|name|surname|id)|[a-z]+(?:id|uuid|guid|email|phone|number|name)"
)
_YES_OR_NO = re.compile(
    r"(?:is|has|can|was|not|allow|allows)_\w+|(?:\w+_)?flag"
    r"|(?:\w+_|is|has)?(?:active|valid|visible|enabled|confirmed|verified|actual|current|subscribed|paid|public)"
)
_OUT_OF_USE = re.compile(
    r"(?:\w*_|is)?(?:inactive|invalid|delet|remov|archive|close|block|bann|disabled|deactivat|cancel|dismiss|terminat|expir"
    r"|anonymi|merg|hidden|locked|ended|(?:left|end|del|dead|test)(?:_|$))\w*"
)
_FEW = words(
    "category citizenship class country currency gender grade kind lang language level locale nationality segment sex"
    " stage state status tenant timezone type tz"
)
_OF_TEXT = re.compile(r"(?:\w*_)?(?:address|city|comment|e?mail|login|surname|username|name)|[a-z]+(?:name|mail)")
_LEAST = re.compile(r"\s*|-\d.*|0\d{3}-\d.*|1[0-8]\d\d-\d.*|19(?:[0-6]\d|70)-\d.*", re.DOTALL)
_FARTHEST = re.compile(r"(?:2[1-9]\d\d|[3-9]\d{3})-\d.*|\d{10,}|[zя~\uffff].*", re.IGNORECASE | re.DOTALL)
"""Empty texts, negative numbers, other centuries; numbers like no other, the last letters."""


def identifies(name: str) -> bool:
    """Tell whether a column tells one client from others, or names another record: many values, a few rows each."""
    return _IDENTIFIES.fullmatch(name) is not None and not says_yes_or_no(name)


def says_yes_or_no(name: str) -> bool:
    """Tell whether a column is a flag."""
    return _YES_OR_NO.fullmatch(name) is not None or is_out_of_use(name)


def is_out_of_use(name: str) -> bool:
    """Tell whether a column says that a record is deleted, closed, blocked, or since when: so are few."""
    return _OUT_OF_USE.fullmatch(name) is not None


def has_few_values(name: str) -> bool:
    """Tell whether all rows share a few values of a column."""
    return not _FEW.isdisjoint((name, *name.split("_")))


def is_of_text(name: str) -> bool:
    """Tell whether the values of a column are words."""
    return _OF_TEXT.fullmatch(name) is not None


def lies_below_all(value: str) -> bool:
    """Tell whether hardly a value of any column is less."""
    return _LEAST.fullmatch(value) is not None


def lies_above_all(value: str) -> bool:
    """Tell whether hardly a value of any column is more."""
    return _FARTHEST.fullmatch(value) is not None
