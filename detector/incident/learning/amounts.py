"""Amounts of money as people type them: ``40000 EUR``, ``1 200 000 RUB``.

Comes in: text. Goes out: whole units of a currency. Fractions are left out on purpose: a budget is no invoice.
"""

import re
from typing import Final

from detector.errors import InputError, Problem
from detector.schema.learning.corrective_actions import Amount

MOST: Final = 10**15
"""More than this is a slip of the pen."""
_FORM = re.compile(r"([0-9][0-9 _,]*) *([A-Za-z]{3})")


def parse_amount(text: str) -> Amount:
    """Return an amount.

    Raises:
        InputError: It is none.
    """
    found = _FORM.fullmatch(text.strip())
    units = int(re.sub(r"[ _,]", "", found[1])) if found else MOST + 1
    if found is None or units > MOST:
        what = f"{text[:60]!r} is no amount of money"
        raise InputError(Problem(what=what, fix="whole units and three letters of the currency: 40000 EUR"))
    return Amount(units=units, currency=found[2].upper())
