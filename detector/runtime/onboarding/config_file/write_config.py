"""The configuration as a file with comments.

Comes in: proposals as a person left them. Goes out: the text of a nabat.yml that loads without a mistake, in which only
the team is left to be filled in. Every value is quoted by ``yaml_text``; comments are in the language of the proposals.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from detector.messages import Argument, Messages, messages
from detector.runtime.onboarding.config_file.place_file import formats_folder
from detector.runtime.onboarding.config_file.yaml_text import comment, value
from detector.runtime.onboarding.guessed_route import CLASSES, GuessedRoute
from detector.runtime.onboarding.log_timing import spelt
from detector.runtime.onboarding.proposals import Proposals, SourceProposal
from detector.runtime.onboarding.reason_text import (
    because,
    domain_text,
    instead_of,
    percent,
    program_text,
    remark_text,
    zone_text,
)
from detector.runtime.onboarding.survey import AUTO, Survey
from detector.settings import Route
from detector.settings.types import duration_text

_FORMATS_SHOWN = 3
_KEYS = (
    *("path", "table", "methods", "when", "action", "object", "classes", "subject", "tenant", "record"),
    "bytes_per_record",
)


class Writer:
    """Writes one set of proposals.

    Args:
        proposals: What is written.
        now: When, for the first line.
        out: Where it will lie, as commands in comments name it.
    """

    def __init__(self, proposals: Proposals, now: datetime, out: Path) -> None:
        self._what, self._now, self._out = proposals, now, out
        self._words: Messages = messages(proposals.language)

    def text(self) -> str:
        """Return the text of the file."""
        parts = (self._head(), self._sources(), self._records(), self._actors(), self._team())
        return "\n".join(line for part in parts for line in part) + "\n"

    def _say(self, message: str, indent: int = 0, **args: Argument) -> str:
        return comment(self._words.text(f"init-yaml-{message}", **args), indent)

    def _head(self) -> Iterator[str]:
        yield self._say("head", day=self._now.strftime("%Y-%m-%d"))
        yield self._say("guesses")
        yield self._say("check", file=str(self._out))
        yield ""
        yield f"state: ./nabat-state  {self._say('state')}"
        yield f"language: {self._what.language}"
        yield f"timezone: {value(self._what.zone)}  {self._say('zone')}"
        if self._what.drafts():
            yield f"formats: {value([f'./{formats_folder(self._out)}'])}  {self._say('drafts')}"
        yield ""

    # -- sources -----------------------------------------------------------------------------------------------------

    def _sources(self) -> Iterator[str]:
        yield self._say("sources")
        yield "sources:"
        for source in self._what.sources:
            yield from self._source(source)
        for survey in self._what.unread:
            yield from self._unread(survey)
        yield ""

    def _source(self, source: SourceProposal) -> Iterator[str]:
        survey, habits = source.survey, source.habits
        yield from self._read(survey)
        yield self._say("span", 2, first=_minute(habits.first), last=_minute(habits.last))
        yield f"  - name: {value(survey.group.name)}"
        yield f"    paths: {value([survey.group.pattern])}"
        yield f"    format: {value(survey.format)}"
        yield f"    service: {value(source.service)}"
        yield from self._zone(source)
        yield from self._order(source)
        yield from self._silence(source)
        proxies = [one.address for one in self._what.proxies if one.wanted and _has(survey, one.address)]
        if proxies:
            yield self._say("proxies", 4)
            yield f"    trusted_proxies: {value(proxies)}"
        if source.without_clients:
            yield f"    client_data: false  {self._say('no-client-data')}"
        if source.front:
            yield self._say("front", 4)
        for remark in source.guesses.remarks:
            yield comment(remark_text(self._words, remark, survey), 4)

    def _zone(self, source: SourceProposal) -> Iterator[str]:
        if source.survey.zone is not None:
            yield comment(zone_text(self._words, source.survey.zone), 4)
            yield f"    timezone: {value(source.zone)}  {self._say('source-zone')}"
        elif source.habits.offset:
            yield self._say("offset", 4, offset=source.habits.offset)
        if source.habits.ahead:
            yield comment(self._words.text("init-ahead", count=source.habits.ahead), 4)

    def _read(self, survey: Survey) -> Iterator[str]:
        group = survey.group
        yield self._say(
            "read", 2, lines=survey.lines, part="all" if survey.whole else "sample", share=percent(survey.share)
        )
        others = ", ".join(f"{name} {percent(share)} %" for name, share in survey.shares[:_FORMATS_SHOWN])
        if survey.format == AUTO and others:
            yield self._say("formats", 2, formats=others)
        if survey.draft:
            yield self._say("draft", 2, format=survey.format, **instead_of(survey))
        if survey.rejects:
            reasons = ", ".join(f"{reason} {count}" for reason, count in survey.rejects.most_common(_FORMATS_SHOWN))
            yield self._say("rejects", 2, reasons=reasons)
        if group.copies:
            yield self._say("copies", 2, count=len(group.copies))
        if survey.missing:
            yield self._say("missing", 2, file=survey.missing)

    def _order(self, source: SourceProposal) -> Iterator[str]:
        habits = source.habits
        if habits.lateness is not None:
            count, most = habits.behind, spelt(habits.furthest)
            yield f"    lateness: {duration_text(habits.lateness)}  {self._say('late', count=count, most=most)}"
        elif habits.behind:
            yield self._say("nearly", 4, count=habits.behind, most=spelt(habits.furthest))
        else:
            yield self._say("order", 4)
        if habits.lag is not None:
            yield self._say("lag", 4, lag=spelt(habits.lag))

    def _silence(self, source: SourceProposal) -> Iterator[str]:
        habits = source.habits
        longest = spelt(habits.longest) if habits.longest is not None else "-"
        quiet = habits.quiet
        begin, end = quiet or (0, 0)
        yield self._say(
            "silence", 4, longest=longest, quiet="yes" if quiet else "no", begin=f"{begin:02}", end=f"{end:02}"
        )

    def _unread(self, survey: Survey) -> Iterator[str]:
        yield self._say("unread", 2, lines=survey.lines, share=percent(survey.share))
        yield comment(f"- {{ name: {value(survey.group.name)}, paths: {value([survey.group.pattern])}, format: … }}", 2)

    # -- records -----------------------------------------------------------------------------------------------------

    def _records(self) -> Iterator[str]:
        routes = self._what.routes()
        wanted = [(at, one) for at, one in routes if one.wanted]
        yield self._say("records")
        yield "records:"
        yield from self._classes([one for _, one in routes])
        logins = [(at, one) for at, one in self._what.logins() if one.wanted]
        told = "yes" if self._what.without_clients else "no"
        if not wanted and not logins:
            yield self._say("no-routes", 2, told=told)
            yield "  routes: []"
        else:
            yield "  routes:"
            if logins:
                yield self._say("logins", 4)
            for at, one in logins:
                yield f"    - {self._route(at, one.route)}"
            if not wanted:
                yield self._say("no-routes", 4, told=told)
            for at, one in wanted:
                yield comment(because(self._words, one), 4)
                yield f"    - {self._route(at, one.route)}"
        yield from self._left_out([(at, one) for at, one in routes if not one.wanted])
        yield self._say("canaries", 2)
        yield "  canaries: []"
        yield self._say("watched", 2)
        yield '  watched: ""'
        yield ""

    def _classes(self, guesses: list[GuessedRoute]) -> Iterator[str]:
        used = [name for name in CLASSES if any(name in one.route.classes for one in guesses)]
        if not used:
            yield "  data_classes: {}"
            return
        yield self._say("classes", 2)
        yield "  data_classes:"
        for name in used:
            level, enisa, title, title_ru = CLASSES[name]
            pairs = {"confidentiality": level, "title": title, "title_ru": title_ru, "enisa": enisa}
            yield f"    {name}: {value(pairs)}"

    def _route(self, at: int, route: Route) -> str:
        pairs: list[str] = []
        service = self._what.service_of(at, route)
        if service != "*":
            pairs.append(f"service: {value(service)}")
        for key in _KEYS:
            given = getattr(route, key)
            if given:
                pairs.append(f"{key}: {value(given)}")
        return "{ " + ", ".join(pairs) + " }"

    def _left_out(self, others: list[tuple[int, GuessedRoute]]) -> Iterator[str]:
        if others:
            yield self._say("off", 4)
            for at, one in others:
                yield comment(because(self._words, one), 4)
                yield comment(f"- {self._route(at, one.route)}", 4)
        for source in self._what.sources:
            if source.guesses.unmapped:
                yield self._say("unmapped", 4, service=source.service)
                for method, pattern, count in source.guesses.unmapped:
                    yield comment(f"  {method} {pattern} {count}", 4)

    # -- people ------------------------------------------------------------------------------------------------------

    def _actors(self) -> Iterator[str]:
        yield self._say("actors")
        yield "actors:"
        yield self._say("programs", 2)
        for one in self._what.programs:
            yield comment(program_text(self._words, one), 2)
        yield f"  service_accounts: {value([one.name for one in self._what.programs if one.wanted])}"
        if self._what.domains:
            yield self._say("domains", 2)
            for domain in self._what.domains:
                yield comment(domain_text(self._words, domain), 2)
            yield f"  domains: {value([one.name for one in self._what.domains if one.wanted])}"
        networks = [one for one in self._what.networks if one.wanted]
        yield self._say("networks", 2)
        for each in networks:
            yield self._say("network", 2, network=str(each.network), count=each.count, accounts=each.accounts)
        if networks:
            yield f"  networks: {{ internal: {value([str(each.network) for each in networks])} }}"
        else:
            yield "  networks: {}"
        yield ""

    def _team(self) -> Iterator[str]:
        yield self._say("team")
        yield "team:"
        yield self._say("people", 2)
        yield comment('- { name: anna, title: "Anna (security)", accounts: ["user:anna"], targets: [push, mail] }', 2)
        yield comment("- { name: boris, targets: [mail] }", 2)
        yield "  people: []"
        yield self._say("roles", 2)
        yield "  roles: {}"
        yield ""
        yield "notify:"
        yield self._say("targets", 2)
        yield comment('push: { url: "ntfys://push.example.org/${NTFY_TOPIC}" }', 2)
        yield comment('mail: { url: "mailtos://nabat:${MAIL_PASSWORD}@mail.example.org?to=security@example.org" }', 2)
        yield "  targets: {}"


def _minute(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")


def _has(survey: Survey, address: str) -> bool:
    return bool((survey.frame.get_column("source.ip") == address).any())
