"""What the tab of a case's lessons shows: its times, actions, investigation, review and costs.

Comes in: the console of whoever reads, the case. Goes out: ``Lessons``: values, and sentences in the reader's language.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from detector.incident.learning.case_times import CaseTimes, MissedDue, TimeMeasure
from detector.incident.learning.cost_sheet import CostSheet
from detector.schema.case.documents import FiledDocument
from detector.schema.case.incidents import Incident
from detector.schema.learning.case_costs import CostKind
from detector.schema.learning.investigation_words import VERDICTS, Investigation, ReviewQuestion
from detector.web.ports import ConsolePort
from detector.web.texts import PageTexts
from detector.web.texts.cost_words import churn_words, fine_lines, sum_lines

COST_KINDS: tuple[str, ...] = tuple(each.value for each in CostKind)
STANDS: tuple[str, ...] = tuple(each.value for each in VERDICTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """What the tab shows.

    Attributes:
        took: How long each part took, by its name; None: it is not over, or nobody knows.
        missed: Due times that were missed, in words.
        investigation: Hypotheses and answers. questions: all that a review asks.
        drafts: The review as it was drafted, one a language at most.
        sheet: Costs. sums: what they come to, what the laws' fines may be, and clients who leave, in words.
        owners: Who can answer for an action; empty: there is no team.
        cost_kinds / stands: Closed lists of forms.
    """

    took: Sequence[tuple[str, timedelta | None]]
    missed: Sequence[str]
    investigation: Investigation
    drafts: Sequence[FiledDocument]
    sheet: CostSheet
    sums: Sequence[str]
    owners: Sequence[str]
    questions: tuple[ReviewQuestion, ...] = tuple(ReviewQuestion)
    cost_kinds: tuple[str, ...] = COST_KINDS
    stands: tuple[str, ...] = STANDS


def lessons_of(console: ConsolePort, incident: Incident, words: PageTexts) -> Lessons:
    """Return what is learnt from a case."""
    times, sheet = console.times.of(incident.id), console.costs.sheet(incident.id)
    return Lessons(
        took=[(measure.value, times.took(measure)) for measure in TimeMeasure],
        missed=missed_lines(times, words, words.moment),
        investigation=console.review.investigation(incident.id),
        drafts=console.review.drafts(incident.id),
        sheet=sheet,
        sums=[*sum_lines(sheet, words), *fine_lines(sheet.fines, words), churn_words(sheet, words)],
        owners=console.actions.owners(incident.id),
    )


def missed_lines(times: CaseTimes, words: PageTexts, moment: Callable[[datetime], str]) -> list[str]:
    """Return the due times that a case missed, a line each; ``moment`` writes one."""
    return [_missed(each, words, moment) for each in times.missed]


def _missed(each: MissedDue, words: PageTexts, moment: Callable[[datetime], str]) -> str:
    name = (
        each.name if each.title == each.name else f"{each.name} {words.either(each.title, each.title_ru).rstrip('.')}"
    )
    late = words.span((each.done_at or words.now) - each.due_at)
    key = "times-missed" if each.done_at is not None else "times-missed-open"
    return words.t(key, name=name, due=moment(each.due_at), late=late)
