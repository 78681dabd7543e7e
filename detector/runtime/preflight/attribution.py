"""Who acts by the newest lines of a source, where a name in them is not one person's.

Comes in: decoded batches of a source. Goes out: what to tell whoever configures it: values that stand as the session of
many, roles of AWS whose sessions count as one account, touches that name nobody. Values of sessions are never shown.
"""

from collections import defaultdict
from collections.abc import Iterator

import polars as pl

from detector import frames
from detector.errors import Problem
from detector.runtime.sources.unnamed_touches import counted, too_many
from detector.settings import SourceSettings
from detector.settings.role_session import role_session, without_session

ACCOUNTS, ADDRESSES = 6, 20
"""Of so many accounts, or where none is named so many addresses, no session is."""
SESSIONS = 5
"""So many sessions of a role may be several people."""
_MOST = 10_000
_ARN = "userIdentity.arn"


class Attribution:
    """Whose sessions and roles were seen."""

    def __init__(self, named_sessions: tuple[str, ...]) -> None:
        self._named = named_sessions
        self._bearers: dict[str, dict[str, set[str]]] = {}
        self._roles: defaultdict[str, set[str]] = defaultdict(set)
        self._touches = self._unnamed = 0

    def add(self, frame: pl.DataFrame) -> None:
        """Take in what events say."""
        touches, unnamed = counted(frame)
        self._touches += touches
        self._unnamed += unnamed
        who = (pl.col("user.id"), frames.counted_address().alias("address"))
        pairs = frame.lazy().filter(pl.col("session.id").is_not_null()).select("session.id", *who).unique().collect()
        for session, account, address in pairs.iter_rows():
            if session in self._bearers or len(self._bearers) < _MOST:
                bearers = self._bearers.setdefault(session, {"accounts": set(), "addresses": set()})
                if account:
                    bearers["accounts"].add(account)
                elif address:
                    bearers["addresses"].add(address)
        said = pl.coalesce(frames.label(_ARN), "user.original")
        for name in frame.filter(pl.col("user.id").is_not_null()).select(said)[:, 0].drop_nulls().unique().to_list():
            found = role_session(name)
            if found and without_session(name, self._named) != name and len(self._roles[found[0]]) < _MOST:
                self._roles[found[0]].add(found[1])

    def warnings(self, number: int, source: SourceSettings) -> Iterator[Problem]:
        """Say that nobody is named, and that a session is none, the one that most bear."""
        if too_many(self._unnamed, self._touches):
            yield Problem(
                where=("sources", number),
                what=f"{100 * self._unnamed // self._touches} % of the newest touches of client data in the source "
                f"{source.name} ({self._unnamed} of {self._touches}) name neither account, session nor address: nobody "
                "can be charged with them, and they are not counted together",
                fix="have its writer log who reads; docs/formats.md says how for each format",
            )
        for kind, least in (("accounts", ACCOUNTS), ("addresses", ADDRESSES)):
            most = max((len(bearers[kind]) for bearers in self._bearers.values()), default=0)
            if most >= least:
                yield Problem(
                    where=("sources", number),
                    what=f"one value stands as the session of {most} {kind} in the newest lines of the source "
                    f"{source.name}: it is no session, and those who bear it are taken for one",
                    fix="have its writer log a session of each person's own, or none",
                )
                return

    def notices(self) -> Iterator[str]:
        """Say which roles may be several people."""
        for role, sessions in sorted(self._roles.items()):
            if len(sessions) >= SESSIONS:
                yield (
                    f"actors.named_sessions: the role {role} was used under {len(sessions)} session names, which count "
                    "as one account; if a directory or the role's trust policy gives these names, name the role there, "
                    "so that each is one"
                )
