"""What was asked for: requests counted by method and path pattern, with the figures a guess is made from.

Comes in: events of a survey. Goes out: endpoints, the most frequent first. A pattern holds no id
(``decode.path_patterns``); where a folder has dozens of names that are asked for a few times each, they are taken for
ids too: no single path tells that ``/clients/smith`` is one. Values of a query are looked at and never kept.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

import polars as pl

from detector.decode import path_pattern, path_patterns
from detector.decode.enrich.user_agents import CRAWLERS
from detector.runtime.onboarding.request_words import RequestWords, words_of
from detector.runtime.onboarding.survey import WHO

ID = "{id}"
_MANY_NAMES = 30
_MANY_BEHIND_PERSON = 5
_SELDOM = 20
_QUERIES, _HOSTS = 300, 1000
_FEWEST_AGAIN = 2
_FEWEST_TENANTS = 3
"""So many unknown names with the same folders behind them are tenants, where no word before them says so."""
_MOST_PARAMETERS = 50
_LONGEST_NAME = 40
_MOST_PATTERNS = 20_000
_FRONT = r"^/([^/]+)(/.*)$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Requests of one method and path pattern to one service.

    Attributes:
        service / method / pattern: What they have in common.
        count: How many there were; ``answered``: how many of them succeeded.
        size: Median bytes of the answers that succeeded; 0 when the log does not say. ``largest``: the most.
        accounts: How many actors asked.
        signed_in: The share of answered requests with an account or a session.
        crawled: The share of answered requests of search engines.
        paths: How many different paths were answered.
        hosts: Virtual hosts it was answered at.
        ids: Names of query parameters that hold ids. searches: those that hold what is looked for.
        companies_in_front: Its source's paths begin with names (no digits), behind several of which the same ids stand.
        companies_by_host: The same ids were answered at several hosts of its source.
    """

    service: str
    method: str
    pattern: str
    count: int
    answered: int
    size: int
    largest: int
    accounts: int
    signed_in: float
    crawled: float
    paths: int
    hosts: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    companies_in_front: bool = False
    companies_by_host: bool = False

    @property
    def segments(self) -> tuple[str, ...]:
        """The pattern cut at its slashes."""
        return tuple(part for part in self.pattern.split("/") if part)


def endpoints(frame: pl.DataFrame, words: RequestWords) -> list[Endpoint]:
    """Count the requests among events."""
    requests = frame.filter(pl.col("url.path").is_not_null())
    if not requests.height:
        return []
    paths = requests.get_column("url.path").unique()
    known = pl.DataFrame({"url.path": paths, "pattern": path_patterns(paths)})
    requests = requests.join(known, on="url.path", how="left")
    merged = _merged(requests.group_by("pattern").len().sort("len", descending=True), words)
    requests = requests.with_columns(pl.col("pattern").replace(merged))
    by = ["service.name", "http.request.method", "pattern"]
    ok = pl.col("event.outcome") == "success"
    told = pl.any_horizontal(pl.col(*WHO).is_not_null())
    crawler = pl.col("user_agent.name").is_in(CRAWLERS)
    size = pl.col("http.response.body.bytes").filter(ok)
    table = requests.group_by(by).agg(
        pl.len().alias("count"),
        ok.sum().alias("answered"),
        size.median().fill_null(0).cast(pl.Int64).alias("size"),
        size.max().fill_null(0).alias("largest"),
        pl.col("actor.id").n_unique().alias("accounts"),
        (told & ok).sum().alias("signed_in"),
        (crawler & ok).sum().alias("crawled"),
        pl.col("url.path").filter(ok).n_unique().alias("paths"),
        pl.col("url.domain").filter(ok).drop_nulls().unique().head(_HOSTS).alias("hosts"),
        pl.col("url.query").filter(ok).drop_nulls().unique(maintain_order=True).head(_QUERIES).alias("queries"),
    )
    found = [_endpoint(row, words) for row in table.sort(["count", *by], descending=[True, *[False] * 3]).to_dicts()]
    answered = requests.filter(ok & pl.col("pattern").str.contains(ID, literal=True))
    fronted = answered.filter(pl.col("pattern").str.starts_with(f"/{ID}/"))
    company, rest = pl.col("url.path").str.extract(_FRONT, 1), pl.col("url.path").str.extract(_FRONT, 2)
    in_front = _again(fronted.select(company.alias("company"), rest.alias("rest")))
    hosts = pl.col("url.domain").str.split(".").list.first()
    by_host = _again(answered.select(hosts.alias("company"), pl.col("url.path").alias("rest")))
    return [replace(one, companies_in_front=in_front, companies_by_host=by_host) for one in found]


def _again(names: pl.DataFrame) -> bool:
    """Tell whether the same ids (``rest``) stand under several names of companies, which hold no digit."""
    names = names.drop_nulls().unique()
    if names["company"].str.contains(r"[0-9%]").any():
        return False
    return bool((names.group_by("rest").len()["len"] > 1).sum() >= _FEWEST_AGAIN)


