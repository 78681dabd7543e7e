"""Who, from where, with what, how it ended: the columns every format gets in the same way.

Comes in: parsed columns. Goes out: the same columns with canonical addresses, hashed sessions, actors, names of agents,
networks, category and outcome. Everything is worked out once for each distinct value.

An actor is the account, else the session, else the address; of a line that names none of them nobody is the actor. An
account that is only claimed (``SourceSettings.accounts``) keeps its ``user.name`` and is none. So is one in a line that
can be read in several ways, and one that a request from the internet names which got nothing (redirected or failed),
where an address stands beside it: whoever sent that wrote the name. A failed login is its address's, wherever that is
and whatever name or session stands there; that it is one, the record map may say, so it is decided behind it
(``charge_failed_logins``). Of IPv6 addresses the network counts (``source.subnet``). A session or token never leaves
here in the clear: it becomes a keyed hash (BLAKE2b, 128 bits), so that equal stays equal and nobody can sign in with
what we keep.
"""

from collections.abc import Sequence
from functools import reduce
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.decode.columns.batch_builder import BatchBuilder
from detector.decode.columns.dictionary import Dictionary
from detector.decode.columns.frame_ops import first_of, index, whole
from detector.decode.columns.list_columns import joined_labels, label_columns
from detector.decode.columns.null_values import is_no_session
from detector.decode.enrich.accounts import AccountDirectory, AccountFacts
from detector.decode.enrich.addresses import (
    NOWHERE,
    THIS_MACHINE,
    AddressBook,
    client_of,
    host_name,
    is_within,
    of_list,
)
from detector.decode.enrich.claimed_actors import named_in
from detector.decode.enrich.user_agents import Agents
from detector.decode.parse_result import AMBIGUOUS, FORWARDED, TOKEN
from detector.schema.events.columns import ADDRESS, INTERNET, SESSION
from detector.settings import ActorSettings, SourceSettings
from detector.settings.account_form import is_machine, of_machine

_STATUS = "http.response.status_code"
_NO_STATUS, _REDIRECTED, _NOT_MODIFIED, _FAILED = -1, 300, 304, 400
_REFUSED = (401, 407)
"""Statuses of requests whose sender did not prove who he is."""
_OUTCOMES: list[str | None] = ["success", "failure", None]
_NOT_TOLD = 2
Mask = npt.NDArray[np.bool_]
_Actors = tuple[Dictionary, Dictionary | None]
"""Keys of actors, and what kind of actor they are, as far as that follows."""


