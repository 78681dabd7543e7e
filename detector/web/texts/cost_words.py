"""What a case cost and may cost yet, in words: the same at the command line, in reviews and in reports.

Comes in: a ``CostSheet``, the language's texts. Goes out: lines, each with the numbers that it comes from.
"""

from collections.abc import Iterable, Iterator

from detector.incident.duty.fine_words import PossibleFine
from detector.incident.learning.cost_sheet import CostSheet
from detector.schema.learning.corrective_actions import Amount
from detector.web.texts import PageTexts


def sum_lines(sheet: CostSheet, say: PageTexts) -> Iterator[str]:
    """Yield the sums by currency, and the budgets of actions."""
    for currency, kinds in sheet.sums.items():
        parts = " + ".join(
            f"{say.number(units)} ({say.named('cost-kind', kind.value).lower()})" for kind, units in kinds.items()
        )
        guesses = (each for each in sheet.costs if each.estimated and each.removed_at is None)
        guessed = sum(each.units for each in guesses if each.currency == currency)
        yield say.t(
            "cost-sum",
            parts=parts,
            sum=money(Amount(units=sum(kinds.values()), currency=currency), say),
            estimated=money(Amount(units=guessed, currency=currency), say) if guessed else "none",
        )
    for currency, units in sheet.budgets.items():
        yield say.t("cost-budgets", sum=money(Amount(units=units, currency=currency), say))


def fine_lines(fines: Iterable[PossibleFine], say: PageTexts) -> Iterator[str]:
    """Yield what each law may cost, with the article and how it follows from the numbers."""
    for each in fines:
        fine, penalties = say.either(*each.fine), say.either(*each.penalties)
        said = fine or penalties
        formula = "; ".join(say.either(*part) for part in each.formula)
        yield f"{say.either(*each.law)}, {say.either(*each.article)}: {said}" + (f" ({formula})" if formula else "")


def churn_words(sheet: CostSheet, say: PageTexts) -> str:
    """Say what clients who leave may cost, with the formula."""
    churn = sheet.churn
    if churn is None:
        return say.t("cost-no-churn")
    same = churn.people_low == churn.people_high
    people = (
        say.number(churn.people_high) if same else f"{say.number(churn.people_low)}–{say.number(churn.people_high)}"
    )
    sums = money(churn.high, say) if same else f"{money(churn.low, say)} – {money(churn.high, say)}"
    return say.t("cost-churn", people=people, percent=f"{churn.percent:g}", value=money(churn.value, say), sums=sums)


def money(amount: Amount, say: PageTexts) -> str:
    """Return an amount as people of the language write it."""
    return f"{say.number(amount.units)} {amount.currency}"
