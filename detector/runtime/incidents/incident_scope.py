"""Whose data an incident is about: the one answer of pages, commands, replay and export, from the access journal.

Counted are the touches of its actors between its first and last event; of a session, by whichever account; of a machine
or a service, those that name nobody. Of an account's touches those count that are suspicious
(``suspicious_touches``); its usual work of these hours is a list of its own. Where a finding says that somebody else
got in, or tries to, everything counts, and what follows as well (``Incident.follow_until``), and so do touches from an
attacking address by accounts that never came from there before: those behind it for weeks are colleagues or clients of
the same office. An account that others may use is used by its holder still: what is done from an address it was known
at, and where no finding saw anything but the holder, is the holder's own work.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from typing import NamedTuple

import polars as pl

from detector import frames
from detector.runtime.incidents.suspicious_touches import BEYOND, part_touches
from detector.schema.columns import ACCOUNT, ADDRESS, HOST, SESSION, UNNAMED
from detector.schema.findings import Finding
from detector.schema.incidents import STORM_MATTER, Incident, IncidentKind, Scope
from detector.schema.touches import TouchSummary
from detector.store import (
    LINE,
    Anyone,
    Journal,
    Reach,
    TouchReader,
    compute_scopes,
    reached,
    slices,
    subject_ids,
    subject_ids_of,
    subjects_table,
    touch_summary,
    touched_clients,
)

_INSTANT = timedelta(microseconds=1)
# Who came from an address within this time before the first event is known there.
_KNOWN_WITHIN = timedelta(days=30)


class ScopeCase(NamedTuple):
    """An incident and the findings behind it; without findings all of its actors' touches count as suspicious."""

    incident: Incident
    findings: Sequence[Finding] = ()


@dataclass(frozen=True, slots=True)
class _Parted:
    """What counts, and what is usual work of the same actors meanwhile; None: nothing is."""

    counted: Reach
    usual: Reach | None = None