class Annotator:
    """Annotation for one version of the settings.

    Args:
        settings: What is known about accounts and networks.
        session_key: Key of the session hashes.

    Raises:
        ConfigError: The roles file is wrong.
    """

    def __init__(self, settings: ActorSettings, session_key: bytes) -> None:
        self._book = AddressBook(settings.networks, settings.ipv6_prefix)
        self._agents = Agents()
        self._directory = AccountDirectory(settings)
        self._key = session_key[:64]

    def annotate(self, columns: BatchBuilder, source: SourceSettings, empty_words: Mask) -> None:
        """Add the columns that do not depend on what was touched.

        Args:
            columns: What was read; changed.
            source: Where it comes from.
            empty_words: Rows whose format may write a word such as ``null`` for nobody.
        """
        address = self._address(columns, source)
        actors = [self._account(columns, source, empty_words), self._session(columns), address]
        _actor(columns, [one for one in actors if one is not None])
        _forwarded(columns)
        _outcome(columns)
        if "user_agent.original" in columns:
            agents = columns.distinct("user_agent.original")
            columns.put_distinct("user_agent.name", agents.answered(self._agents.names(agents.values)))
            columns.share_texts("user_agent.original")
        if "url.domain" in columns:
            hosts = columns.distinct("url.domain")
            columns.put_distinct(
                "url.domain",
                hosts.answered([None if host in NOWHERE - {"_"} else host_name(host) for host in hosts.values]),
            )

    def charge_failed_logins(self, columns: BatchBuilder) -> None:
        """Make the address the actor of each failed login: the name, and the session, are claims of whoever sent it."""
        if "source.ip" not in columns or "actor.id" not in columns:
            return
        failed = _holds(columns, "event.category", "authentication") & _holds(columns, "event.outcome", "failure")
        places, actors = columns.distinct("source.ip"), columns.distinct("actor.id")
        failed &= places.has() & (actors.numbers([int(not one.startswith(ADDRESS)) for one in actors.values], 1) > 0)
        if not failed.any():
            return
        keys = places.answered([one[2] for one in self._book.look_up(places.values)])
        columns.put_distinct("actor.id", keys.only(failed).or_else(actors))
        nobody = Dictionary.constant("anonymous", columns.height).only(failed)
        columns.put_distinct("actor.type", nobody.or_else(columns.distinct("actor.type")))
        for name in ("user.id", "organization.id"):
            if name in columns:
                columns.put_distinct(name, columns.distinct(name).only(~failed))
        if "user.roles" in columns:
            roles = columns["user.roles"]
            columns.set_column(roles.zip_with(pl.Series(~failed), pl.Series([None], dtype=roles.dtype)))

    def actors_in(self, texts: Sequence[str], source: SourceSettings) -> list[tuple[str | None, str | None, str]]:
        """Return of lines that gave no event whose they claim to be: keys of address and account, the account's kind.

        A proxy of ours and this machine are nobody; of a source whose accounts are only claimed, no account is told.
        """
        addresses, accounts = named_in(texts)
        places = self._book.look_up([address or "" for address in addresses])
        known = self._directory.look_up([account or "" for account in accounts])
        found: list[tuple[str | None, str | None, str]] = []
        for (ip, network, key, _), who in zip(places, known, strict=True):
            told = source.accounts != "claimed" and (source.accounts != "listed" or who.listed)
            nobody = ip is None or network == THIS_MACHINE or is_within(ip, source.trusted_proxies)
            told = told and not who.empty_word
            found.append((None if nobody else key, who.key if told else None, who.kind or "unknown"))
        return found

    def _address(self, columns: BatchBuilder, source: SourceSettings) -> _Actors | None:
        if "source.ip" not in columns:
            return None
        peers = _last_of_lists(columns)
        if source.trusted_proxies and FORWARDED in columns:
            peers = _behind_proxies(peers, columns.distinct(FORWARDED), source)
        found = self._book.look_up(peers.values)
        columns.put_distinct("source.ip", peers.answered([one[0] for one in found]))
        columns.put_distinct("network.name", peers.answered([one[1] for one in found]))
        subnets = [one[3] for one in found]
        if any(subnets):
            columns.put_distinct("source.subnet", peers.answered(subnets))
        return peers.answered([one[2] for one in found]), None

    def _session(self, columns: BatchBuilder) -> _Actors | None:
        if TOKEN not in columns:
            return None
        tokens = columns.distinct(TOKEN)
        tokens = tokens.answered([None if is_no_session(text) else text for text in tokens.values])
        hashes = [blake2b(text.encode(), key=self._key, digest_size=16).hexdigest() for text in tokens.values]
        columns.put_distinct("session.id", tokens.answered(hashes))
        keys = tokens.answered([f"{SESSION}{one}" for one in hashes])
        return keys, tokens.answered(["unknown"] * len(hashes))

    def _account(self, columns: BatchBuilder, source: SourceSettings, empty_words: Mask) -> _Actors | None:
        _name_machines(columns)
        names = self._somebody(columns, "user.name", empty_words)
        ids = self._somebody(columns, "user.id", empty_words) or names
        if ids is None:
            return None
        accounts = ids if names is None or names is ids else ids.or_else(names)
        self._put_names(columns, accounts if names is None or names is ids else names.or_else(accounts))
        claimed = self._claimed(columns, accounts, source.accounts)
        if claimed is not None:
            accounts = accounts.only(~claimed)
        known = self._directory.look_up(accounts.values)
        columns.put_distinct("user.id", accounts.answered([one.user for one in known]))
        self._from_directory(columns, accounts, known)
        return accounts.answered([one.key for one in known]), accounts.answered([one.kind for one in known])

    def _claimed(self, columns: BatchBuilder, accounts: Dictionary, believed: str) -> Mask | None:
        """Say which rows name an account that nobody proved to be; None: none does.

        Servers write the name of any Basic header, checked or not; that it was refused, the status says.
        """
        if believed == "verified":
            return None
        claimed = np.full(columns.height, believed == "claimed") | _unproved(columns)
        if _STATUS in columns:
            claimed |= np.isin(whole(columns[_STATUS], _NO_STATUS), _REFUSED) | _got_nothing(columns)
        if believed == "listed":
            listed = [int(one.listed) for one in self._directory.look_up(accounts.values)]
            claimed |= accounts.numbers(listed) == 0
        return claimed if claimed.any() else None

    def _put_names(self, columns: BatchBuilder, said: Dictionary) -> None:
        """Add logins in their one form, and as the log wrote them where that is another."""
        forms = [one.user for one in self._directory.look_up(said.values)]
        columns.put_distinct("user.name", said.answered(forms))
        spelt = [None if text == form else text for text, form in zip(said.values, forms, strict=True)]
        if any(spelt):
            columns.put_distinct("user.original", said.answered(spelt))

    def _somebody(self, columns: BatchBuilder, name: str, empty_words: Mask) -> Dictionary | None:
        """Return a column of accounts as logged, without the names that are written for nobody."""
        if name not in columns:
            return None
        said = columns.distinct(name)
        known = self._directory.look_up(said.values)
        if any(one.empty_word for one in known):
            said = said.only(~((said.numbers([int(one.empty_word) for one in known]) > 0) & empty_words))
        users = [one.user for one in known]
        if None not in users:
            return said
        return said.answered([None if user is None else text for text, user in zip(said.values, users, strict=True)])

    def _from_directory(self, columns: BatchBuilder, names: Dictionary, known: Sequence[AccountFacts]) -> None:
        """Add roles and organisations of the file, where the log has none of its own."""
        if self._directory.has_roles:
            roles = self._directory.roles[index(names.numbers([one.roles for one in known]))]
            said = columns.get("user.roles")
            columns.set_column(roles if said is None else first_of("user.roles", said, roles))
        if self._directory.has_organizations:
            filed = names.answered([one.organization for one in known])
            columns.put_distinct("organization.id", columns.distinct("organization.id").or_else(filed))


