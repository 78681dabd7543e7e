"""Forms that were sent, so that one that is sent again acts once: kept among the store's short texts.

Comes in: whose form, its digest, and where its answer led. Goes out: the same, for one that was sent before. Of each
person the newest are kept, for a day.
"""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select

from detector.store.db import tables
from detector.store.db.session import Session
from detector.store.repos.kv import KeyValues
from detector.store.repos.proven_time import ProvenTime

KEPT_FOR = timedelta(days=1)
KEPT_OF_PERSON = 200
_PREFIX = "form:"
_TEXTS = tables.meta.c


class SentFormRepo:
    """Forms that were sent, inside one transaction."""

    def __init__(self, session: Session, kv: KeyValues, proven_time: ProvenTime) -> None:
        self._session, self._kv, self._proven_time = session, kv, proven_time

    def answer(self, person: str, form: str) -> str | None:
        """Return where the answer of a form led, empty while it has none; None: it was not sent before."""
        found = self._kv.get(_key(person, form))
        return None if found is None else found.partition(" ")[2]

    def save(self, person: str, form: str, answer: str, now: datetime) -> None:
        """Keep that a form was sent, and where its answer led; forget what is too old, or one too many."""
        self._kv.set(_key(person, form), f"{now.isoformat(timespec='seconds')} {answer}")
        old = (self._proven_time.until(now) - KEPT_FOR).isoformat(timespec="seconds")
        self._session.run(delete(tables.meta).where(_TEXTS.key.startswith(_PREFIX), _TEXTS.value < old))
        mine = select(_TEXTS.key).where(_TEXTS.key.startswith(_key(person, ""))).order_by(_TEXTS.value.desc())
        beyond = [key for (key,) in self._session.rows(mine.offset(KEPT_OF_PERSON).limit(KEPT_OF_PERSON))]
        if beyond:
            self._session.run(delete(tables.meta).where(_TEXTS.key.in_(beyond)))

    def forget(self, person: str, form: str) -> None:
        """Forget a form that did nothing."""
        self._session.run(delete(tables.meta).where(_TEXTS.key == _key(person, form)))


def _key(person: str, form: str) -> str:
    return f"{_PREFIX}{sha256(person.encode()).hexdigest()[:16]}:{form}"