@dataclass(frozen=True, slots=True)
class IncidentScopes:
    """Answers whose data incidents are about.

    Attributes:
        journal: Where touches are kept.
        watched: Ids of watched clients (``CompanyLists.watched``).
        skip_bad: Answer from what can be read of a damaged journal, instead of raising ``StoreError``.
    """

    journal: Journal
    watched: frozenset[str] = frozenset()
    skip_bad: bool = False

    def scope(self, incident: Incident, findings: Sequence[Finding] = ()) -> Scope:
        """Return the blast radius of an incident."""
        return self.scopes([ScopeCase(incident, findings)])[0]

    def scopes(self, cases: Iterable[ScopeCase]) -> list[Scope]:
        """Return the blast radius of each of many incidents."""
        found: list[Scope] = []
        for near, parted in self._slices(list(cases)):
            found += self._counted(near, parted)
        return found

    def _counted(self, near: TouchReader, parted: Sequence[_Parted]) -> list[Scope]:
        places = [at for at, each in enumerate(parted) if each.usual is not None]
        asked = [*(each.counted for each in parted), *(each.usual for each in parted if each.usual is not None)]
        scopes = compute_scopes(near, asked, skip_bad=self.skip_bad)
        clients = subject_ids_of(near, asked, skip_bad=self.skip_bad) if places else []
        for at, scope, its in zip(places, scopes[len(parted) :], clients[len(parted) :], strict=True):
            scopes[at] = replace(scopes[at], usual_subjects=len(its - clients[at]), usual_events=scope.events)
        return scopes[: len(parted)]

    def subjects(self, case: ScopeCase, *, usual: bool = False) -> pl.DataFrame:
        """Return the clients touched, one row each.

        Args:
            case: The incident.
            usual: Those whom the actors' usual work alone touched, instead of those of the matter.
        """
        (parted,) = self._parted([case])
        if not usual:
            return subjects_table(self.journal, reach=parted.counted, skip_bad=self.skip_bad)
        if parted.usual is None:
            return subjects_table(self.journal, reach=parted.counted, skip_bad=self.skip_bad).clear()
        ids = self._usual_ids(parted)
        return subjects_table(self.journal, reach=parted.usual, subjects=ids, skip_bad=self.skip_bad)

    def subject_ids(self, case: ScopeCase) -> tuple[frozenset[str], frozenset[str]]:
        """Return the ids of the clients touched, and of those whom usual work alone touched."""
        (parted,) = self._parted([case])
        return subject_ids(self.journal, parted.counted, skip_bad=self.skip_bad), self._usual_ids(parted)

    def touches(self, case: ScopeCase) -> TouchSummary:
        """Return what explains that these clients were touched; of a damaged journal what can be read."""
        (parted,) = replace(self, skip_bad=True)._parted([case])
        incident = case.incident
        found = touch_summary(self.journal, parted.counted, incident.actor_id, began=incident.first_event_at)
        if parted.usual is None:
            return found
        counted = subject_ids(self.journal, parted.counted, skip_bad=True)
        return replace(found, usual=touch_summary(self.journal, parted.usual, "", without=counted).by_class)

    def _usual_ids(self, parted: _Parted) -> frozenset[str]:
        if parted.usual is None:
            return frozenset()
        usual, counted = (
            subject_ids(self.journal, each, skip_bad=self.skip_bad) for each in (parted.usual, parted.counted)
        )
        return usual - counted

    def _parted(self, cases: Sequence[ScopeCase]) -> list[_Parted]:
        return [each for _, parted in self._slices(cases) for each in parted]

    def _slices(self, cases: Sequence[ScopeCase]) -> Iterator[tuple[TouchReader, list[_Parted]]]:
        """Yield some incidents at a time, parted, with what holds their touches: the journal is read once for them."""
        reaches = _reaches(self.journal, cases, self.skip_bad)
        wide = [replace(each, since=each.since - BEYOND, until=each.until + BEYOND) for each in reaches]
        rest = zip(cases, reaches, strict=True)
        for near, count in slices(self.journal, wide, skip_bad=self.skip_bad):
            yield near, [self._part(near, case, reach) for case, reach in islice(rest, count)]

    def _part(self, near: TouchReader, case: ScopeCase, reach: Reach) -> _Parted:
        incident = case.incident
        if incident.follow_until is not None:
            return self._beside_holder(near, reach)
        accounts = [actor for actor in reach.whose.actors if actor.startswith(ACCOUNT)]
        if not accounts or not case.findings or incident.matter == STORM_MATTER:
            return _Parted(reach)
        until = reach.until + BEYOND
        if incident.closed_at is not None:
            until = max(reach.until, min(until, incident.closed_at))
        wide = replace(reach, since=reach.since - BEYOND, until=until)
        events, clients = touched_clients(near, wide, skip_bad=self.skip_bad)
        found = part_touches(events, clients, case.findings, (reach.since, reach.until), accounts, self.watched)
        usual = replace(reach, lines=found.usual) if found.usual.height else None
        return _Parted(replace(wide, lines=found.suspicious), usual)

    def _beside_holder(self, near: TouchReader, reach: Reach) -> _Parted:
        """Part what others may have done from what the holders did where they were known before."""
        if not reach.usual:
            return _Parted(reach)
        everything, _ = touched_clients(near, replace(reach, usual=frozenset()), skip_bad=self.skip_bad)
        own = pl.DataFrame(sorted(reach.usual), {"actor.id": pl.String(), "source.ip": pl.String()}, orient="row")
        lines = everything.join(own, on=["actor.id", "source.ip"], how="semi").select(LINE)
        return _Parted(reach, replace(reach, usual=frozenset(), lines=lines) if lines.height else None)


def whose(incident: Incident) -> Anyone:
    """Return whose touches count; an account that is only attacked goes on being used by its holder."""
    actors = frozenset((incident.actor_id, *incident.related_actors))
    if incident.kind is IncidentKind.ACCOUNT_ATTACK:
        actors = frozenset(actor for actor in actors if not actor.startswith(ACCOUNT))
    return replace(counted_for(actors), addresses=_addresses(incident, actors))


def counted_for(actors: Collection[str]) -> Anyone:
    """Return which touches are those of actors, whatever they are named after."""
    return Anyone(
        actors=frozenset(actors),
        sessions=_named(actors, SESSION),
        places=_named(actors, ADDRESS),
        hosts=_named(actors, HOST),
        services=_named(actors, UNNAMED),
    )


