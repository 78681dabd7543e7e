"""A plan of letters that withdraw: to those who were told of what turned out to be no breach, and to nobody else.

Comes in: a case that was closed as none, who was told. Goes out: a ``LetterPlan`` as of any other letters; nothing is
written here. The letters go as the ones before went: to the same people, in the same language, by the way that
reached them; contacts are not asked anew, for who has moved since was not told there.
"""

from collections import Counter
from dataclasses import replace
from typing import Final

from detector.incident import Dossier
from detector.incident.letters.letter_text import LetterRenderer, texts_digest
from detector.runtime.incidents.letters.letter_plan import LetterPlan, different_letters, ease_of, letter_facts
from detector.runtime.incidents.letters.standing.withdrawal_recipients import WithdrawalRecipients
from detector.schema.letters.mailings import MailingKind, NotReached, NotReachedWhy, Recipient
from detector.settings import Settings

_ENGLISH: Final = "en"


def plan_withdrawal(
    settings: Settings, found: Dossier, told: WithdrawalRecipients, *, earlier: int, samples: int
) -> LetterPlan:
    """Return the letters to clients who were told.

    Args:
        settings: The configuration.
        found: The case.
        told: Who was told of it.
        earlier: How many mailings there are.
        samples: So many letters are shown.

    Raises:
        ConfigError: The letters cannot be written: all problems are told.
    """
    reason = found.incident.close_reason
    outcome = f"letter-outcome-{reason.value.replace('_', '-')}" if reason is not None else ""
    facts = replace(letter_facts(settings, found, MailingKind.WITHDRAWAL), outcome=outcome)
    foreign = Counter[tuple[str, str, str]]()
    recipients = [_in_language(each, facts.templates, settings.language, foreign) for each in told.written]
    renderer = LetterRenderer(facts)
    digest = texts_digest(renderer, recipients)
    shown = different_letters(recipients, samples)
    return LetterPlan(
        kind=MailingKind.WITHDRAWAL,
        scope_version=0,
        facts=facts,
        recipients=tuple(recipients),
        not_reached=tuple(
            NotReached(client=each.client, why=NotReachedWhy.TOLD_OTHERWISE, name=each.name) for each in told.unwritten
        ),
        foreign=foreign,
        given={},
        earlier=earlier,
        texts_sha256=digest,
        ease=ease_of(renderer, recipients),
        english=renderer.english,
        samples=tuple((each, renderer.render(each)) for each in shown),
        unknown=told.unknown,
        in_public=told.in_public,
    )


def _in_language(
    recipient: Recipient, templates: dict[str, str], ours: str, foreign: Counter[tuple[str, str, str]]
) -> Recipient:
    """Return a recipient whose language letters are written in; counted where it is another than that before."""
    spoken = recipient.language
    given = next(each for each in (spoken, ours, _ENGLISH) if each in templates)
    if given != spoken:
        foreign[spoken, given, ""] += 1
    return replace(recipient, language=given)
