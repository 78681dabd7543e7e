"""Which endpoints look like client data: guesses by words, ids, methods and sizes.

Comes in: endpoints of a source. Goes out: proposed routes in the order they must stand in, and why the rest is left
out. A word alone is not enough: a page of "our clients" is public. What search engines read, and what never succeeded,
is not proposed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import count

from detector.decode.record_map.path_template import SCRIPT
from detector.runtime.onboarding.guessed_route import GuessedRoute, GuessedRoutes, Remark, Skipped
from detector.runtime.onboarding.request_words import RequestWords, words_of
from detector.runtime.onboarding.routes.classify import (
    NEVER,
    OF_MANY,
    OPEN,
    SIGNED_IN,
    EndpointReading,
    action_of,
    inside,
    may_be_private,
    read,
    sign,
    skipped_because,
)
from detector.runtime.onboarding.routes.endpoints import ID, Endpoint
from detector.schema.events.columns import CHANGES
from detector.settings import Route

_RECORD_SIZES = range(40, 4097)
# A file has a row for each record, without the page or the names of fields around it: by the size of a card, an export
# of ten thousand clients would count as hundreds.
_ROW_OF_A_FILE = 200
_UNMAPPED = 12
_SIGNS = ("login", "logout")
_SELDOM_UNREAD = 0.01
"""Search engines read a public site, what has an id there, too: what they left out of that, at most, as a share."""
_TENANT = "tenant_id"
_PARTS = frozenset({"www", "m", "mobile", "static", "cdn", "auth", "login", "mail", "test", "dev", "stage", "staging"})
"""First names of hosts that are no companies."""


def guess_routes(found: Sequence[Endpoint], words: RequestWords) -> GuessedRoutes:
    """Return what is proposed of a source's endpoints."""
    total = sum(one.count for one in found) or 1
    skipped: Counter[Skipped] = Counter()
    logins: list[GuessedRoute] = []
    candidates: list[tuple[EndpointReading, str]] = []
    unmapped: list[tuple[str, str, int]] = []
    public, unread = True, 0
    for one in found:
        reading = read(one, words)
        reason = skipped_because(reading, words)
        if reason not in OPEN:
            public = public and not (one.signed_in or reading.objects)
            unread += one.count if may_be_private(reading) else 0
        signs = sign(reading, words)
        if signs and one.method not in ("GET", "HEAD", *NEVER):
            logins.append(_login(one, signs, total))
        elif reason is not None:
            skipped[reason] += one.count
        elif signs:
            skipped[Skipped.SIGN_IN_PAGE] += one.count
        elif reading.objects or _speaks(reading, words):
            candidates.append((reading, action_of(reading, words)))
        else:
            skipped[Skipped.UNKNOWN] += one.count
            unmapped.append((one.method, one.pattern, one.count))
    guesses = _merged(_propose(candidates, words, total, skipped, unmapped))
    return GuessedRoutes(
        routes=tuple(sorted(guesses, key=_order)),
        logins=tuple(_merged(logins)),
        skipped=tuple(sorted(skipped.items(), key=lambda one: -one[1])),
        unmapped=tuple(sorted(unmapped, key=lambda one: -one[2])[:_UNMAPPED]),
        unmapped_kinds=len(unmapped),
        remarks=tuple(_remarks(found)),
        public=public and unread <= _SELDOM_UNREAD * skipped[Skipped.PUBLIC],
    )


def _login(one: Endpoint, action: str, total: int) -> GuessedRoute:
    methods = (one.method,) if one.method else ()
    route = Route.model_validate({"path": _path(one.segments), "methods": methods, "action": action})
    return GuessedRoute(
        route=route, wanted=True, count=one.count, share=one.count / total, size=one.size, paths=one.paths
    )


def _speaks(reading: EndpointReading, words: RequestWords) -> bool:
    """Tell whether it names an id of a client in its query, or exports, searches or downloads nobody says what."""
    if any(words.objects_of_parameter(name) for name in reading.endpoint.ids):
        return True
    return words.action_in(set(reading.words)) in ("export", "search", "download") and inside(reading, words)


