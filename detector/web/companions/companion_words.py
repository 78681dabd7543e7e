"""The words for who may be in an incident beside its actors, for the page and the command alike.

Comes in: ``Companions`` and the texts of a language. Goes out: sentences. Names are cut to a length a title may have;
nothing is escaped here.
"""

from dataclasses import dataclass

from detector.web.companions.companion_values import Companion, Companions, SharedTrace, SharedWay
from detector.web.texts import PageTexts

_LONGEST = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanionView:
    """One account.

    Attributes:
        name / role: Cut where they are longer than a title may be.
        said: A sentence for each thing it has in common with the incident.
    """

    name: str
    role: str
    said: tuple[str, ...]
    incidents: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanionsView:
    """All of them.

    Attributes:
        remarks: What was looked through, and what could not be.
    """

    accounts: tuple[CompanionView, ...]
    remarks: tuple[str, ...]
    hint: str


def companions_view(found: Companions, words: PageTexts) -> CompanionsView:
    """Return what is said of ``found``."""
    return CompanionsView(
        accounts=tuple(_account(each, words) for each in found.listed),
        remarks=tuple(_remarks(found, words)),
        hint=words.t("together-hint") if found.listed else "",
    )


def _account(each: Companion, words: PageTexts) -> CompanionView:
    kind, _, role = each.role.partition(":")
    of_role = words.t("explain-role", role=_cut(role)) if role else ""
    return CompanionView(
        name=_cut(each.actor_id),
        role=" · ".join(filter(None, (words.actor(each.actor_id, kind), of_role))),
        said=tuple(_sentence(shared, words) for shared in each.shared),
        incidents=each.incidents,
    )


def _sentence(shared: SharedTrace, words: PageTexts) -> str:
    first, last = words.moment(shared.first_at), words.moment(shared.last_at)
    said = [
        words.t(
            f"together-{shared.way.value}",
            count=shared.count,
            of=shared.of,
            seconds=shared.seconds,
            own=shared.own_seconds,
            where=_cut(shared.where),
            agent=_cut(shared.agent),
            when=first if first == last else words.t("together-span", first=first, last=last),
        )
    ]
    if shared.way is SharedWay.CLIENTS:
        said.append(words.t("together-unexplained", count=shared.unexplained))
    if shared.own_before:
        said.append(words.t("together-own-before"))
    if shared.others:
        said.append(words.t("together-others", others=shared.others, most=shared.most))
    return "; ".join(said)


def _remarks(found: Companions, words: PageTexts) -> list[str]:
    since, until = words.moment(found.since), words.moment(min(found.until, words.now))  # what comes is not read yet
    name = "together-compared" if found.listed else "together-none"
    said = {
        "together-more": found.more,
        "together-fewer": found.fewer,
        "together-damaged": not found.whole,
        "together-unknown": not found.unexplained_known,
        "together-new-places": not found.places_known,
    }
    read = words.t(name, accounts=found.compared, since=since, until=until)
    return [read, *(words.t(each, count=int(count)) for each, count in said.items() if count)]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
