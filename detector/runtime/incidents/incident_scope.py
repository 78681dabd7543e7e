"""Whose data an incident is about: the one answer of pages, commands, replay and export, from the access journal.

Counted are the touches of its actors between its first and last event; of a session, by whichever account; of a machine
or a service, those that name nobody. Of an account's touches those count that are suspicious
(``suspicious_touches``); its usual work of these hours is a list of its own. Where a finding says that somebody else
got in, or tries to, everything counts, and what follows as well (``Incident.follow_until``), and so do touches from an
attacking address by accounts that never came from there before: those behind it for weeks are colleagues or clients of
the same office. An account that others may use is used by its holder still: what is done from an address it was known
at, and where no intruding finding saw anything but the holder, is the holder's own work. Of that, too, counts what the
incident's other findings are about.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice
from typing import NamedTuple

import polars as pl

from detector import frames
from detector.incident import Playbook, intrudes
from detector.runtime.incidents.finding_manner import counts_since
from detector.runtime.incidents.intruder_places import (
    Intrusion,
    findings_of_holders,
    got_in,
    gravest,
    known_at,
    nobody_else,
    seen_at,
)
from detector.runtime.incidents.suspicious_touches import followed_for, part_touches
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
_DAY = timedelta(days=1)
# Who came from an address within this time before the first event is known there.
_KNOWN_WITHIN = timedelta(days=30)
# Who touches more within an incident and a day around it is no person, and is followed a day only.
_MOST_FOLLOWED = 10_000


class ScopeCase(NamedTuple):
    """An incident and the findings behind it; without findings all of its actors' touches count as suspicious."""

    incident: Incident
    findings: Sequence[Finding] = ()


class _Around(NamedTuple):
    """What was touched within a reach, and the clients of it (``touched_clients``)."""

    reach: Reach
    events: pl.DataFrame
    clients: pl.DataFrame


class _Reached(NamedTuple):
    """Whose touches count in an incident.

    Attributes:
        strange: Addresses that findings saw, and at which none of its accounts was known before.
        known: Those at which one was.
    """

    reach: Reach
    strange: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Parted:
    """What counts, and what is usual work of the same actors meanwhile; None: nothing is."""

    counted: Reach
    usual: Reach | None = None


class _Asked(NamedTuple):
    """An incident, what says where somebody else was, and whose touches count in it."""

    case: ScopeCase
    told: Intrusion
    reached: _Reached


@dataclass(frozen=True, slots=True)
class IncidentScopes:
    """Answers whose data incidents are about.

    Attributes:
        journal: Where touches are kept.
        watched: Ids of watched clients (``CompanyLists.watched``).
        playbooks: By name: they tell which findings say that somebody else got in. Without them all may.
        skip_bad: Answer from what can be read of a damaged journal, instead of raising ``StoreError``.
    """

    journal: Journal
    watched: frozenset[str] = frozenset()
    playbooks: Mapping[str, Playbook] = field(default_factory=dict)
    skip_bad: bool = False

    def scope(self, incident: Incident, findings: Sequence[Finding] = ()) -> Scope:
        """Return the blast radius of an incident."""
        return self.scopes([ScopeCase(incident, findings)])[0]

    def scopes(self, cases: Iterable[ScopeCase]) -> list[Scope]:
        """Return the blast radius of each of many incidents."""
        found: dict[int, Scope] = {}
        for near, parted in self._slices(list(cases)):
            found |= zip(parted, self._counted(near, list(parted.values())), strict=True)
        return [found[at] for at in sorted(found)]

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
        found = {at: each for _, parted in self._slices(cases) for at, each in parted.items()}
        return [found[at] for at in sorted(found)]

    def _slices(self, cases: Sequence[ScopeCase]) -> Iterator[tuple[TouchReader, dict[int, _Parted]]]:
        """Yield some incidents at a time, parted, with what holds their touches: the journal is read once for them.

        A matter that is followed further than a day is parted after the others, unless its actors touch too much.
        """
        told = [self._told(case) for case in cases]
        reaches = _reaches(self.journal, told, self.skip_bad)
        asked = list(map(_Asked, cases, told, reaches))
        places, far = list(range(len(asked))), list[int]()
        for further in (False, True):
            wide = [_widened(asked[at], further=further) for at in places]
            rest = iter(places)
            for near, count in slices(self.journal, wide, skip_bad=self.skip_bad):
                found = {at: self._part(near, asked[at], further=further) for at in islice(rest, count)}
                far += [at for at, each in found.items() if each is None]
                yield near, {at: each for at, each in found.items() if each is not None}
            places = far

    def _told(self, case: ScopeCase) -> Intrusion:
        """Return the incident with the findings that say that somebody else got in: the gravest of them decide."""
        if case.incident.matter == STORM_MATTER:
            return Intrusion(case.incident, (), case.findings)
        said = [each for each in case.findings if intrudes(each, self.playbooks)]
        return Intrusion(case.incident, gravest(said), case.findings)

    def _part(self, near: TouchReader, asked: "_Asked", *, further: bool) -> _Parted | None:
        """Part the touches of an incident; None: it has to be followed ``further``."""
        case, told, (reach, strange, known) = asked.case, asked.told, asked.reached
        accounts = sorted(actor for actor in reach.whose.actors if actor.startswith(ACCOUNT))
        if not accounts or not case.findings or case.incident.matter == STORM_MATTER:
            return self._beside_holder(near, asked, (), further=further)
        if case.incident.follow_until is None or nobody_else(told, strange, known):
            return self._of_manner(near, asked, accounts, further=further)
        return self._beside_holder(near, asked, findings_of_holders(told, strange), further=further)

    def _of_manner(
        self, near: TouchReader, asked: "_Asked", accounts: Sequence[str], *, further: bool
    ) -> _Parted | None:
        """Part what findings are about from the rest of what the accounts did."""
        reach, findings = replace(asked.reached.reach, usual=frozenset()), asked.case.findings
        around = self._around(near, asked, further=further)
        if around is None:
            return None
        wide, events, clients = around
        found = part_touches(events, clients, findings, (reach.since, reach.until), accounts, self.watched)
        usual = replace(reach, lines=found.usual) if found.usual.height else None
        return _Parted(replace(wide, lines=found.suspicious), usual)

    def _around(self, near: TouchReader, asked: "_Asked", *, further: bool) -> _Around | None:
        """Read what was touched, as far before and after as the matter is followed; None: it has to be ``further``."""
        wide = replace(_widened(asked, further=further), usual=frozenset())
        events, clients = touched_clients(near, wide, skip_bad=self.skip_bad)
        if not further and followed_for(asked.case.findings) > _DAY and events.height <= _MOST_FOLLOWED:
            return None
        return _Around(wide, events, clients)

    def _beside_holder(
        self, near: TouchReader, asked: "_Asked", others: Sequence[Finding], *, further: bool
    ) -> _Parted | None:
        """Part what others may have done from what the holders did where they were known before.

        Args:
            near: Holds the touches.
            asked: The incident.
            others: Findings about what the holders did: what they are about counts as well.
            further: As ``_part``.
        """
        reach = asked.reached.reach
        if not reach.usual:
            return _Parted(reach)
        if others:
            around = self._around(near, asked, further=further)
        else:
            whole = replace(reach, usual=frozenset())
            around = _Around(whole, *touched_clients(near, whole, skip_bad=self.skip_bad))
        if around is None:
            return None
        wide, events, clients = around
        own = pl.DataFrame(sorted(reach.usual), {"actor.id": pl.String(), "source.ip": pl.String()}, orient="row")
        theirs = events.join(own, on=["actor.id", "source.ip"], how="semi")
        during = pl.col("@timestamp").is_between(reach.since, reach.until, closed="left")
        left = theirs.filter(during).select(LINE)
        counted = reach
        if others and left.height:
            mine = clients.join(own, on=["actor.id", "source.ip"], how="semi")
            accounts = sorted({actor for actor, _ in reach.usual})
            found = part_touches(theirs, mine, others, (reach.since, reach.until), accounts, self.watched)
            strange = events.filter(during).join(theirs.select(LINE), on=LINE, how="anti").select(LINE)
            counted = replace(wide, lines=pl.concat([strange, found.suspicious]).unique())
            left = found.usual
        return _Parted(counted, replace(reach, usual=frozenset(), lines=left) if left.height else None)


