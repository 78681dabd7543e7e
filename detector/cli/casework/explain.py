"""``nabat explain``: what an incident's actors did, compared with other days."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import click
import msgspec

from detector.cli.incidents import workplace
from detector.cli.options import config_option, json_option, replay_option
from detector.cli.output import emit_pretty, show, words_of
from detector.settings import Settings
from detector.web.companions import Companions, companions_view
from detector.web.explained import ActorDay, ActorExplained, Explanation
from detector.web.texts import PageTexts
from detector.web.views.explained_view import ExplainedView, explained_view


@click.command(
    epilog="""\b
Examples:
  nabat explain 20260302-7f3a1c                      in the language of the configuration
  nabat explain amber-otter --json                   with the last 30 days, by hours
  nabat explain amber-otter --replay last-week       an incident that a replay found
"""
)
@config_option
@replay_option
@json_option
@click.argument("incident")
def explain(config: str | None, replay: str | None, as_json: bool, incident: str) -> None:
    """Compare what an incident's actors did with their other days, with their colleagues, and find days like it.

    Says also which other accounts may be in it, each with its reason: hints, and no accusation.

    Everything is computed from the findings and the access journal; there are numbers in it, and no client.
    """
    with workplace(config, replay=replay) as (console, settings):
        found = console.detail(incident).incident
        explanation = console.explain(found.id)
        if as_json:
            emit_pretty(_json(explanation, settings, found.number))
            return
        words = words_of(settings)
        show(f"{found.number}  {words.either(found.code_name, found.code_name_ru)}: {words.t('explain-heading')}")
        for line in _lines(explanation, words):
            show(line)


def _lines(explanation: Explanation, words: PageTexts) -> Iterator[str]:
    view = explained_view(explanation, words.zone)
    if not explanation.actors:
        yield words.t("explain-nobody")
        return
    yield from _kept(view, words)
    for each in view.actors:
        yield ""
        role = f", {words.t('explain-role', role=each.role)}" if each.role else ""
        yield f"{each.shown}  ({words.actor(each.actor.actor_id, each.actor.actor_type)}{role})"
        yield from _of_actor(each.actor, each.role, explanation.read_since, words)
    if explanation.more:
        yield words.t("explain-more", count=explanation.more)
    if explanation.together:
        yield from _together(explanation.together, words)


def _kept(view: ExplainedView, words: PageTexts) -> Iterator[str]:
    explanation = view.explanation
    if not explanation.whole:
        yield words.t("explain-damaged")
    if view.since is None:
        yield words.t("explain-nothing-kept")
    elif view.begins_within:
        yield words.t("explain-kept-since", day=words.day(view.since))
    if explanation.fewer and explanation.read_since:
        yield words.t("explain-fewer", day=words.day(explanation.read_since))


def _together(found: Companions, words: PageTexts) -> Iterator[str]:
    view = companions_view(found, words)
    yield ""
    yield words.t("together-heading")
    for each in view.accounts:
        yield f"  {each.name}  ({each.role})"
        yield from (f"    {said}" for said in each.said)
        for number, english, russian in each.incidents:
            yield f"    {words.t('together-also')} {number}  {words.either(english, russian)}"
    yield from (f"  {said}" for said in (view.hint, *view.remarks) if said)


def _of_actor(actor: ActorExplained, role: str, since: date | None, words: PageTexts) -> Iterator[str]:
    if actor.first_kept is None:
        yield f"  {words.t('explain-none-of-it')}"
    if actor.facets:
        how = words.t("explain-judged" if actor.judged else "explain-computed")
        yield f"  {words.t('explain-stands-out')} ({how})"
        for facet in actor.facets:
            yield f"    {'; '.join(map(words.reason, facet.said))}"
    elif actor.day:
        yield f"  {words.t('explain-nothing-above')}"
    if actor.first_kept is None:
        return
    if actor.colleague_days:
        count, days = actor.colleagues, actor.colleague_days
        said = words.t("explain-colleagues", count=count, role=role, days=days) if role else ""
        yield f"  {said or words.t('explain-colleagues-no-role', count=count, days=days)}"
    else:
        yield f"  {words.t('explain-no-colleagues')}"
    yield from _days(actor, actor.day, since, words) if actor.day else [f"  {words.t('explain-none-that-day')}"]


def _days(actor: ActorExplained, day: ActorDay, since: date | None, words: PageTexts) -> Iterator[str]:
    yield f"  {words.day(day.day)}: {_numbers(day, words)}"
    if not actor.similar:
        yield f"  {words.t('explain-no-past')}"
        return
    yield f"  {words.t('explain-similar', day=words.day(day.day))}"
    for each in actor.similar:
        about = ", ".join(words.t("explain-was-incident", number=number) for number, *_ in each.incidents)
        factor = words.t("explain-apart", factor=words.factor(each.apart))
        yield f"    {words.day(each.day.day)}, {factor}, {about or words.t('explain-no-incident')}"
        yield f"      {_numbers(each.day, words)}"
    if actor.unlike:
        yield f"  {words.t('explain-none-like', factor=words.factor(actor.similar[0].apart))}"
    if since:
        numbers, days = len(day.numbers), actor.own_days
        yield f"  {words.t('explain-similar-hint', numbers=numbers, days=days, since=words.day(since))}"


def _numbers(day: ActorDay, words: PageTexts) -> str:
    return words.t(
        "explain-numbers",
        touches=day.touches,
        clients=day.clients,
        hour=day.numbers["clients"],
        documents=day.numbers["documents_day"],
        shown=day.numbers["shown_day"],
        exports=day.numbers["exports_day"],
        taken=day.taken,
    )


def _json(explanation: Explanation, settings: Settings, number: str) -> dict[str, Any]:
    """Return everything for programs; reasons also in the words of the configured language."""
    words = words_of(settings)
    whole: dict[str, Any] = {"incident": number, **msgspec.to_builtins(explanation, str_keys=True)}
    whole["timezone"] = str(ZoneInfo(settings.timezone))
    for made, actor in zip(whole["actors"], explanation.actors, strict=True):
        for told, facet in zip(made["facets"], actor.facets, strict=True):
            told["text"] = "; ".join(map(words.reason, facet.said))
    if explanation.together:
        view = companions_view(explanation.together, words)
        whole["together"]["remarks"] = list(view.remarks)
        for made, account in zip(whole["together"]["listed"], view.accounts, strict=True):
            made["text"] = list(account.said)
    return whole