def _named(actors: Collection[str], prefix: str) -> frozenset[str]:
    return frozenset(actor.removeprefix(prefix) for actor in actors if actor.startswith(prefix))


def _addresses(incident: Incident, actors: frozenset[str]) -> frozenset[str]:
    """Return from which addresses touches by others count: those an attack came from."""
    if incident.follow_until is None:
        return frozenset()
    if incident.kind is IncidentKind.ACCOUNT_ATTACK:
        return frozenset(incident.source_ips)
    return _named(actors, ADDRESS)


def _reaches(journal: Journal, cases: Sequence[ScopeCase], skip_bad: bool) -> list[Reach]:
    """Return whose touches count in each; the journal is asked about all of them at once."""
    reaches = [_all_of(case.incident) for case in cases]
    followed = [place for place, case in enumerate(cases) if case.incident.follow_until is not None]
    _leave_out_own(journal, reaches, {place: cases[place] for place in followed}, skip_bad)
    _leave_out_known(journal, reaches, [place for place in followed if reaches[place].whose.addresses], skip_bad)
    return reaches


def _all_of(incident: Incident) -> Reach:
    ends = [incident.last_event_at + _INSTANT]
    if incident.follow_until is not None:
        followed = incident.follow_until
        ends.append(min(followed, incident.closed_at) if incident.closed_at else followed)
    return Reach(
        whose=whose(incident),
        since=incident.first_event_at,
        until=max(ends),
    )


def _leave_out_own(journal: Journal, reaches: list[Reach], cases: Mapping[int, ScopeCase], skip_bad: bool) -> None:
    """Leave out what holders do where they were known before, and no finding has seen anybody else."""
    accounts = {at: frozenset(a for a in reaches[at].whose.actors if a.startswith(ACCOUNT)) for at in cases}
    places = [at for at, some in accounts.items() if some]
    asked = [_before(reaches[at], Anyone(actors=accounts[at])) for at in places]
    for at, usual in zip(places, reached(journal, asked, skip_bad=skip_bad), strict=True):
        pairs = usual.drop_nulls()
        seen = _seen_at(cases[at], pairs)
        reaches[at] = replace(reaches[at], usual=frozenset(pairs.filter(~frames.from_addresses(seen)).iter_rows()))


def _seen_at(case: ScopeCase, known: pl.DataFrame) -> frozenset[str]:
    """Return the addresses at which findings saw whoever is not the holder.

    A rule that saw an address where nobody of the incident was known, and others besides, saw the holder at these: a
    session that is used in two places is used at home by whom it belongs to.
    """
    if not case.findings:
        return frozenset(case.incident.source_ips)
    by_rule: dict[str, set[str]] = {}
    for finding in case.findings:
        by_rule.setdefault(finding.rule_id, set()).update(finding.source_ips)
    places = frozenset().union(*by_rule.values())
    here = {each for each in places if known.filter(frames.from_addresses((each,))).height}
    return frozenset().union(*((seen - here) or seen for seen in by_rule.values()))


def _leave_out_known(journal: Journal, reaches: list[Reach], places: Sequence[int], skip_bad: bool) -> None:
    """Leave out the accounts that came from the addresses before; looked for only where others came at all."""
    met = reached(journal, [reaches[at] for at in places], skip_bad=skip_bad)
    others = {at: _actors(frame) - reaches[at].whose.actors for at, frame in zip(places, met, strict=True)}
    crowded = [at for at in places if others[at]]
    asked = [_before(reaches[at], Anyone(addresses=reaches[at].whose.addresses)) for at in crowded]
    for at, frame in zip(crowded, reached(journal, asked, skip_bad=skip_bad), strict=True):
        reaches[at] = replace(reaches[at], known=_actors(frame) & others[at])


def _before(reach: Reach, these: Anyone) -> Reach:
    return Reach(whose=these, since=reach.since - _KNOWN_WITHIN, until=reach.since)


def _actors(frame: pl.DataFrame) -> frozenset[str]:
    return frozenset(frame["actor.id"].drop_nulls())
