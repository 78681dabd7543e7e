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
from functools import partial
from itertools import islice
from typing import NamedTuple

import polars as pl

from detector import frames
from detector.incident import Playbook, intrudes
from detector.runtime.incidents.manner.finding_manner import counts_since, days_added_up
from detector.runtime.incidents.manner.suspicious_touches import followed_for, part_touches, without
from detector.runtime.incidents.manner.touch_rows import client_touches as touches_of_clients
from detector.runtime.incidents.scopes.intruder_places import (
    Intrusion,
    findings_of_holders,
    got_in,
    gravest,
    known_at,
    nearby,
    nobody_else,
    seen_at,
)
from detector.schema.case.incidents import STORM_MATTER, HandNamed, Incident, IncidentKind, Scope
from detector.schema.case.scope_versions import ScopedClients
from detector.schema.detection.findings import Finding
from detector.schema.events.columns import ACCOUNT, ADDRESS, HOST, SESSION, UNNAMED
from detector.schema.events.touches import TouchSummary
from detector.store import (
    LINE_KEY,
    Anyone,
    Journal,
    JournalSlice,
    Reach,
    class_subjects,
    client_touches,
    compute_scopes,
    reached,
    records_by_label,
    scopes_and_subjects,
    slices,
    subject_ids,
    subjects_table,
    touch_summary,
    touched_clients,
    touched_lines,
    touched_records,
    touching,
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
        of_class: Clients are told by class of data and by record as well: somebody counts by where they live.
    """

    journal: Journal
    watched: frozenset[str] = frozenset()
    playbooks: Mapping[str, Playbook] = field(default_factory=dict)
    skip_bad: bool = False
    of_class: bool = False

    def scope(self, incident: Incident, findings: Sequence[Finding] = ()) -> Scope:
        """Return the blast radius of an incident."""
        return self.scopes([ScopeCase(incident, findings)])[0]

    def with_clients(self, incident: Incident, findings: Sequence[Finding] = ()) -> ScopedClients:
        """Return the blast radius of an incident with the ids of its clients, from one reading of the journal."""
        near, parted = self._one(ScopeCase(incident, findings))
        work = [] if parted.usual is None else [parted.usual]
        (scope, ids), *usual = scopes_and_subjects(near, [parted.counted, *work], skip_bad=self.skip_bad)
        found = ScopedClients(scope, ids)
        for of_work, others in usual:
            found = ScopedClients(_with_usual(scope, ids, of_work, others), ids, others - ids)
        if not self.of_class:
            return found
        records = touched_records(near, parted.counted, skip_bad=self.skip_bad)
        return found._replace(
            of_class=class_subjects(near, parted.counted, skip_bad=self.skip_bad),
            records_by_label=partial(records_by_label, records),
        )

    def scopes(self, cases: Iterable[ScopeCase]) -> list[Scope]:
        """Return the blast radius of each of many incidents."""
        found: dict[int, Scope] = {}
        for near, parted in self._slices(list(cases)):
            found |= zip(parted, self._counted(near, list(parted.values())), strict=True)
        return [found[at] for at in sorted(found)]

    def subject_ids(self, cases: Iterable[ScopeCase]) -> list[tuple[frozenset[str], frozenset[str]]]:
        """Return for each the ids of the clients touched, and of those whom usual work alone touched."""
        found: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
        for near, parted in self._slices(list(cases)):
            found |= zip(parted, self._clients(near, list(parted.values())), strict=True)
        return [found[at] for at in sorted(found)]

    def subjects(self, case: ScopeCase, *, usual: bool = False) -> pl.DataFrame:
        """Return the clients touched, one row each.

        Args:
            case: The incident.
            usual: Those whom the actors' usual work alone touched, instead of those of the matter.
        """
        near, parted = self._one(case)
        if not usual:
            return subjects_table(near, reach=parted.counted, skip_bad=self.skip_bad)
        if parted.usual is None:
            return subjects_table(near, reach=parted.counted, skip_bad=self.skip_bad).clear()
        ((_, ids),) = self._clients(near, [parted])
        return subjects_table(near, reach=parted.usual, subjects=ids, skip_bad=self.skip_bad)

    def client_touches(self, case: ScopeCase) -> pl.DataFrame:
        """Return what was done with each class of each client's data: ``store.client_touches``."""
        near, parted = self._one(case)
        return client_touches(near, parted.counted, skip_bad=self.skip_bad)

    def events(self, case: ScopeCase) -> pl.DataFrame:
        """Return the events that count, each once, in columns of the journal; of a damaged one what can be read."""
        near, parted = replace(self, skip_bad=True)._one(case)
        return touching(near, parted.counted, skip_bad=True)

    def lines(self, case: ScopeCase) -> pl.DataFrame:
        """Return where the touches that count stand, each once: ``touched_lines``."""
        _, parted = replace(self, skip_bad=True)._one(case)
        return touched_lines(self.journal, parted.counted, skip_bad=True)

    def touches(self, case: ScopeCase) -> TouchSummary:
        """Return what explains that these clients were touched; of a damaged journal what can be read."""
        near, parted = replace(self, skip_bad=True)._one(case)
        incident = case.incident
        found = touch_summary(self.journal, parted.counted, incident.actor_id, began=incident.first_event_at)
        if parted.usual is None:
            return found
        (counted,) = subject_ids(near, [parted.counted], skip_bad=True)
        work = touch_summary(self.journal, parted.usual, "", without=counted)
        return replace(found, usual=work.by_class, usual_untold=work.untold)

    def _counted(self, near: JournalSlice, parted: Sequence[_Parted]) -> list[Scope]:
        counted, work = [each.counted for each in parted], [each.usual for each in parted if each.usual is not None]
        if not work:
            return compute_scopes(near, counted, skip_bad=self.skip_bad)
        found = scopes_and_subjects(near, [*counted, *work], skip_bad=self.skip_bad)
        of_work = iter(found[len(parted) :])
        return [
            scope if each.usual is None else _with_usual(scope, ids, *next(of_work))
            for (scope, ids), each in zip(found[: len(parted)], parted, strict=True)
        ]

    def _clients(self, near: JournalSlice, parted: Sequence[_Parted]) -> list[tuple[frozenset[str], frozenset[str]]]:
        """Return for each the clients of the matter, and those of usual work alone."""
        work = [each.usual for each in parted if each.usual is not None]
        found = subject_ids(near, [*(each.counted for each in parted), *work], skip_bad=self.skip_bad)
        counted, of_work = found[: len(parted)], iter(found[len(parted) :])
        return [
            (ids, frozenset() if each.usual is None else next(of_work) - ids)
            for ids, each in zip(counted, parted, strict=True)
        ]

    def _one(self, case: ScopeCase) -> tuple[JournalSlice, _Parted]:
        ((near, (parted,)),) = [(near, parted.values()) for near, parted in self._slices([case]) if parted]
        return near, parted

    def _slices(self, cases: Sequence[ScopeCase]) -> Iterator[tuple[JournalSlice, dict[int, _Parted]]]:
        """Yield some incidents at a time, parted, with what holds their touches: the journal is read once for them.

        A matter that is followed further than a day is parted after the others, unless its actors touch too much.
        """
        told = [self._told(case) for case in cases]
        asked = list(map(_Asked, cases, told, _reaches(self.journal, told, self.skip_bad)))
        places, later = list(range(len(asked))), list[int]()
        for far in (False, True):
            wide = [_widened(asked[at], far=far) for at in places]
            rest = zip(places, wide, strict=True)
            for near, count in slices(self.journal, wide, skip_bad=self.skip_bad, rows=touches_of_clients):
                parted: dict[int, _Parted] = {}
                for at, reach in islice(rest, count):
                    if not far and self._goes_on(near, asked[at], reach):
                        later.append(at)
                    else:
                        parted[at] = self._part(near, asked[at], replace(reach, usual=frozenset()))
                yield near, parted
            places = later

    def _goes_on(self, near: JournalSlice, asked: "_Asked", wide: Reach) -> bool:
        """Tell whether a matter has to be followed further than a day."""
        if followed_for(asked.case.findings) <= _DAY:
            return False
        whole = replace(wide, usual=frozenset())
        return touching(near, whole, skip_bad=self.skip_bad).height <= _MOST_FOLLOWED

    def _told(self, case: ScopeCase) -> Intrusion:
        """Return the incident with the findings that say that somebody else got in: the gravest of them decide."""
        if case.incident.matter == STORM_MATTER:
            return Intrusion(case.incident, (), case.findings)
        said = [each for each in case.findings if intrudes(each, self.playbooks)]
        return Intrusion(case.incident, gravest(said), case.findings)

    def _part(self, near: JournalSlice, asked: "_Asked", wide: Reach) -> _Parted:
        """Part the touches of an incident; ``wide``: as far before and after as it is followed."""
        parted, named = self._by_findings(near, asked, wide), asked.case.incident.named
        if named is None or not asked.case.findings:
            return parted
        reach = Reach(whose=_named_whose(named), since=named.since, until=named.until + _INSTANT)
        mine = touching(near, reach, skip_bad=self.skip_bad).get_column(LINE_KEY)
        counted, usual = parted.counted, parted.usual
        lines = counted.lines
        if lines is None:
            lines = touching(near, counted, skip_bad=self.skip_bad).get_column(LINE_KEY)
        counted = replace(counted, usual=frozenset(), lines=pl.concat([lines, mine]).unique())
        if usual is not None and usual.lines is not None:
            left = without(usual.lines, mine)
            usual = replace(usual, lines=left) if left.len() else None
        return _Parted(counted, usual)

    def _by_findings(self, near: JournalSlice, asked: "_Asked", wide: Reach) -> _Parted:
        """Part them by what findings are about; what a person named beside that counts whole."""
        case, told, (reach, strange, known) = asked.case, asked.told, asked.reached
        accounts = sorted(actor for actor in reach.whose.actors if actor.startswith(ACCOUNT))
        if not accounts or not case.findings or case.incident.matter == STORM_MATTER:
            return self._beside_holder(near, reach, wide, ())
        if case.incident.follow_until is None or nobody_else(told, strange, known):
            return self._of_manner(near, asked, wide, accounts)
        return self._beside_holder(near, reach, wide, findings_of_holders(told, strange))

    def _of_manner(self, near: JournalSlice, asked: "_Asked", wide: Reach, accounts: Sequence[str]) -> _Parted:
        """Part what findings are about from the rest of what the accounts did."""
        reach, findings = replace(asked.reached.reach, usual=frozenset()), asked.case.findings
        events, clients = touched_clients(near, wide)
        found = part_touches(events, clients, findings, (reach.since, reach.until), accounts, self.watched)
        usual = replace(reach, lines=found.usual) if found.usual.len() else None
        return _Parted(replace(wide, lines=found.suspicious), usual)

    def _beside_holder(self, near: JournalSlice, reach: Reach, wide: Reach, others: Sequence[Finding]) -> _Parted:
        """Part what others may have done from what the holders did where they were known before.

        Args:
            near: Holds the touches.
            reach: The incident's.
            wide: As ``_part``.
            others: Findings about what the holders did: what they are about counts as well.
        """
        if not reach.usual:
            return _Parted(reach)
        around = wide if others else replace(reach, usual=frozenset())
        events, clients = touched_clients(near, around)
        own = pl.DataFrame(sorted(reach.usual), {"actor.id": pl.String(), "source.ip": pl.String()}, orient="row")
        theirs = events.join(own, on=["actor.id", "source.ip"], how="semi")
        during = pl.col("@timestamp").is_between(reach.since, reach.until, closed="left")
        left = theirs.filter(during).get_column(LINE_KEY)
        counted = reach
        elsewhere = events.join(own, on=["actor.id", "source.ip"], how="anti")
        others = [each for each in others if not _adds_up(each, elsewhere)]
        if others and left.len():
            mine = clients.join(own, on=["actor.id", "source.ip"], how="semi")
            accounts = sorted({actor for actor, _ in reach.usual})
            found = part_touches(theirs, mine, others, (reach.since, reach.until), accounts, self.watched)
            strange = without(events.filter(during).get_column(LINE_KEY), theirs.get_column(LINE_KEY))
            counted = replace(wide, lines=pl.concat([strange, found.suspicious]).unique())
            left = found.usual
        return _Parted(counted, replace(reach, usual=frozenset(), lines=left) if left.len() else None)


def _adds_up(finding: Finding, elsewhere: pl.DataFrame) -> bool:
    """Tell whether a finding adds up days on which somebody else used the account, too.

    What that one did passed the limit, whoever came last.
    """
    if not days_added_up(finding):
        return False
    within = pl.col("@timestamp").is_between(counts_since(finding), finding.last_event_at)
    return elsewhere.filter(within & (pl.col("actor.id") == finding.actor_id)).height > 0


def _with_usual(counted: Scope, ids: frozenset[str], usual: Scope, others: frozenset[str]) -> Scope:
    """Return a scope with what usual work touched beside it: its clients without those that count, and its events."""
    return replace(counted, usual_subjects=len(others - ids), usual_events=usual.events)


def _widened(asked: "_Asked", *, far: bool) -> Reach:
    """Return its reach with a day before and after, or as much as it is followed; no longer than it was open.

    The days that findings add up are in it.
    """
    reach, closed = asked.reached.reach, asked.case.incident.closed_at
    margin = max(followed_for(asked.case.findings), _DAY) if far else _DAY
    until = reach.until + margin
    if closed is not None:
        until = max(reach.until, min(until, closed))
    since = min((reach.since - margin, *map(counts_since, asked.case.findings)))
    return replace(reach, since=since, until=until)


def whose(incident: Incident) -> Anyone:
    """Return whose touches count; an account that is only attacked goes on being used by its holder.

    From an address that a person named those of everybody do.
    """
    actors = frozenset((incident.actor_id, *incident.related_actors)) - {""}
    if incident.kind is IncidentKind.ACCOUNT_ATTACK:
        actors = frozenset(actor for actor in actors if not actor.startswith(ACCOUNT))
    named = frozenset(incident.named.addresses) if incident.named is not None else frozenset[str]()
    return replace(counted_for(actors), addresses=_addresses(incident, actors) | named)


def _named_whose(named: HandNamed) -> Anyone:
    return replace(counted_for(frozenset(named.actors)), addresses=frozenset(named.addresses))


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

    An account is known in the networks on the internet it came from, too, and where it is given addresses by turns.
    Where a grave finding says when somebody got in, it was known as well where it was used before that, unless a
    finding of its rule saw somebody there.

    Returns:
        By incident, at which of the addresses of its findings none of its accounts was known, and at which one was.
    """
    accounts = {at: frozenset(a for a in reaches[at].whose.actors if a.startswith(ACCOUNT)) for at in cases}
    asked = {at: _before(reaches[at], Anyone(actors=some)) for at, some in accounts.items() if some}
    until = {at: replace(each, until=got_in(cases[at], each.until)) for at, each in asked.items()}
    during = {at: replace(each, since=reaches[at].since, until=reaches[at].until) for at, each in asked.items()}
    found = reached(journal, [*asked.values(), *until.values(), *during.values()], skip_bad=skip_bad)
    places: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
    of_each = (found[part * len(asked) : (part + 1) * len(asked)] for part in range(3))
    for at, usual, more, met in zip(asked, *of_each, strict=True):
        pairs = usual.drop_nulls()
        names = frozenset().union(*(each.source_ips for each in cases[at].findings))
        here = known_at(names, pairs)
        near = nearby(met.drop_nulls(), pairs, names - here)
        intruders = frozenset().union(*(each.source_ips for each in cases[at].said)) - here
        if intruders:
            pairs = pl.concat([pairs, more.drop_nulls().filter(~frames.from_addresses(intruders))]).unique()
            here = known_at(names, pairs)
        seen = seen_at(cases[at], here)
        pairs = pl.concat([pairs, near]).filter(~frames.from_addresses(seen))
        reaches[at] = replace(reaches[at], usual=frozenset(pairs.iter_rows()))
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
