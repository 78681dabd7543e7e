"""What a text claims of a case: numbers, moments, data, whether it is stopped, who was told; each with its line.

Comes in: a document's text, the titles of data classes. Goes out: claims. A sentence that leaves something open, speaks
of what is to come, or of something else (an annex, the staff) claims nothing of it. Only digits are numbers.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from itertools import chain
from math import inf
from typing import Final

from detector.incident.claims.claim_patterns import PATTERNS, ClaimPatterns
from detector.incident.claims.read_sentences import Sentence, sentences
from detector.messages import Language

_DIGITS: Final = re.compile(r"[^\d.,]")
_DATE: Final = re.compile(r"\b(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)\b|\b(?P<d2>\d\d?)\.(?P<m2>\d\d?)\.(?P<y2>\d{4})\b")
_TIME: Final = re.compile(
    r"(?:\s*[t,]?\s*(?:at |в )?(?P<h>[012]?\d):(?P<min>[0-5]\d)(?::[0-5]\d)?)"
    r"(?:\s*\(?(?P<utc>utc|gmt|z\b)?(?:(?P<sign>[+-])(?P<zh>\d\d):?(?P<zm>\d\d))?\)?)?"
)
_DIGIT: Final = re.compile(r"\d")
_CLAUSE: Final = re.compile(r"[^,]+")
_NEAR: Final = 0.1
_AROUND: Final = 100
"""Characters between a date and the word that says what it is of."""
_SHOWN: Final = 160
_STEM: Final = 5
_POINTS: Final = ",;:."


class ClaimTopic(StrEnum):
    """What a claim is of."""

    PERSONS = "persons"
    RECORDS = "records"
    CLASS_COUNT = "class_count"
    DATA = "data"
    SUSPECTED = "suspected"
    STOPPED = "stopped"
    STOPPED_AT = "stopped_at"
    NOTICED_AT = "noticed_at"
    AWARE_AT = "aware_at"
    FIRST_AT = "first_at"
    LAST_AT = "last_at"
    AUTHORITY_TOLD = "authority_told"
    PEOPLE_TOLD = "people_told"
    CAUSE = "cause"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One thing a text says of the case.

    Attributes:
        line: In which line of the text, from 1.
        said: The words; of what is no number or moment, its sentence.
        name: Of which data class; of a cause, which.
        where: Of a count: where its people live, in small letters as it is said; empty: everywhere.
        least / most: Of a count.
        at: Of a moment: its beginning; without a zone where the text names none. span: how exact it is.
        holds: Of what is or is not.
    """

    topic: ClaimTopic
    line: int
    said: str
    name: str = ""
    where: str = ""
    least: float = 0
    most: float = inf
    at: datetime | None = None
    span: timedelta = timedelta(0)
    holds: bool = True


def read_claims(
    text: str,
    language: Language,
    titles: Mapping[str, str],
    media_type: str = "text/markdown",
    names: Collection[str] = (),
) -> tuple[Claim, ...]:
    """Return what a text claims.

    Args:
        text: As it was filed.
        language: It is written in.
        titles: Of data classes in that language, by their names; of one without a title its count is found by the name.
        media_type: ``text/markdown``, ``text/plain`` or ``text/html``.
        names: Of companies: the words of one ("Example Payments") say nothing of data.
    """
    patterns = PATTERNS[language]
    data = {name: _title(title, language) for name, title in titles.items() if title}
    counted = {name: _title(title or name, language) for name, title in titles.items()}
    named = _any_of(names)
    found = list[Claim]()
    for each in sentences(text, language, media_type):
        if each.unsettled:
            continue
        low = patterns.labels.sub(lambda label: " " * len(label[0]), each.text.lower())
        if named is not None:
            low = named.sub(lambda name: " " * len(name[0]), low)
        around = f"{low} {each.beside}"
        open_ended = bool(patterns.unsure.search(around))
        quantities = _quantities(low, patterns, counted)
        if not open_ended and not patterns.aside.search(around):
            found += _counts(each, low, patterns, counted, quantities)
        if not open_ended and not patterns.ahead.search(around):
            found += _moments(each, low, patterns)
        found += _states(each, low, patterns)
        if not open_ended and not patterns.risk.search(around):
            clauses = list(_CLAUSE.finditer(_without(low, quantities)))
            found += _data(each, low, patterns, data, clauses)
            found += _untouched(each, patterns, titles, data, clauses)
            found += _causes(each, low, patterns)
    return tuple(found)


def _quantities(low: str, patterns: ClaimPatterns, data: Mapping[str, re.Pattern[str]]) -> list[re.Match[str]]:
    """Return where numbers of people or records stand; a number in a title ("Form 1040") counts nothing."""
    for row in data.values():
        low = row.sub(lambda found: _DIGIT.sub("x", found[0]), low)
    return list(patterns.quantity.finditer(low))


