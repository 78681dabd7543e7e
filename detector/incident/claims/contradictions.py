"""What a document claims and the case does not bear out: which line, and what is established now. Pure.

Comes in: claims, all that is known of the case. Goes out: contradictions. A text may say less exactly what is known,
never more: "at least 100 people" stands beside a count of 100 to 140, "120 people" does not.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from math import inf
from typing import Final

from detector.incident.claims.read_claims import Claim, ClaimTopic
from detector.incident.duty.law_people import LawPlaces
from detector.incident.letters.mailing_acts import AUTHORITY_STEPS
from detector.incident.notices.answers.extent_answers import (
    class_and_count,
    count_of_records,
    persons_living,
    records_living,
)
from detector.incident.notices.notice_facts import NoticeFacts
from detector.schema.case.duties import DutyState

_COUNTS: Final = frozenset({ClaimTopic.PERSONS, ClaimTopic.RECORDS, ClaimTopic.CLASS_COUNT})
Established = Callable[[Claim, NoticeFacts, tuple[tzinfo, ...]], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """A claim that the case does not bear out.

    Attributes:
        claim: It.
        now: What is established, in the language of the facts.
    """

    claim: Claim
    now: str


def contradictions(
    claims: Iterable[Claim], facts: NoticeFacts, zones: Iterable[tzinfo] = ()
) -> Iterator[Contradiction]:
    """Yield the claims that the case does not bear out, in their order.

    Args:
        claims: Of one text.
        facts: What is known of the case; under a law about residents, as its notice says it: a number that says
            nothing of where people live may be of all, or of those whom that law is about.
        zones: In which a moment without one may be meant, beside that of the facts.
    """
    meant = (facts.zone, *zones)
    for claim in claims:
        now = _ESTABLISHED[claim.topic](claim, facts, meant)
        if now and not _counts_a_part(claim, facts, meant):
            yield Contradiction(claim=claim, now=now)


def _counts_a_part(claim: Claim, facts: NoticeFacts, zones: tuple[tzinfo, ...]) -> bool:
    """Tell whether a text that speaks of clients of others, too, says how many these, or our own, are."""
    if claim.topic not in _COUNTS or not facts.among_others:
        return False
    if not _ESTABLISHED[claim.topic](claim, replace(facts, ours=True), zones):
        return True
    theirs = {ClaimTopic.PERSONS: facts.of_others, ClaimTopic.RECORDS: facts.scope.records_of_others}.get(claim.topic)
    return theirs is not None and claim.least <= theirs <= claim.most


def left_out(claims: Iterable[Claim], facts: NoticeFacts) -> tuple[str, ...]:
    """Return the classes of data that a text leaves out which names others of the case; nothing where it names none."""
    named = {each.name for each in claims if each.topic is ClaimTopic.DATA and each.holds}
    touched = [each for each in facts.data_classes if each in facts.classes]
    return tuple(each for each in touched if each not in named) if named & set(touched) else ()


def disagree(one: Claim, other: Claim) -> bool:
    """Tell whether two claims cannot both be true."""
    if one.topic is other.topic is ClaimTopic.CAUSE:
        return one.name != other.name
    if (one.topic, one.name, one.where) != (other.topic, other.name, other.where):
        return False
    if one.at is not None and other.at is not None:
        if (one.at.tzinfo is None) is not (other.at.tzinfo is None):
            return False
        return one.at + one.span <= other.at or other.at + other.span <= one.at
    return one.holds is not other.holds or one.most < other.least or other.most < one.least


def _meant(claim: Claim, facts: NoticeFacts) -> tuple[LawPlaces | None, ...]:
    """Return of whom a count may be: of those whom it says, else of all, or whom the law of its text is about."""
    if not claim.where:
        return tuple(dict.fromkeys((None, facts.places)))
    known = dict.fromkeys((*facts.law_places, *((facts.places,) if facts.places is not None else ())))
    return tuple(each for each in known if any(_begins(claim.where, words.lower()) for words in each.words))


def _begins(said: str, words: str) -> bool:
    return said.startswith(words) and not said[len(words) : len(words) + 1].isalnum()


def _persons(claim: Claim, facts: NoticeFacts, _: tuple[tzinfo, ...]) -> str:
    def bounds(places: LawPlaces | None) -> tuple[float, float]:
        who = facts.living(places)
        return who.low, who.most if facts.everybody.most else inf

    return _count(claim, facts, bounds, lambda places: persons_living(facts, places).text)


def _records(claim: Claim, facts: NoticeFacts, _: tuple[tzinfo, ...]) -> str:
    def bounds(places: LawPlaces | None) -> tuple[float, float]:
        least, most = count_of_records(facts, places)
        return least, most if facts.scope.record_high else inf

    return _count(claim, facts, bounds, lambda places: records_living(facts, places).text)


def _class_count(claim: Claim, facts: NoticeFacts, _: tuple[tzinfo, ...]) -> str:
    def bounds(places: LawPlaces | None) -> tuple[float, float]:
        who = facts.living_of_class(places, claim.name)
        return (who.low, who.most) if who is not None else (0, inf)

    return _count(claim, facts, bounds, lambda places: class_and_count(facts, claim.name, places).text)


def _count(
    claim: Claim,
    facts: NoticeFacts,
    bounds: Callable[[LawPlaces | None], tuple[float, float]],
    now: Callable[[LawPlaces | None], str],
) -> str:
    """Return what is established of a count; empty: it agrees, or nobody can say of whom it is."""
    meant = _meant(claim, facts)
    for places in meant:
        least, most = bounds(places)
        if claim.least <= least and claim.most >= (inf if facts.scope.uncounted else most):
            return ""
    return (now(meant[0]) or facts.words.text("check-not-counted")) if meant else ""


def _data(claim: Claim, facts: NoticeFacts, _: tuple[tzinfo, ...]) -> str:
    touched = claim.name in facts.scope.data_classes
    if touched is claim.holds:
        return ""
    return facts.words.text("check-data", title=facts.class_title(claim.name), touched="yes" if touched else "no")


def _suspected(_: Claim, facts: NoticeFacts, __: tuple[tzinfo, ...]) -> str:
    at = facts.incident.aware_at
    return facts.words.text("check-confirmed", time=facts.moment(at)) if at is not None else ""


def _stopped(claim: Claim, facts: NoticeFacts, _: tuple[tzinfo, ...]) -> str:
    at = facts.flow_stopped
    if claim.holds is (at is not None):
        return ""
    return facts.t("stopped", time=facts.moment(at)) if at is not None else facts.t("not-stopped")


def _moment(known: Callable[[NoticeFacts], Iterable[datetime | None]]) -> Established:
    def established(claim: Claim, facts: NoticeFacts, zones: tuple[tzinfo, ...]) -> str:
        moments = [each for each in known(facts) if each is not None]
        if not moments:
            return facts.words.text("check-no-moment")
        return "" if any(_is_at(claim, each, zones) for each in moments) else facts.moment(moments[0])

    return established


def _is_at(claim: Claim, known: datetime, zones: tuple[tzinfo, ...]) -> bool:
    if claim.at is None:
        return True
    meant = [claim.at] if claim.at.tzinfo is not None else [claim.at.replace(tzinfo=zone) for zone in zones]
    return any(each <= known < each + claim.span for each in meant)


def _authority_told(claim: Claim, facts: NoticeFacts, _: tuple[tzinfo, ...]) -> str:
    done = [each for each in facts.duties if each.state is DutyState.DONE and each.step in AUTHORITY_STEPS]
    told = bool(done) or any(map(facts.done, AUTHORITY_STEPS))
    return _told(told, claim, facts, "check-authority")


def _people_told(claim: Claim, facts: NoticeFacts, _: tuple[tzinfo, ...]) -> str:
    by_law = any(each.step == "N4" and each.state is DutyState.DONE for each in facts.duties)
    return _told(facts.people_told is not None or by_law, claim, facts, "check-people")


def _cause(claim: Claim, facts: NoticeFacts, _: tuple[tzinfo, ...]) -> str:
    if facts.cause.value == claim.name:
        return ""
    return facts.words.text("check-cause", cause=facts.words.text(f"web-cause-{facts.cause.value.replace('_', '-')}"))


def _told(told: bool, claim: Claim, facts: NoticeFacts, message: str) -> str:
    return "" if told is claim.holds else facts.words.text(message, told="yes" if told else "no")


_ESTABLISHED: Final[Mapping[ClaimTopic, Established]] = {
    ClaimTopic.PERSONS: _persons,
    ClaimTopic.RECORDS: _records,
    ClaimTopic.CLASS_COUNT: _class_count,
    ClaimTopic.DATA: _data,
    ClaimTopic.SUSPECTED: _suspected,
    ClaimTopic.STOPPED: _stopped,
    ClaimTopic.STOPPED_AT: _moment(lambda facts: (facts.flow_stopped,)),
    ClaimTopic.NOTICED_AT: _moment(
        lambda facts: (
            facts.incident.noticed_at, facts.incident.shown_at, facts.incident.reported_at, facts.incident.opened_at
        )
    ),
    ClaimTopic.AWARE_AT: _moment(lambda facts: (facts.incident.aware_at,)),
    ClaimTopic.FIRST_AT: _moment(lambda facts: (facts.scope.first_event_at or facts.incident.first_event_at,)),
    ClaimTopic.LAST_AT: _moment(lambda facts: (facts.scope.last_event_at or facts.incident.last_event_at,)),
    ClaimTopic.AUTHORITY_TOLD: _authority_told,
    ClaimTopic.PEOPLE_TOLD: _people_told,
    ClaimTopic.CAUSE: _cause,
}  # fmt: skip