def _propose(
    candidates: Sequence[tuple[EndpointReading, str]],
    words: RequestWords,
    total: int,
    skipped: Counter[Skipped],
    unmapped: list[tuple[str, str, int]],
) -> list[GuessedRoute]:
    by_id: Counter[str] = Counter()
    for reading, _ in candidates:
        by_id.update({kind: reading.endpoint.count for _, kind in reading.objects if reading.has_id})
    persons = [kind for kind, _ in by_id.most_common() if words.file.objects[kind].person]
    record_sizes = _record_sizes(candidates)
    made: list[GuessedRoute] = []
    for reading, action in candidates:
        one = reading.endpoint
        kinds = [kind for _, kind in reading.objects] or [
            kind for name in one.ids for kind in words.objects_of_parameter(name)
        ]
        if not kinds and action in OF_MANY and persons and one.signed_in >= SIGNED_IN:
            kinds = persons[:1]  # who searches or exports where records of persons are opened finds those
        sure = any(words.file.objects[kind].sure for kind in kinds)
        private = inside(reading, words)
        asked = reading.has_id or action in (*OF_MANY, "download", "print", "create") or _call(one)
        wanted = bool(kinds) and (private or (sure and (reading.has_id or bool(set(kinds) & by_id.keys()))))
        if not asked or not (wanted or sure or private or reading.has_id):
            skipped[Skipped.UNKNOWN] += one.count
            unmapped.append((one.method, one.pattern, one.count))
            continue
        made.append(_guess(reading, action, kinds, wanted, words, total, record_sizes))
    return made


def _call(one: Endpoint) -> bool:
    """Tell whether it calls a method by name: ``POST /acme.crm.Customers/Get``; its ids are in what is sent."""
    called = any(name.replace(".", "").isalnum() and "." in name.strip(".") for name in one.segments[-2:])
    program = any(SCRIPT.search(name) for name in one.segments[-2:])  # /client.php?id=17 is a page
    return one.method == "POST" and called and not program and ID not in one.pattern


def _record_sizes(candidates: Sequence[tuple[EndpointReading, str]]) -> dict[str, int]:
    """Return how large the answer about one record of each kind is, where that is no page around it."""
    sizes: dict[str, int] = {}
    for reading, action in candidates:
        if action == "read" and reading.objects and reading.endpoint.size in _RECORD_SIZES:
            sizes.setdefault(reading.objects[-1][1], reading.endpoint.size)
    return sizes


def _guess(
    reading: EndpointReading,
    action: str,
    kinds: Sequence[str],
    wanted: bool,
    words: RequestWords,
    total: int,
    sizes: dict[str, int],
) -> GuessedRoute:
    one = reading.endpoint
    persons = [kind for kind in kinds if words.file.objects[kind].person]
    kind = kinds[-1] if kinds else "client"
    if kind == "card" and persons:
        kind = persons[-1]
    path, names = _named(reading)
    within = (
        f"{{{_TENANT}}}"
        if reading.tenant is not None
        else "host"
        if one.companies_by_host and _shared(one.hosts, words)
        else ""
    )
    subject, record, stand_in = _whose(reading, names, words)
    route = Route.model_validate(
        {
            "path": path,
            "methods": (one.method,) if one.method else (),
            "action": action,
            "object": kind,
            "classes": words.file.objects[kind].classes,
            "subject": subject,
            "tenant": within if subject else "",
            "record": record,
            "bytes_per_record": _row_size(action, sizes.get(kind)) if action in OF_MANY and not subject else None,
        }
    )
    said = {word for name in one.segments for word in words_of(name)}
    hits = {word for word in said if word in words.object_of} or said & set(words.file.actions.get(action, ()))
    return GuessedRoute(
        route=route,
        wanted=wanted,
        count=one.count,
        share=one.count / total,
        size=one.size,
        paths=one.paths,
        signed_in=one.signed_in,
        stand_in=stand_in,
        words=tuple(sorted(hits)),
    )


def _row_size(action: str, size: int | None) -> int | None:
    """Return how many bytes of an answer are one record, by how large the answer about one is."""
    return min(size, _ROW_OF_A_FILE) if size is not None and action == "export" else size


def _shared(hosts: Sequence[str], words: RequestWords) -> bool:
    """Tell whether the hosts differ in their first name alone, and that name is of no part of a system."""
    if not hosts or any(host.replace(".", "").isdigit() or ":" in host for host in hosts):
        return False
    first = {name for host in hosts if (name := host.partition(".")[0]) not in _PARTS | set(words.file.inside)}
    rest = {host.partition(".")[2] for host in hosts}
    return len(first) > 1 and len(rest) == 1 and all("." in one for one in rest)


