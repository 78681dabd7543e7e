"""Keys of clients that keep the order of their numbers.

Comes in: an expression over texts, and the seed of hashes. Goes out: a 64-bit key of each. The key of a client whose id
ends in a number is that number, and above it a hash of what stands before it: clients with neighbouring numbers have
neighbouring keys. Others have a hash with the highest bit set.
"""

from functools import lru_cache
from typing import Final

import numpy as np
import polars as pl

from detector.arrow_buffers import numpy_array
from detector.detect.hash_index import Keys

ITEM: Final = 13
"""What keeps hashes of things apart from those of another kind."""
NUMBERS: Final = 1 << 40
NO_NUMBER: Final = 1 << 63
_NUMBER: Final = r"\d{1,12}$"
_KINDS: Final = NO_NUMBER // NUMBERS


def client_key(client: pl.Expr, seed: int) -> pl.Expr:
    """Return the key of a client."""
    number = client.str.extract(f"({_NUMBER})", 1).cast(pl.UInt64, strict=False)
    kind = client.str.replace(_NUMBER, "").hash(seed ^ ITEM) % _KINDS
    other = client.hash(seed ^ ITEM) % NO_NUMBER + pl.lit(NO_NUMBER, dtype=pl.UInt64)
    return pl.when(number.is_not_null()).then(kind * NUMBERS + number).otherwise(other)


def client_keys(clients: pl.Series, seed: int) -> Keys:
    """Return the keys of clients, none of them null.

    Most ids are numbers and nothing else: a cast plans no query, which takes longer than a few ids do.
    """
    plain = clients.cast(pl.UInt64, strict=False)
    plain = plain.set(plain >= NUMBERS // 2, None)
    if not plain.null_count():
        return plain.to_numpy() + np.uint64(_plain_kind(seed) * NUMBERS)
    whole = clients.to_frame("client").select(client_key(pl.col("client"), seed)).to_series()
    return np.array(numpy_array(whole.to_arrow()), dtype=np.uint64)


@lru_cache(maxsize=8)
def _plain_kind(seed: int) -> int:
    """Return the high part of the key of a client whose id is a number: its kind."""
    return int(pl.Series([""]).hash(seed ^ ITEM)[0]) % _KINDS