def _counts(
    each: Sentence,
    low: str,
    patterns: ClaimPatterns,
    data: Mapping[str, re.Pattern[str]],
    quantities: Iterable[re.Match[str]],
) -> Iterator[Claim]:
    for found in quantities:
        times = next((by for word, by in patterns.times.items() if (found["times"] or "").startswith(word)), 1)
        number = _number(found["number"], patterns.decimal) * times
        first, last = found["from"], found["to"]
        least, most = _interval(patterns.bounds.get(found["bound"] or "", ""), number)
        if first:
            least, most = _number(first, patterns.decimal) * times, number
        elif last:
            least, most = number, _number(last, patterns.decimal) * times
        before = low[: found.start()].rstrip()
        name = ""
        if before.endswith("("):
            ends = ((title, one.end()) for title, row in data.items() for one in row.finditer(before))
            name = next((title for title, end in ends if not before[end:-1].strip()), "")
        elif low.startswith(":", found.end()):
            name = next((title for title, row in data.items() if row.match(low[found.end() + 1 :].lstrip())), "")
        topic = ClaimTopic.RECORDS if found["records"] else ClaimTopic.CLASS_COUNT if name else ClaimTopic.PERSONS
        living = patterns.living.match(low, found.end())
        where = living["where"].strip() if living is not None else ""
        said = each.text[found.start() : found.end() if living is None else living.end()].strip()
        line = each.line_at(found.start())
        yield Claim(topic=topic, line=line, said=said, name=name, where=where, least=least, most=most)


def _interval(bound: str, number: float) -> tuple[float, float]:
    intervals = {
        "least": (number, inf),
        "over": (number + 1, inf),
        "most": (0.0, number),
        "under": (0.0, number - 1),
        "about": (round(number * (1 - _NEAR)), round(number * (1 + _NEAR))),
    }
    return intervals.get(bound, (number, number))


def _number(text: str, decimal: str) -> float:
    digits = _DIGITS.sub("", text)
    whole, _, part = digits.rpartition(decimal) if decimal in digits else (digits, "", "")
    return float(re.sub(r"[.,]", "", whole) + (f".{part}" if part else ""))


def _moments(each: Sentence, low: str, patterns: ClaimPatterns) -> Iterator[Claim]:
    for found in sorted(chain(_DATE.finditer(low), patterns.day.finditer(low)), key=lambda one: one.start()):
        parts = {name: value for name, value in found.groupdict().items() if value}
        year, month, day = (parts.get(name) or parts.get(f"{name}2", "") for name in "ymd")
        number = int(month) if month.isdigit() else patterns.months.get(month[:3], 0)
        clock = _TIME.match(low, found.end())
        end = clock.end() if clock is not None else found.end()
        topic = _topic(low, found.start(), end, patterns)
        if topic is None or low[end:].lstrip().startswith((":", "№")):  # what was done when; a law
            continue
        try:
            at = datetime(int(year), number, int(day))  # noqa: DTZ001 - a zone where the text names one
            if clock is not None:
                at = at.replace(hour=int(clock["h"]), minute=int(clock["min"]), tzinfo=_zone(clock))
        except ValueError:
            continue
        span = timedelta(minutes=1) if clock is not None else timedelta(days=1)
        line = each.line_at(found.start())
        yield Claim(topic=topic, line=line, said=each.text[:_SHOWN], at=at, span=span)


def _zone(clock: re.Match[str]) -> timezone | None:
    if clock["zh"]:
        offset = timedelta(hours=int(clock["zh"]), minutes=int(clock["zm"]))
        return timezone(-offset if clock["sign"] == "-" else offset)
    return UTC if clock["utc"] else None


def _topic(low: str, start: int, end: int, patterns: ClaimPatterns) -> ClaimTopic | None:
    """Return what a date is of: by the nearest word before it, else the first behind it."""
    near = max(0, start - _AROUND)
    words = [(one.end(), topic) for topic, row in patterns.moments.items() for one in row.finditer(low, near, start)]
    if words:
        return ClaimTopic(max(words)[1])
    behind = [
        (one.start(), topic) for topic, row in patterns.moments.items() for one in row.finditer(low, end, end + _AROUND)
    ]
    return ClaimTopic(min(behind)[1]) if behind else None


