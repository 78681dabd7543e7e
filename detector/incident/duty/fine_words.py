"""Titles of laws and fines in English and Russian; legal content never stands there without how sure we are of it.

Comes in: laws, and what their fines come to in a case. Goes out: pairs of texts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from detector.incident.duty.applicability import law_applies
from detector.incident.duty.deadlines import Terms
from detector.incident.duty.fines import FineReach, fine_of, spares_processors
from detector.incident.duty.regulations import FineTier, Regulation
from detector.messages import messages
from detector.schema.case.duties import DutyVerdict
from detector.schema.case.incidents import Incident
from detector.schema.learning.corrective_actions import Amount

Both = tuple[str, str]
_NONE = ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class PossibleFine:
    """What failing may cost under a law, in English and Russian.

    Attributes:
        law: What it is called.
        article: Where the fine stands.
        fine: By the numbers of the case; empty: it names none, or they reach none.
        formula: How that follows from the numbers, a sentence each.
        penalties: What it says in general; empty: nothing is known.
    """

    law: Both
    article: Both
    fine: Both
    formula: tuple[Both, ...]
    penalties: Both


def law_title(law: Regulation) -> Both:
    """Return what a law is called."""
    return marked(law.title.en, law.title.ru, law.verified.mark)


def possible_fines(incident: Incident, terms: Terms, turnover: Amount | None = None) -> tuple[PossibleFine, ...]:
    """Return what failing may cost in a case, law by law; of laws that do not bind us in it nothing.

    Laws whose fines stand in one article (GDPR 33 and 34: art. 83(4)(a)) are named together: they are no two fines.

    Args:
        incident: The case.
        terms: What it keeps.
        turnover: Of the last year; None: it is not known.
    """
    return tuple(_by_article(_possible(incident, terms, turnover))) if incident.kind.breach else ()


def _by_article(fines: Iterable[PossibleFine]) -> Iterator[PossibleFine]:
    """Yield each fine once, by the first of the laws that it stands behind."""
    found: dict[Both, list[PossibleFine]] = {}
    for each in fines:
        found.setdefault(each.article if each.fine != _NONE else each.law, []).append(each)
    for same in found.values():
        laws = " + ".join(each.law[0] for each in same), " + ".join(each.law[1] for each in same)
        yield replace(same[0], law=laws)


def _possible(incident: Incident, terms: Terms, turnover: Amount | None) -> Iterator[PossibleFine]:
    for law in terms.regulations.values():
        if law_applies(law, incident, terms).verdict is DutyVerdict.NO:
            continue
        reach, said = fine_of(law, incident, terms), law.penalties
        if reach is None and spares_processors(law, incident):
            continue
        if reach is not None or said is not None:
            yield PossibleFine(
                law=law_title(law),
                article=_article(reach.most if reach is not None and reach.most.article else law),
                formula=tuple(_formula(reach, turnover)) if reach is not None else (),
                fine=fine_words(reach) if reach is not None else _NONE,
                penalties=(said.en, said.ru) if said is not None else _NONE,
            )


def _article(where: Regulation | FineTier) -> Both:
    return where.article, where.article_ru or where.article


def _formula(reach: FineReach, turnover: Amount | None) -> Iterator[Both]:
    tier = reach.most
    begins = {"subjects": max(tier.subjects, 1), "identifiers": tier.identifiers or 0}
    yield _both("fine-tier-reached", people=reach.people, unknown=reach.unknown, **begins)
    if tier.percent is None or tier.fixed is None:
        return
    limits: dict[str, str | int] = {"fixed": tier.fixed, "currency": tier.currency, "percent": f"{tier.percent:g}"}
    if turnover is None:
        yield _both("fine-turnover-unknown", **limits)
    elif turnover.currency != tier.currency:
        yield _both("fine-turnover-other", turnover=str(turnover), **limits)
    else:
        share = round(turnover.units * tier.percent / 100)
        of: dict[str, str | int] = {"turnover": turnover.units, "share": share, "most": max(share, tier.fixed)}
        yield _both("fine-turnover", **of, **limits)


def _both(message: str, **args: str | int) -> Both:
    return messages("en").text(message, **args), messages("ru").text(message, **args)


def fine_words(reach: FineReach) -> Both:
    """Return a fine by the people who are surely, and those who are at most concerned."""
    most = _tier(reach.most)
    if reach.surely is reach.most:
        return most
    sure = _tier(reach.surely) if reach.surely is not None else ("none", "none")
    said = {"people": reach.people, "unknown": reach.unknown}
    return (
        messages("en").text("law-fine-perhaps", surely=sure[0], most=most[0], **said),
        messages("ru").text("law-fine-perhaps", surely=sure[1], most=most[1], **said),
    )


def marked(english: str, russian: str, mark: str) -> Both:
    """Return a title with how sure we are of it."""
    return (
        messages("en").text("law-marked", title=english, mark=mark),
        messages("ru").text("law-marked", title=russian, mark=mark),
    )


def _tier(tier: FineTier) -> Both:
    return marked(tier.fine.en, tier.fine.ru, tier.verified)
