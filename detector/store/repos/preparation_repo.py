"""What shows that the company is prepared, inside one transaction.

Comes in and goes out: values of the vocabulary. An answer to a test of a channel is written once; scores are one a day.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, select, update

from detector.schema.team.preparation import ChannelTest, ReadinessScore, ReviewedText
from detector.store.db import tables
from detector.store.db.session import Session


class PreparationRepo:
    """Tests of channels, reviewed texts and scores."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_tests(self, tests: Iterable[ChannelTest]) -> None:
        """Store tests decided now; those that are there already are left as they are."""
        self._session.upsert_values(tables.channel_tests, list(tests), update=False)

    def find_test(self, test_id: str) -> ChannelTest | None:
        """Return a test by its id; None: there is none."""
        table = tables.channel_tests
        return self._session.value(ChannelTest, select(table).where(table.c.id == test_id))

    def answer(self, test_id: str, *, by: str, at: datetime) -> bool:
        """Write that a test arrived; return False where that was written before, or there is no such test."""
        table = tables.channel_tests
        change = update(table).where(table.c.id == test_id, table.c.answered_at.is_(None))
        return bool(self._session.run(change.values(answered_at=at, answered_by=by)))

    def last_round(self) -> int:
        """Return the number of the newest round of tests; 0: there was none."""
        found = self._session.one(select(func.max(tables.channel_tests.c.round)))
        return int(found[0]) if found and found[0] is not None else 0

    def round(self, number: int) -> list[ChannelTest]:
        """Return the tests of a round."""
        table = tables.channel_tests
        wanted = select(table).where(table.c.round == number).order_by(table.c.person, table.c.target)
        return self._session.values(ChannelTest, wanted)

    def last_answers(self) -> dict[tuple[str, str], datetime]:
        """Return when each person last said that a test came over a target, by person and target."""
        column = tables.channel_tests.c
        wanted = select(column.person, column.target, func.max(column.answered_at)).where(
            column.answered_at.is_not(None)
        )
        found = self._session.rows(wanted.group_by(column.person, column.target))
        return {(str(person), str(target)): at for person, target, at in found if at is not None}

    def add_reviewed(self, texts: Iterable[ReviewedText]) -> None:
        """Store how texts were when somebody recorded their review."""
        self._session.upsert_values(tables.reviewed_texts, list(texts), update=False)

    def reviewed(self) -> dict[str, str]:
        """Return the SHA-256 of each text as it was at its newest review, by name."""
        text, document = tables.reviewed_texts, tables.documents
        wanted = select(text.c.name, text.c.sha256).join(document, document.c.id == text.c.document_id)
        found = self._session.rows(wanted.order_by(document.c.number))
        return {str(name): str(digest) for name, digest in found}

    def save_score(self, score: ReadinessScore) -> None:
        """Insert or update by day."""
        self._session.upsert_values(tables.readiness_scores, [score])

    def scores(self, since: str = "") -> list[ReadinessScore]:
        """Return the scores from a day on, the oldest first."""
        table = tables.readiness_scores
        return self._session.values(ReadinessScore, select(table).where(table.c.day >= since).order_by(table.c.day))

    def expire_scores(self, before: str) -> int:
        """Forget the scores of days before one; return how many."""
        table = tables.readiness_scores
        return self._session.run(delete(table).where(table.c.day < before))