def _named(reading: EndpointReading) -> tuple[str, dict[int, str]]:
    """Return the path with a name for each id, and the name of each segment's id."""
    names: dict[int, str] = {}
    for at in reading.ids:
        before = [one for place, one in reading.objects if place <= at]
        base = f"{before[-1]}_id" if before else "id"
        base = "id" if base in names.values() else base
        names[at] = next(name for name in _numbered(base) if name not in names.values())
    segments = [
        f"{{{_TENANT}}}" if at == reading.tenant else name.replace(ID, f"{{{names[at]}}}") if at in names else name
        for at, name in enumerate(reading.endpoint.segments)
    ]
    return f"/{'/'.join(segments)}", names


def _numbered(base: str) -> Iterator[str]:
    """Give a name, and then the same with a number."""
    yield base
    yield from (f"{base}_{number}" for number in count(2))


def _whose(reading: EndpointReading, names: dict[int, str], words: RequestWords) -> tuple[str, str, bool]:
    """Return where the client's id stands, where the record's, and whether the latter stands in for the former."""
    person_of = {at: name for at, name in names.items() if _person(name, words)}
    queried = [
        name
        for name in reading.endpoint.ids
        if any(words.file.objects[k].person for k in words.objects_of_parameter(name))
    ]
    last = f"{{{names[max(names)]}}}" if names else ""
    if person_of:
        first = min(person_of)
        subject = f"{{{person_of[first]}}}"
        return subject, "" if last == subject else last, False
    if queried:
        return f"query:{queried[0]}", last, False
    if names:
        return last, "", True
    if reading.endpoint.ids:
        named = any(words.file.objects[kind].person for _, kind in reading.objects)
        return f"query:{reading.endpoint.ids[0]}", "", not named
    return "", "", False


def _person(name: str, words: RequestWords) -> bool:
    kind = name.partition("_id")[0]
    return kind in words.file.objects and words.file.objects[kind].person


def _merged(guesses: Iterable[GuessedRoute]) -> list[GuessedRoute]:
    """Put together what differs in the method alone; a path on which one thing is done needs no methods."""
    by: dict[tuple[str, str], list[GuessedRoute]] = {}
    for one in guesses:
        by.setdefault((one.route.path, one.route.action), []).append(one)
    actions = Counter(path for path, _ in by)
    made: list[GuessedRoute] = []
    most: dict[str, tuple[int, str]] = {}
    for (path, action), same in by.items():
        if action not in (*CHANGES, *_SIGNS):
            most[path] = max(most.get(path, (0, "")), (sum(one.count for one in same), action))
    for (path, action), same in by.items():
        first = same[0]
        methods = tuple(dict.fromkeys(method for one in same for method in one.route.methods))
        # A server may answer methods nobody has used yet: they count as what sends most.
        rest = path in most and most[path][1] == action
        named = action in _SIGNS or (actions[path] > 1 and not rest)
        made.append(
            GuessedRoute(
                route=first.route.model_copy(update={"methods": methods if named else ()}),
                wanted=any(one.wanted for one in same),
                count=sum(one.count for one in same),
                share=sum(one.share for one in same),
                size=max(one.size for one in same),
                paths=max(one.paths for one in same),
                signed_in=max(one.signed_in for one in same),
                stand_in=first.stand_in,
                words=first.words,
            )
        )
    return made


def _order(one: GuessedRoute) -> tuple[int, tuple[int, ...], int, str, bool]:
    """Sort what is special before what is general: fixed segments before ids, deep before shallow, named methods."""
    segments = [part for part in one.route.path.split("/") if part]
    free = tuple(int("{" in part or "*" in part) for part in segments)
    return int(one.route.path.endswith("**")), free, -len(segments), one.route.path, not one.route.methods


def _path(segments: Sequence[str]) -> str:
    return "/" + "/".join("*" if name == ID else name.replace(ID, "*") for name in segments)


def _remarks(found: Sequence[Endpoint]) -> Iterable[Remark]:
    words: Counter[str] = Counter()
    for one in found:
        for name in one.segments:
            words[name.lower()] += one.answered
    if words["graphql"]:
        yield Remark.GRAPHQL
    if any(words[name] for name in ("rpc", "jsonrpc", "soap", "xmlrpc", "$batch")) or any(map(_call, found)):
        yield Remark.RPC
    entries = ("index.php", "main.php", "default.aspx", "main.jsp", "index.jsp")
    if any(words[name] for name in entries) and any(
        one.ids for one in found if one.segments[-1:] and one.segments[-1] in entries
    ):
        yield Remark.DISPATCH