def _states(each: Sentence, low: str, patterns: ClaimPatterns) -> Iterator[Claim]:
    """Yield what a sentence says of stopping and telling; a mark beside it ("not yet confirmed") denies neither."""
    open_ended = bool(patterns.unsure.search(low))
    said, denied = each.text[:_SHOWN], open_ended or bool(patterns.denied.search(low))
    if (suspected := patterns.suspected.search(low)) is not None:
        yield Claim(topic=ClaimTopic.SUSPECTED, line=each.line_at(suspected.start()), said=said)
    if (going := patterns.going.search(low)) is not None and not denied:
        yield Claim(topic=ClaimTopic.STOPPED, line=each.line_at(going.start()), said=said, holds=False)
    elif patterns.ahead.search(low):
        return
    elif (stopped := patterns.stopped.search(low)) is not None:
        yield Claim(topic=ClaimTopic.STOPPED, line=each.line_at(stopped.start()), said=said, holds=not denied)
    if (told := patterns.told.search(low)) is not None and not open_ended:
        whom = {ClaimTopic.AUTHORITY_TOLD: patterns.authority, ClaimTopic.PEOPLE_TOLD: patterns.people}
        for topic, row in whom.items():
            if row.search(low):
                yield Claim(topic=topic, line=each.line_at(told.start()), said=said, holds=not denied)


def _data(
    each: Sentence,
    low: str,
    patterns: ClaimPatterns,
    data: Mapping[str, re.Pattern[str]],
    clauses: Sequence[re.Match[str]],
) -> Iterator[Claim]:
    told = dict[tuple[int, str], int]()
    for name, row in data.items():
        for found in row.finditer(low):
            # A title may hold a comma itself: it belongs to the clause that it begins in.
            clause = next(place for place, part in enumerate(clauses) if found.start() < part.end())
            told.setdefault((clause, name), found.start())
    for (clause, name), start in sorted(told.items()):
        denied = bool(patterns.denied.search(clauses[clause][0]))
        yield Claim(
            topic=ClaimTopic.DATA, line=each.line_at(start), said=each.text[:_SHOWN], name=name, holds=not denied
        )


def _without(low: str, quantities: Iterable[re.Match[str]]) -> str:
    """Return a sentence without its counts, at their places: "no more than ten people" denies nothing."""
    for found in quantities:
        low = low[: found.start()] + " " * len(found[0]) + low[found.end() :]
    return low


def _untouched(
    each: Sentence,
    patterns: ClaimPatterns,
    titles: Mapping[str, str],
    data: Mapping[str, re.Pattern[str]],
    clauses: Iterable[re.Match[str]],
) -> Iterator[Claim]:
    """Yield the classes of data that a clause says are not concerned, by any word of their titles that tells them."""
    for clause in clauses:
        if not (patterns.denied.search(clause[0]) and patterns.touched.search(clause[0])):
            continue
        for name, title in titles.items():
            words = [word for word in title.lower().split() if len(word) >= _STEM and word not in patterns.common]
            stems = "|".join(re.escape(word[: max(_STEM, len(word) - 2)]) for word in words)
            whole = name in data and data[name].search(clause[0])
            if stems and not whole and (found := re.search(rf"(?<!\w)(?:{stems})", clause[0])) is not None:
                line = each.line_at(clause.start() + found.start())
                yield Claim(topic=ClaimTopic.DATA, line=line, said=each.text[:_SHOWN], name=name, holds=False)


def _causes(each: Sentence, low: str, patterns: ClaimPatterns) -> Iterator[Claim]:
    if patterns.denied.search(low) or patterns.ahead.search(low):
        return
    for cause, row in patterns.causes.items():
        if (found := row.search(low)) is not None:
            yield Claim(topic=ClaimTopic.CAUSE, line=each.line_at(found.start()), said=each.text[:_SHOWN], name=cause)


def _any_of(names: Collection[str]) -> re.Pattern[str] | None:
    """Return by what any of some names is found, the longest first; None: there is none."""
    rows = "|".join(re.escape(each.lower()) for each in sorted(names, key=len, reverse=True) if each)
    return re.compile(rf"(?<!\w)(?:{rows})(?!\w)") if rows else None


def _title(title: str, language: Language) -> re.Pattern[str]:
    """Return by what a class of data is found: its title; in Russian with other endings, too."""
    words = title.lower().split()
    parts = list(map(_other_endings, words)) if language == "ru" else [re.escape(each) for each in words]
    row = r"\s+".join(parts)
    if language == "en" and len(parts) == 2:  # passport copies: copies of passports
        row += rf"|{parts[1]}\s+of\s+(?:(?:the|their)\s+)?{parts[0]}s?"
    return re.compile(rf"(?<!\w)(?:{row})(?!\w)")


def _other_endings(word: str) -> str:
    """Return by what a Russian word of a title is found with other endings; a comma behind it stays where it is."""
    bare = word.rstrip(_POINTS)
    stem = rf"{re.escape(bare[:-2])}\w{{0,4}}" if len(bare) > _STEM else re.escape(bare)
    return stem + re.escape(word[len(bare) :])
