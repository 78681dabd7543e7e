"""Do the parts of the settings fit together? Names that other parts use must exist, and nothing may be named twice.

Comes in: settings (of a file with mistakes, those of its parts that are right) and the names the file defines. Goes
out: every problem with its place. What lies outside the file (formats, rules, checklists) is looked at where it is
read.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from detector.errors import Problem, did_you_mean
from detector.settings.account_form import ACCOUNT
from detector.settings.loading.yaml_nodes import Where
from detector.settings.places import unknown_place
from detector.settings.sections.records import Route
from detector.settings.sections.response import ACCESS_ROLES, ROLES
from detector.settings.sections.rota_settings import RotaOverride

if TYPE_CHECKING:
    from detector.settings import Settings


@dataclass(frozen=True)
class Names:
    """What the file defines, be its definition right or wrong: a mistake there is no reason for another one here."""

    classes: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    roles_file: bool = False

    @classmethod
    def of(cls, data: Any) -> "Names":
        """Return the names in plain values."""
        people = _at(data, "team", "people")
        return cls(
            classes=_keys(_at(data, "records", "data_classes")),
            targets=_keys(_at(data, "notify", "targets")),
            people=frozenset(str(each.get("name")) for each in people if isinstance(each, dict))
            if isinstance(people, list)
            else frozenset(),
            roles_file=bool(_at(data, "actors", "roles_file")),
        )


def misfits(settings: "Settings", names: Names) -> Iterator[Problem]:
    """Yield everything that does not fit together."""
    for look in _LOOKS:
        yield from look(settings, names)


def _sources(settings: "Settings", names: Names) -> Iterator[Problem]:
    yield from _twice("source", [each.name for each in settings.sources], ("sources",))
    for number, source in enumerate(settings.sources):
        if source.accounts == "listed" and not names.roles_file:
            yield Problem(
                where=("sources", number, "accounts"),
                what=f"the source {source.name} believes accounts that are listed, and there is no actors.roles_file: "
                "every name in it would be nobody's",
                fix="name the file, or write auto, verified or claimed",
            )


def _residence(settings: "Settings", names: Names) -> Iterator[Problem]:
    for number, place in enumerate(settings.legal.residence):
        if wrong := unknown_place(place):
            yield Problem(where=("legal", "residence", number), what=wrong[0], fix=wrong[1])


def _routes(settings: "Settings", names: Names) -> Iterator[Problem]:
    for number, route in enumerate(settings.records.routes):
        where: Where = ("records", "routes", number)
        yield from _shape(route, where)
        for at, name in enumerate(route.classes):
            if name not in names.classes:
                yield Problem(
                    where=(*where, "classes", at),
                    what=f"the data class {name!r} is not defined under records.data_classes",
                    fix=did_you_mean(name, names.classes) or "define it there",
                )


def _shape(route: Route, where: Where) -> Iterator[Problem]:
    if not route.path and not route.table and not route.when:
        what = "the route says nothing about which requests it fits"
        yield Problem(where=where, what=what, fix="add `path`, `table` or `when`")
    if route.path and not route.path.startswith("/"):
        what = f"the path template {route.path!r} must begin with /"
        yield Problem(where=(*where, "path"), what=what, fix=f"write /{route.path}")


def _people(settings: "Settings", names: Names) -> Iterator[Problem]:
    yield from _twice("person", [each.name for each in settings.team.people], ("team", "people"))
    for number, person in enumerate(settings.team.people):
        held = {role for role, holders in settings.team.roles.items() if person.name in holders}
        if not person.targets and not (held and held <= set(ACCESS_ROLES)):
            yield Problem(
                where=("team", "people", number),
                what=f"{person.name} has no targets: nobody could page them",
                fix="name a target, or give them no role but reader, auditor or admin",
            )
        for at, target in enumerate(person.targets):
            if target not in names.targets:
                yield Problem(
                    where=("team", "people", number, "targets", at),
                    what=f"the target {target!r} of {person.name} is not defined under notify.targets",
                    fix=did_you_mean(target, names.targets) or "define it there",
                )


def _logins(settings: "Settings", names: Names) -> Iterator[Problem]:
    """Nobody's login may be another's name: whoever signs in with it would act as them."""
    form = settings.actors.form
    called = {form(name): name for name in sorted(names.people)}
    for number, person in enumerate(settings.team.people):
        logins = {
            form(each.removeprefix(ACCOUNT)): at for at, each in enumerate(person.accounts) if each.startswith(ACCOUNT)
        }
        for login in sorted((logins.keys() & called.keys()) - {form(person.name)}):
            other = called[login]
            yield Problem(
                where=("team", "people", number, "accounts", logins[login]),
                what=f"the login {login} of {person.name} is the name of {other}: nobody can tell whose it is",
                fix=f"call {other} otherwise, or give the account to {other} alone",
            )


def _telegram(settings: "Settings", names: Names) -> Iterator[Problem]:
    users = settings.notify.telegram_users
    for name, user in users.items():
        where: Where = ("notify", "telegram_users", name)
        if name not in names.people:
            what = f"{name!r} is not among team.people"
            yield Problem(where=where, what=what, fix=did_you_mean(name, names.people) or "add the person there")
        elif others := [each for each, known in users.items() if known == user and each < name]:
            what = f"{name} has the Telegram id of {others[0]}: nobody could tell whose word a press is"
            yield Problem(where=where, what=what, fix="give each person their own")


def _roles(settings: "Settings", names: Names) -> Iterator[Problem]:
    for role, holders in settings.team.roles.items():
        known = (*ROLES, *ACCESS_ROLES)
        if role not in known:
            yield Problem(
                where=("team", "roles", role), what=f"there is no role {role!r}", fix=did_you_mean(role, known)
            )
        for at, name in enumerate(holders):
            if name not in names.people:
                yield Problem(
                    where=("team", "roles", role, at),
                    what=f"{name!r}, who holds the role {role}, is not among team.people",
                    fix=did_you_mean(name, names.people) or "add the person there",
                )


def _rota(settings: "Settings", names: Names) -> Iterator[Problem]:
    """Everybody of the rota must be known, be reached, and hold the role in which they are called."""
    rota, role = settings.notify.rota, settings.notify.oncall_role
    where: Where = ("notify", "rota")
    named = [((*where, "people", at), name) for at, name in enumerate(rota.people)]
    named += [((*where, "deputies", at), name) for at, name in enumerate(rota.deputies)]
    for at, each in enumerate(rota.overrides):
        named += [((*where, "overrides", at, "person"), each.person)]
        named += [((*where, "overrides", at, "deputy"), each.deputy)] if each.deputy else []
    away = [((*where, "absences", at, "person"), each.person) for at, each in enumerate(rota.absences)]
    for place, name in (*named, *away):
        if name not in names.people:
            what = f"{name!r} of the rota is not among team.people"
            yield Problem(where=place, what=what, fix=did_you_mean(name, names.people) or "add the person there")
    paged, holders = settings.team.paged, settings.team.roles.get(role, ())
    for place, name in named:
        if name in names.people and (name not in paged or name not in holders):
            missing = "has no targets" if name not in paged else f"does not hold the role {role}"
            fix = "name a target" if name not in paged else f"add {name} to team.roles.{role}: it is who is on call"
            yield Problem(where=place, what=f"{name} is on the rota and {missing}", fix=fix)
    spans = sorted((*_span(each), at) for at, each in enumerate(rota.overrides))
    for (_, end, _), (begin, _, at) in pairwise(spans):
        if begin < end:
            what, fix = "an override begins before another one has ended", "let each begin when the one before ends"
            yield Problem(where=(*where, "overrides", at), what=what, fix=fix)


def _span(override: RotaOverride) -> tuple[datetime, datetime]:
    """Return when an override begins and ends; without a zone as if it were UTC, which tells enough of their order."""
    begin, end = (each if each.tzinfo else each.replace(tzinfo=UTC) for each in (override.starts, override.ends))
    return begin, end


def _times(settings: "Settings", _names: Names) -> Iterator[Problem]:
    if settings.behaviour.window % settings.behaviour.tick:
        yield Problem(
            where=("behaviour", "tick"),
            what="behaviour.window is not a whole number of ticks",
            fix="choose a tick that divides the window: 5m for 1h",
        )
    ladder = settings.notify.ladder
    for number in range(1, len(ladder)):
        if ladder[number].after <= ladder[number - 1].after:
            yield Problem(
                where=("notify", "ladder", number, "after"),
                what="`after` must be later than the previous rung",
                fix="sort notify.ladder by `after`",
            )


_LOOKS: tuple[Callable[["Settings", Names], Iterable[Problem]], ...] = (
    _sources,
    _routes,
    _people,
    _logins,
    _telegram,
    _roles,
    _rota,
    _residence,
    _times,
)


def _twice(kind: str, names: list[str], where: Where) -> Iterator[Problem]:
    for number, name in enumerate(names):
        if name in names[:number]:
            yield Problem(
                where=(*where, number, "name"),
                what=f"duplicate name {name!r} (a {kind} above has it)",
                fix="give each its own name",
            )


def _at(data: Any, *keys: str) -> Any:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _keys(data: Any) -> frozenset[str]:
    return frozenset(map(str, data)) if isinstance(data, dict) else frozenset()