def _endpoint(row: Mapping[str, object], words: RequestWords) -> Endpoint:
    answered = int(str(row["answered"]))
    queries = row["queries"]
    ids, searches = _parameters(queries if isinstance(queries, list) else [], words)
    return Endpoint(
        service=str(row["service.name"]),
        method=str(row["http.request.method"] or ""),
        pattern=str(row["pattern"]),
        count=int(str(row["count"])),
        answered=answered,
        size=int(str(row["size"])),
        largest=int(str(row["largest"])),
        accounts=int(str(row["accounts"])),
        signed_in=int(str(row["signed_in"])) / max(answered, 1),
        crawled=int(str(row["crawled"])) / max(answered, 1),
        paths=int(str(row["paths"])),
        hosts=tuple(sorted(hosts)) if isinstance(hosts := row["hosts"], list) else (),
        ids=ids,
        searches=searches,
    )


def _merged(counts: pl.DataFrame, words: RequestWords) -> dict[str, str]:
    """Return the patterns in which names are taken for ids, and what they become."""
    patterns = dict(zip(counts["pattern"].to_list(), counts["len"].to_list(), strict=True))
    top = dict(list(patterns.items())[:_MOST_PATTERNS])
    now = {pattern: pattern.split("/")[1:] for pattern in top}
    _mask_tenants(list(now.values()), words)
    depth = max((len(parts) for parts in now.values()), default=0)
    for at in range(depth):
        children: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        for pattern, parts in now.items():
            if at < len(parts):
                children[tuple(parts[:at])][parts[at]] += top[pattern]
        for parent, names in children.items():
            seldom = _names_as_ids(parent, names, words)
            if seldom:
                for parts in now.values():
                    if at < len(parts) and parts[at] in seldom and tuple(parts[:at]) == parent:
                        parts[at] = _masked(parts[at])
    made = {pattern: "/" + "/".join(parts) for pattern, parts in now.items()}
    # What is beyond the most frequent ones is a tail of names nobody could read.
    made |= {pattern: f"/{pattern.split('/')[1]}/**" for pattern in patterns if pattern not in top}
    return {old: new for old, new in made.items() if old != new}


def _mask_tenants(paths: Sequence[list[str]], words: RequestWords) -> None:
    """Put an id in place of the names of companies that share the system: ``/t/acme/customers/{id}``."""
    names: defaultdict[tuple[tuple[str, ...], tuple[str, ...]], set[str]] = defaultdict(set)
    shapes = [[part if _known(part, words) else ID for part in parts] for parts in paths]
    for parts, shape in zip(paths, shapes, strict=True):
        for at in range(len(parts) - 2):
            if shape[at] == ID and parts[at] and _names_a_record(shape[at + 1 :], words):
                names[tuple(parts[:at]), tuple(shape[at + 1 :])].add(parts[at])
    tenants: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for (before, _), found in names.items():
        if len(found) >= _FEWEST_TENANTS or (before and set(words_of(before[-1])) & set(words.file.tenants)):
            tenants[before] |= found
    for parts in paths:
        company = next((at for at in range(len(parts)) if parts[at] in tenants.get(tuple(parts[:at]), ())), None)
        if company is not None:
            parts[company] = ID


def _names_a_record(shape: Sequence[str], words: RequestWords) -> bool:
    """Tell whether the rest of a path names a kind of record, and behind it an id."""
    at = next((at for at, name in enumerate(shape) if words.objects_in(name)), len(shape))
    return ID in shape[at:]


def _names_as_ids(parent: Sequence[str], names: Counter[str], words: RequestWords) -> set[str]:
    """Return which names of a folder are taken for ids."""
    unknown = [name for name in names if ID not in name and not _known(name, words)]
    person = bool(parent) and any(words.file.objects[one].person for one in words.objects_in(parent[-1]))
    few = _MANY_BEHIND_PERSON if person else _MANY_NAMES
    if len(unknown) < few:
        return set()
    total = sum(names[name] for name in unknown)
    most = max(_SELDOM, total // (4 if person else 20))
    return {name for name in unknown if names[name] <= most}


def _known(name: str, words: RequestWords) -> bool:
    """Tell whether a name is one of the words that say what a request does or is about."""
    file = words.file
    actions = {word for of in file.actions.values() for word in of}
    said = set(words_of(name))
    return bool(said & (actions | set(words.object_of) | set(file.login) | set(file.inside) | set(file.health)))


def _masked(name: str) -> str:
    _, dot, extension = name.rpartition(".")
    return f"{ID}.{extension}" if dot and extension.isalnum() and len(extension) < 5 else ID


def _parameters(queries: Sequence[str], words: RequestWords) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which parameters hold ids, and which hold what is looked for."""
    values: dict[str, set[str]] = defaultdict(set)
    for query in queries:
        for name, value in _pairs(query):
            if value and len(name) <= _LONGEST_NAME and name.isascii() and name.replace("_", "").isalnum():
                values[name].add(value)
    ids = [
        name
        for name, found in values.items()
        if _id_parameter(name, words) and any(path_pattern(f"/{value}") == f"/{ID}" for value in found)
    ]
    searches = [name for name in values if name.lower() in words.file.search_parameters]
    return tuple(sorted(ids, key=lambda name: (not words.objects_of_parameter(name), name))), tuple(sorted(searches))


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl("&".join(query[:4096].split("&")[:_MOST_PARAMETERS]), errors="replace")


def _id_parameter(name: str, words: RequestWords) -> bool:
    parts = words_of(name)
    if words.objects_of_parameter(name):
        return True
    return name.lower() in words.file.id_parameters or parts[-1] in ("id", "ids", "guid", "uuid", "nr", "number")
