"""Who, from where, with what, how it ended: the columns every format gets in the same way.

Comes in: parsed columns. Goes out: the same frame with canonical addresses, hashed sessions, actors, agent families,
networks, category and outcome. Everything is worked out once for each distinct value.

An actor is the account, else the session, else the address. A session or token never leaves here in the clear: it
becomes a keyed hash (BLAKE2b, 128 bits), so that equal stays equal and nobody can sign in with what we keep.
"""

from hashlib import blake2b

import polars as pl

from detector.decode.addresses import AddressBook, client_of, host_name
from detector.decode.agents import Agents
from detector.decode.columns import constant, first_of, put
from detector.decode.directory import Directory
from detector.decode.distinct import Distinct
from detector.decode.parsed import FORWARDED, TOKEN
from detector.settings import ActorSettings, SourceSettings

_SEPARATOR = "\x1f"
_LISTS = pl.List(pl.String())
_OUTCOMES = pl.Series("event.outcome", ["success", "failure"], dtype=pl.String())


class Annotator:
    """Annotation for one version of the settings.

    Args:
        settings: What is known about accounts and networks.
        session_key: Key of the session hashes.

    Raises:
        ConfigError: The roles file is wrong.
    """

    def __init__(self, settings: ActorSettings, session_key: bytes) -> None:
        self._book = AddressBook(settings.networks)
        self._agents = Agents()
        self._directory = Directory(settings)
        self._key = session_key[:64]

    def annotate(self, frame: pl.DataFrame, source: SourceSettings) -> pl.DataFrame:
        """Add the columns that do not depend on what was touched."""
        made = [*self._addresses(frame, source), *self._sessions(frame), *self._accounts(frame)]
        if "user_agent.original" in frame.columns:
            agents = Distinct.of(frame["user_agent.original"])
            made.append(agents.column("user_agent.name", self._agents.families(agents.values)))
        if "url.domain" in frame.columns:
            hosts = Distinct.of(frame["url.domain"])
            made.append(hosts.column("url.domain", [host_name(host) for host in hosts.values]))
        frame = put(frame, made)
        return put(frame, [*_actor(frame), _outcome(frame)])

    def _addresses(self, frame: pl.DataFrame, source: SourceSettings) -> list[pl.Series]:
        if "source.ip" not in frame.columns:
            return []
        peers = frame["source.ip"]
        if source.trusted_proxies and FORWARDED in frame.columns:
            peers = _behind_proxies(peers, frame[FORWARDED], source)
        distinct = Distinct.of(peers)
        addresses, names = self._book.look_up(distinct.values)
        keys = [f"ip:{address or text[:255]}" for address, text in zip(addresses, distinct.values, strict=True)]
        return [
            distinct.column("source.ip", addresses),
            distinct.column("network.name", names),
            distinct.column("$ip", keys),
        ]

    def _sessions(self, frame: pl.DataFrame) -> list[pl.Series]:
        if TOKEN not in frame.columns:
            return []
        distinct = Distinct.of(frame[TOKEN])
        hashes = [blake2b(text.encode(), key=self._key, digest_size=16).hexdigest() for text in distinct.values]
        return [
            distinct.column("session.id", hashes),
            distinct.column("$session", [f"session:{one}" for one in hashes]),
        ]

    def _accounts(self, frame: pl.DataFrame) -> list[pl.Series]:
        names = frame["user.name"] if "user.name" in frame.columns else None
        ids = frame["user.id"] if "user.id" in frame.columns else names
        if ids is None:
            return []
        names = ids if names is None else names
        distinct = Distinct.of(ids if names is ids else first_of("", ids, names))
        directory = self._directory
        known = [None if directory.is_nobody(one) else one for one in distinct.values]
        somebody = [one for one in known if one is not None]
        kinds = dict(zip(somebody, directory.kinds(somebody), strict=True))
        user = distinct.column("user.id", known)
        made = [
            user,
            user.alias("user.name")
            if names is ids
            else first_of("user.name", names.zip_with(user.is_not_null(), user), user),
            distinct.column("$user", [one and f"user:{one}" for one in known]),
            distinct.column("$kind", [one and kinds[one] for one in known]),
        ]
        return made + self._from_directory(frame, distinct)

    def _from_directory(self, frame: pl.DataFrame, distinct: Distinct) -> list[pl.Series]:
        """Roles and organisations of the file, where the log has none of its own."""
        made: list[pl.Series] = []
        accounts = [self._directory.account(one) for one in distinct.values]
        if self._directory.has_roles:
            made.append(distinct.column("user.roles", [list(one.roles) or None for one in accounts], _LISTS))
        if self._directory.has_organizations:
            made.append(distinct.column("organization.id", [one.organization for one in accounts]))
        logged = [frame[column.name] for column in made if column.name in frame.columns]
        first = {column.name: column for column in logged}
        return [
            first[one.name].zip_with(first[one.name].is_not_null(), one) if one.name in first else one for one in made
        ]


def _behind_proxies(peers: pl.Series, forwarded: pl.Series, source: SourceSettings) -> pl.Series:
    pairs = peers.to_frame("peer").with_columns(forwarded.alias("forwarded"))
    joined = pairs.select(pl.concat_str("peer", pl.col("forwarded").fill_null(""), separator=_SEPARATOR)).to_series()
    distinct = Distinct.of(joined)
    clients = []
    for text in distinct.values:
        peer, _, header = text.partition(_SEPARATOR)
        clients.append(client_of(peer, header, source.trusted_proxies))
    return distinct.column("source.ip", clients)


def _actor(frame: pl.DataFrame) -> list[pl.Series]:
    height = frame.height
    keys = [frame[name] for name in ("$user", "$session", "$ip") if name in frame.columns]
    kinds = [frame[name] for name in ("actor.type", "$kind") if name in frame.columns]
    if "$session" in frame.columns:
        kinds.append(constant("", "unknown", height).zip_with(frame["$session"].is_not_null(), _none(height)))
    return [
        first_of("actor.id", *keys, constant("", "ip:unknown", height)),
        first_of("actor.type", *kinds, constant("", "anonymous", height)),
    ]


def _none(height: int) -> pl.Series:
    return constant("", None, height)


def _outcome(frame: pl.DataFrame) -> pl.Series:
    """Derive the outcome from the status, where the log does not state one."""
    said = [frame["event.outcome"]] if "event.outcome" in frame.columns else []
    if "http.response.status_code" in frame.columns:
        failed = (frame["http.response.status_code"] >= 400).cast(pl.UInt32)
        said.append(_OUTCOMES[failed])
    return first_of("event.outcome", *said, constant("", "unknown", frame.height))
