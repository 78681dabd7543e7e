"""The chain as others ask for it: by a unit of work.

Comes in: a unit. Goes out: heads, and where database and chain differ.
"""

from collections.abc import Iterable, Iterator

from detector.schema.case.chain import ChainDifference, ChainHead
from detector.store.chain import chain_check, chain_writer
from detector.store.unit_of_work import UnitOfWork


def chain_differences(
    unit: UnitOfWork, *, known_heads: Iterable[tuple[int | None, str]] = ()
) -> Iterator[ChainDifference]:
    """Yield every difference between the state of all cases and the chain.

    Args:
        unit: A transaction that reads.
        known_heads: Numbers of records (None: not known) with their hashes, or the beginnings of such, as they were
            kept elsewhere.
    """
    return chain_check.check_everything(unit.session, known_heads)


def case_differences(unit: UnitOfWork, incident_id: str) -> Iterator[ChainDifference]:
    """Yield the differences of one case; of a database without a chain (a replay's) none."""
    return chain_check.check_case(unit.session, incident_id) if chain_check.is_chained(unit.session) else iter(())


def newest_head(unit: UnitOfWork, incident_id: str | None = None) -> ChainHead | None:
    """Return the newest record of a case, or of all; None: nothing was recorded."""
    return chain_writer.newest_head(unit.session, incident_id)


def heads_since(unit: UnitOfWork, number: int) -> list[ChainHead]:
    """Return of each case that changed since the record ``number`` the newest record, the newest last."""
    return chain_writer.heads_since(unit.session, number)
