"""Everything proposed for a first configuration, in one value.

Comes in: surveys. Goes out: proposals, which a person may change and ``write_config`` writes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import polars as pl

from detector import frames
from detector.messages import Language
from detector.runtime.onboarding.guessed_route import GuessedRoute, GuessedRoutes, Remark
from detector.runtime.onboarding.log_timing import LogTiming, habits
from detector.runtime.onboarding.request_words import RequestWords
from detector.runtime.onboarding.routes.audit_actions import guess_actions, names_operation, with_paths_that_tell
from detector.runtime.onboarding.routes.database_tables import guess_tables
from detector.runtime.onboarding.routes.endpoints import endpoints
from detector.runtime.onboarding.routes.guess_routes import guess_routes
from detector.runtime.onboarding.survey import Survey
from detector.runtime.onboarding.traits.account_domains import Domain, domains
from detector.runtime.onboarding.traits.guess_accounts import (
    InnerNetwork,
    LikelyProgram,
    Proxy,
    in_front,
    inner_networks,
    programs,
    proxies,
)
from detector.runtime.onboarding.traits.time_zone import machine_zone, shown_zone
from detector.settings import Route

# A service's name that a log gives itself is a stranger's text.
SERVICE_NAME = re.compile(r"\w[\w .:/@-]{0,63}")
# Programs that say nothing of clients: applications write to the same journal, and those may.
_HOST_PROGRAMS = re.compile(
    r"(?i)^(?:kernel|systemd\S*|sshd\S*|sudo|su|cron|crond|anacron|login|getty|agetty|audit|auditd|rsyslogd|chronyd|ntpd"
    r"|dbus\S*|polkitd?|networkmanager|dhclient|dhcpcd|named|useradd|usermod|userdel|groupadd|passwd|unix_chkpwd)$"
)
_NEARLY_ALL = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceProposal:
    """One source.

    Attributes:
        survey: What was found in it.
        service: The system it is about.
        zone: Zone of its times, where they carry none; empty where they do.
        habits: Of its lines in time.
        guesses: Of its requests.
        own_services: Its lines name services themselves.
        front: Nearly all requests come from one address that says for nobody.
    """

    survey: Survey
    service: str
    zone: str
    habits: LogTiming
    guesses: GuessedRoutes
    own_services: bool = False
    front: bool = False

    @property
    def without_clients(self) -> bool:
        """Whether it is recognisably about no client: nothing is proposed, and that is no want of knowledge."""
        return not (any(one.wanted for one in self.guesses.routes) or Remark.UNTOLD in self.guesses.remarks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """All of it.

    Attributes:
        language: Of messages and of the comments in the file.
        zone: In which people are shown times.
        sources: Those whose lines are understood. unread: the others.
    """

    language: Language
    zone: str
    sources: tuple[SourceProposal, ...]
    unread: tuple[Survey, ...]
    programs: tuple[LikelyProgram, ...]
    proxies: tuple[Proxy, ...]
    networks: tuple[InnerNetwork, ...]
    domains: tuple[Domain, ...] = ()

    @property
    def without_clients(self) -> bool:
        """Whether all of its sources are recognisably about no client."""
        return all(source.without_clients for source in self.sources)

    def routes(self) -> list[tuple[int, GuessedRoute]]:
        """Return the guesses of all sources, each with the number of its source."""
        return [(at, one) for at, source in enumerate(self.sources) for one in source.guesses.routes]

    def logins(self) -> list[tuple[int, GuessedRoute]]:
        """Return the routes of signing in and out, likewise."""
        return [(at, one) for at, source in enumerate(self.sources) for one in source.guesses.logins]

    def drafts(self) -> dict[str, str]:
        """Return the drafted formats by name."""
        return {one.survey.format: one.survey.draft for one in self.sources if one.survey.draft}

    def service_of(self, at: int, route: Route) -> str:
        """Return what stands under ``service`` of a route of the source: ``*`` where nothing has to be told apart."""
        source = self.sources[at]
        return source.service if len(self.sources) > 1 and not source.own_services else "*"

    def with_routes(self, guesses: Sequence[GuessedRoute]) -> "Proposals":
        """Return the proposals with these guesses in place of those that ``guess_routes`` gives, in the same order."""
        rest, sources = list(guesses), []
        for source in self.sources:
            count = len(source.guesses.routes)
            mine, rest = rest[:count], rest[count:]
            sources.append(replace(source, guesses=replace(source.guesses, routes=tuple(mine))))
        return replace(self, sources=tuple(sources))


def propose(surveys: Sequence[Survey], words: RequestWords, language: Language) -> Proposals:
    """Make proposals of what was found."""
    read = [one for one in surveys if one.readable]
    sources = tuple(_source(one, words) for one in read)
    together = pl.concat([one.frame for one in read]) if read else pl.DataFrame()
    found = proxies(together) if read else []
    first = sources[0] if sources else None
    return Proposals(
        language=language,
        zone=(first.zone or shown_zone(first.habits.offset, first.habits.last)) if first else machine_zone(),
        sources=sources,
        unread=tuple(one for one in surveys if not one.readable),
        programs=tuple(programs(together, words)) if read else (),
        proxies=tuple(found),
        networks=tuple(inner_networks(together, [one.address for one in found])) if read else (),
        domains=tuple(domains(together["user.id"].unique().to_list())) if read else (),
    )


def _source(survey: Survey, words: RequestWords) -> SourceProposal:
    zone = survey.zone.name if survey.zone else ""
    actions = guess_actions(survey.frame, words)
    tables = guess_tables(survey.frame, words)
    guesses = guess_routes(endpoints(with_paths_that_tell(survey.frame) if actions else survey.frame, words), words)
    guesses = replace(guesses, routes=(*actions, *tables, *guesses.routes), remarks=_remarks(survey, guesses, actions))
    if any(one.wanted for one in tables):
        guesses = replace(guesses, remarks=tuple(one for one in guesses.remarks if one is not Remark.DATABASE))
    if not _without_clients(survey, guesses) and not any(one.wanted for one in guesses.routes):
        guesses = replace(guesses, remarks=(*guesses.remarks, Remark.UNTOLD))
    services = survey.frame["service.name"].unique().to_list()
    own = services != [survey.group.name]
    said = services[0] if own and len(services) == 1 and SERVICE_NAME.fullmatch(services[0]) else survey.group.name
    return SourceProposal(
        survey=survey,
        service=said,
        zone=zone,
        habits=habits(survey, ZoneInfo(zone or machine_zone())),
        guesses=guesses,
        own_services=own,
        front=in_front(survey.frame),
    )


def _without_clients(survey: Survey, guesses: GuessedRoutes) -> bool:
    """Tell whether a source is recognisably without client data: logins and messages of a host, or a public site."""
    frame = survey.frame
    signs_in = pl.col("event.category") == "authentication"
    host = pl.col("event.category") == "host"
    own = signs_in | (host & frames.label("program").str.contains(_HOST_PROGRAMS.pattern).fill_null(value=False))
    if frame.select((own.mean() >= _NEARLY_ALL) & (signs_in | host).all()).item():
        return True
    paths = bool(frame.height) and not frame["url.path"].null_count()
    return guesses.public and paths and Remark.NO_OUTCOME not in guesses.remarks


def _remarks(survey: Survey, guesses: GuessedRoutes, actions: Sequence[GuessedRoute]) -> tuple[Remark, ...]:
    frame, found = survey.frame, list(guesses.remarks)
    if any(one.route.subject for one in actions):  # what was asked for is told after all
        found = [one for one in found if one not in (Remark.GRAPHQL, Remark.RPC)]
    elif Remark.GRAPHQL not in found and any(map(names_operation, actions)):
        found.append(Remark.GRAPHQL)
    if not survey.named:
        found.append(Remark.ACCOUNT_FIELD if survey.account_fields else Remark.NO_ACCOUNT)
    if frame["url.path"].str.contains("/e1cib/", literal=True).any():
        found.append(Remark.ONEC)
    if frame["url.path"].null_count() == frame.height and not actions:
        database = (frame["event.category"] == "database").sum() * 2 > frame.height
        found.append(Remark.DATABASE if database else Remark.NO_PATHS)
    if (frame["event.outcome"] == "unknown").sum() > frame.height / 2:
        found.append(Remark.NO_OUTCOME)
    return tuple(found)
