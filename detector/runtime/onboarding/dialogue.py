"""The questions: each proposal is shown, and a person takes, changes or skips it.

Comes in: proposals, and somebody to ask. Goes out: proposals as they are wanted. An empty answer takes the default, so
that a person in a hurry presses Enter a handful of times; a list is one question, not one for each line of it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar, get_args
from zoneinfo import available_timezones

from detector.messages import Argument, messages
from detector.runtime.onboarding.guessed_route import CLASSES, GuessedRoute, class_titles
from detector.runtime.onboarding.proposals import SERVICE_NAME, Proposals, SourceProposal
from detector.runtime.onboarding.reason_text import because, domain_text, percent, program_text
from detector.runtime.onboarding.traits.account_domains import Domain
from detector.runtime.onboarding.traits.guess_accounts import InnerNetwork, LikelyProgram, Proxy
from detector.settings.sections.records import Action

_ACTIONS = frozenset(get_args(Action)) - {"login", "logout", "other"}
_OBJECT = re.compile(r"\w[\w-]{0,31}")


class Asks(Protocol):
    """Somebody who is shown lines and answers questions."""

    def show(self, text: str) -> None:
        """Show a line."""
        ...

    def ask(self, question: str) -> str:
        """Return what was answered, without blanks around it; empty for Enter alone."""
        ...


Who = LikelyProgram | Domain | Proxy | InnerNetwork
T = TypeVar("T", bound=GuessedRoute | LikelyProgram | Domain | Proxy | InnerNetwork)


class Dialogue:
    """Goes through the proposals with a person."""

    def __init__(self, asks: Asks, proposals: Proposals) -> None:
        self._asks, self._what = asks, proposals
        self._words = messages(proposals.language)

    def decide(self) -> Proposals:
        """Return the proposals as the person wants them."""
        what = replace(self._what, sources=tuple(self._source(one) for one in self._what.sources))
        guesses = [one for _, one in what.routes()]
        if guesses:
            self._say("routes")
            guesses = self._choose(guesses, self._guess_text, self._change)
            what = what.with_routes(guesses)
        who: list[Who] = [*what.programs, *what.domains, *what.proxies, *what.networks]
        if who:
            self._say("who")
            who = self._choose(who, self._who_text, None)
        return replace(
            what,
            programs=tuple(one for one in who if isinstance(one, LikelyProgram)),
            domains=tuple(one for one in who if isinstance(one, Domain)),
            proxies=tuple(one for one in who if isinstance(one, Proxy)),
            networks=tuple(one for one in who if isinstance(one, InnerNetwork)),
        )

    def _say(self, message: str, **args: Argument) -> None:
        self._asks.show(self._words.text(f"init-{message}", **args))

    def _ask(self, message: str, **args: Argument) -> str:
        return self._asks.ask(self._words.text(f"init-{message}", **args))

    # -- sources -----------------------------------------------------------------------------------------------------

    def _source(self, source: SourceProposal) -> SourceProposal:
        self._asks.show(source.survey.group.pattern)
        service, zone = source.service, source.zone
        while answer := self._ask("ask-service", default=service):
            if SERVICE_NAME.fullmatch(answer):
                service = answer
                break
            self._say("bad-service")
        while zone and (answer := self._ask("ask-zone", default=zone)):
            if answer in available_timezones():
                zone = answer
                break
            self._say("bad-zone", given=answer)
        return replace(source, service=service, zone=zone)

    # -- lists -------------------------------------------------------------------------------------------------------

    def _choose(self, ones: Sequence[T], text: Callable[[T], str], change: Callable[[T], T] | None) -> list[T]:
        """Show a list until it is taken."""
        now = list(ones)
        question = "choice" if change else "choice-plain"
        shown = False
        while True:
            if not shown:
                for number, one in enumerate(now, 1):
                    self._asks.show(f"  {number:2} [{'x' if one.wanted else ' '}] {text(one)}")
            answer = self._ask(question).lower()
            if not answer:
                return now
            shown = not self._turned(now, answer, change)
            if shown:
                self._say("choice-bad", given=answer, most=len(now))

    def _turned(self, now: list[T], answer: str, change: Callable[[T], T] | None) -> bool:
        """Do what was answered; tell whether it was understood."""
        if answer in ("all", "none"):
            now[:] = [replace(one, wanted=answer == "all") for one in now]
            return True
        first, *rest = answer.replace(",", " ").split() or [""]
        numbers = rest if first == "c" else [first, *rest]
        if not numbers or not all(one.isdecimal() and 1 <= int(one) <= len(now) for one in numbers):
            return False
        if first == "c" and change is None:
            return False
        for number in numbers:
            at = int(number) - 1
            now[at] = change(now[at]) if first == "c" and change else replace(now[at], wanted=not now[at].wanted)
        return True

    def _guess_text(self, one: GuessedRoute) -> str:
        route = one.route
        what = f"{one.title}  {route.action} {route.object} ({class_titles(route.classes, self._words.language)})"
        whose = f" {route.subject}" if route.subject else ""
        return f"{what}{whose}\n         {because(self._words, one)}"

    def _who_text(self, one: Who) -> str:
        if isinstance(one, LikelyProgram):
            return program_text(self._words, one)
        if isinstance(one, Domain):
            return domain_text(self._words, one)
        if isinstance(one, Proxy):
            args = {"count": one.count, "share": percent(one.share), "forwarded": one.forwarded}
            return self._words.text("init-proxy", address=one.address, **args)
        return self._words.text("init-network", network=str(one.network), count=one.count)

    # -- changing a route --------------------------------------------------------------------------------------------

    def _change(self, one: GuessedRoute) -> GuessedRoute:
        self._asks.show(f"  {one.title}")
        action = self._one_of("change-action", one.route.action, lambda word: word in _ACTIONS)
        kind = self._one_of("change-object", one.route.object, lambda word: _OBJECT.fullmatch(word) is not None)
        for name in CLASSES:
            self._asks.show(f"    {name:10} {class_titles([name], self._words.language)}")
        classes = self._one_of(
            "change-classes",
            " ".join(one.route.classes),
            lambda words: set(words.replace(",", " ").split()) <= set(CLASSES),
        )
        return one.changed(action=action, object=kind, classes=tuple(classes.replace(",", " ").split()))

    def _one_of(self, message: str, default: str, fits: Callable[[str], bool]) -> str:
        while answer := self._ask(message, default=default).lower():
            if fits(answer):
                return answer
            self._say("change-bad", given=answer)
        return default