def _widened(asked: "_Asked", *, further: bool) -> Reach:
    """Return its reach with a day before and after, or as much as it is followed; no longer than it was open.

    The days that findings add up are in it.
    """
    reach, closed = asked.reached.reach, asked.case.incident.closed_at
    far = max(followed_for(asked.case.findings), _DAY) if further else _DAY
    until = reach.until + far
    if closed is not None:
        until = max(reach.until, min(until, closed))
    since = min((reach.since - far, *map(counts_since, asked.case.findings)))
    return replace(reach, since=since, until=until)


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


def _reaches(journal: Journal, cases: Sequence[Intrusion], skip_bad: bool) -> list[_Reached]:
    """Return whose touches count in each; the journal is asked about all of them at once."""
    reaches = [_all_of(case.incident) for case in cases]
    followed = [place for place, case in enumerate(cases) if case.incident.follow_until is not None]
    places = _leave_out_own(journal, reaches, {place: cases[place] for place in followed}, skip_bad)
    _leave_out_known(journal, reaches, [place for place in followed if reaches[place].whose.addresses], skip_bad)
    return [_Reached(reach, *places.get(at, ())) for at, reach in enumerate(reaches)]


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


def _leave_out_own(
    journal: Journal, reaches: list[Reach], cases: Mapping[int, Intrusion], skip_bad: bool
) -> dict[int, tuple[frozenset[str], frozenset[str]]]:
    """Leave out what holders do where they were known before, and no finding has seen anybody else.

    Where a grave finding says when somebody got in, an account was known as well where it was used before that, unless
    a finding of its rule saw somebody there.

    Returns:
        By incident, at which of the addresses of its findings none of its accounts was known, and at which one was.
    """
    accounts = {at: frozenset(a for a in reaches[at].whose.actors if a.startswith(ACCOUNT)) for at in cases}
    asked = {at: _before(reaches[at], Anyone(actors=some)) for at, some in accounts.items() if some}
    until = {at: replace(each, until=got_in(cases[at], each.until)) for at, each in asked.items()}
    found = reached(journal, [*asked.values(), *until.values()], skip_bad=skip_bad)
    places: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
    for at, usual, more in zip(asked, found[: len(asked)], found[len(asked) :], strict=True):
        pairs = usual.drop_nulls()
        names = frozenset().union(*(each.source_ips for each in cases[at].findings))
        here = known_at(names, pairs)
        intruders = frozenset().union(*(each.source_ips for each in cases[at].said)) - here
        if intruders:
            pairs = pl.concat([pairs, more.drop_nulls().filter(~frames.from_addresses(intruders))]).unique()
            here = known_at(names, pairs)
        seen = seen_at(cases[at], here)
        reaches[at] = replace(reaches[at], usual=frozenset(pairs.filter(~frames.from_addresses(seen)).iter_rows()))
        places[at] = seen - here, here
    return places


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
