"""Places by which laws are chosen: countries by their two letters (ISO 3166-1), regions of them, and the EU.

Comes in: a code as a person writes it. Goes out: what is wrong with it. A code of no country would match no law, and
rule every one out in silence.
"""

from functools import cache
from importlib.resources import files
from typing import Final

EU: Final = "EU"
PLACE: Final = r"[A-Z]{2}(-[A-Z0-9]{1,3})?"
"""What is written as one, whether there is such a place or not."""
# Written often, and the codes of no country.
_MEANT: Final = {"UK": "GB", "EL": "GR"}


@cache
def _countries() -> frozenset[str]:
    """Return the codes of all countries, which stand beside the time zones."""
    lines = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8").splitlines()
    return frozenset(line[:2] for line in lines if line[2:3] == "\t")


def unknown_place(value: str) -> tuple[str, str] | None:
    """Return what is wrong with the code of a country, of a region of one, or of the EU, and what to write instead."""
    country = value.partition("-")[0]
    if value == EU or country in _countries():
        return None
    return f"no country has the code {country!r}", f"write {_MEANT.get(country, 'one of two letters, like FR or GB')}"