def _name_machines(columns: BatchBuilder) -> None:
    r"""Tell accounts that a machine has for itself (``FS1\anna`` in a line of FS1) apart from those of a domain."""
    if "host.name" not in columns:
        return
    hosts = columns.distinct("host.name")
    for name in ("user.name", "user.id"):
        said = columns.distinct(name) if name in columns else None
        if said is None or not any("\\" in text for text in said.values):
            continue
        width = len(hosts.entries)
        pairs, rows = np.unique(said.places * width + hosts.places, return_inverse=True)
        named = [_by_machine(said.entries[pair // width], hosts.entries[pair % width]) for pair in pairs.tolist()]
        columns.put_distinct(name, Dictionary([*named, None], rows))


def _by_machine(account: str | None, host: str | None) -> str | None:
    domain, _, rest = (account or "").partition("\\")
    rest = rest.lstrip("\\")
    return of_machine(domain, rest) if host and rest and is_machine(domain, host) else account


def _unproved(columns: BatchBuilder) -> Mask:
    """Say which rows are one of several readings of a line, and show who sent them: an address."""
    if "source.ip" not in columns or "log.flags" not in columns:
        return np.zeros(columns.height, dtype=np.bool_)
    unproved = whole(columns["log.flags"].list.contains(AMBIGUOUS).cast(pl.Int64()), 0) > 0
    return np.asarray(unproved & columns.distinct("source.ip").has(), dtype=np.bool_)


def _got_nothing(columns: BatchBuilder) -> Mask:
    """Say which requests from the internet were redirected, to a login maybe, or failed: no answer shows who sent them.

    In a company's own networks an application that answers with a redirect has asked before.
    """
    if "network.name" not in columns:
        return np.zeros(columns.height, dtype=np.bool_)
    status = whole(columns[_STATUS], _NO_STATUS)
    nothing = ((status >= _REDIRECTED) & (status != _NOT_MODIFIED)) & _holds(columns, "network.name", INTERNET)
    return np.asarray(nothing, dtype=np.bool_)


def _holds(columns: BatchBuilder, name: str, value: str) -> Mask:
    said = columns.distinct(name)
    return said.numbers([int(one == value) for one in said.values]) > 0


def _last_of_lists(columns: BatchBuilder) -> Dictionary:
    """Return the addresses; where a list stands in place of one, its last, and the others become X-Forwarded-For."""
    peers = columns.distinct("source.ip")
    if not any("," in text for text in peers.values):
        return peers
    found = [of_list(text) for text in peers.values]
    others = peers.answered([forwarded for _, forwarded in found])
    columns.put_distinct(FORWARDED, columns.distinct(FORWARDED).or_else(others))
    return peers.answered([last for last, _ in found])


def _behind_proxies(peers: Dictionary, forwarded: Dictionary, source: SourceSettings) -> Dictionary:
    width = len(forwarded.entries)
    pairs, rows = np.unique(peers.places * width + forwarded.places, return_inverse=True)
    clients: list[str | None] = []
    for pair in pairs.tolist():
        peer, header = peers.entries[pair // width], forwarded.entries[pair % width]
        clients.append(None if peer is None else client_of(peer, header, source.trusted_proxies))
    return Dictionary([*clients, None], rows)


def _actor(columns: BatchBuilder, found: list[_Actors]) -> None:
    """Add who it was and what kind of actor that is: an account, else a session, else an address."""
    keys, kinds = [key for key, _ in found], [kind for _, kind in found if kind is not None]
    if "actor.type" in columns:
        kinds.insert(0, columns.distinct("actor.type"))
    if keys:
        actors = reduce(Dictionary.or_else, keys)
        columns.put_distinct("actor.id", actors)
        kinds.append(Dictionary(["anonymous", None], np.where(actors.has(), 0, 1), actors.full))
    kinds.append(Dictionary.constant("unknown", columns.height))
    columns.put_distinct("actor.type", reduce(Dictionary.or_else, kinds))


def _forwarded(columns: BatchBuilder) -> None:
    """Keep X-Forwarded-For as it stands, believed or not: it is the only trace of a client behind somebody's proxy."""
    if FORWARDED not in columns or columns[FORWARDED].null_count() == columns.height:
        return
    label = label_columns(["x_forwarded_for"], [columns[FORWARDED]])
    said = columns.get("labels")
    columns.set_column(label if said is None else joined_labels(said, label))


def _outcome(columns: BatchBuilder) -> None:
    """Derive the outcome from the status, where the log does not state one."""
    said = [columns.distinct("event.outcome")] if "event.outcome" in columns else []
    if _STATUS in columns:
        status = whole(columns[_STATUS], _NO_STATUS)
        told = np.where(status == _NO_STATUS, _NOT_TOLD, status >= _FAILED)
        said.append(Dictionary(_OUTCOMES, told))
    said.append(Dictionary.constant("unknown", columns.height))
    columns.put_distinct("event.outcome", reduce(Dictionary.or_else, said))
