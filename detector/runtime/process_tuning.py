"""What is set for the whole process: polars' memory and Python's garbage collector.

Only commands call it, never a part of the pipeline; a replay gives back what it needs no more.

- Polars brings an allocator of its own, which gives each thread a store to itself. What one thread frees others cannot
  use, and of a replay's threads one makes what another lets go of: with one store for all, a replay of 1,000,000 lines
  takes 12 MB and some per cent of the CPU less, and the service some hundred MB less under a flood.
- Rules, formats, texts and the model live as long as the process, and a busy pipeline makes many short-lived objects
  that hold no cycles: looking through all of them again and again costs a tenth of a start and some per cent of the CPU
  after it (a replay: 5-8 %). So a start is over before the first look, and after it looks are rare.
"""

import ctypes
import gc
import os

_STARTING = 500_000  # a start makes some 300,000 objects that stay
_YOUNG, _MIDDLE, _OLD = 50_000, 20, 50


def share_one_arena() -> None:
    """Have one store of memory for all threads of polars, unless the environment says otherwise.

    Polars must not be loaded yet: its allocator looks then, and never again.
    """
    os.environ.setdefault("_RJEM_MALLOC_CONF", "narenas:1")


def collect_less_often() -> None:
    """Look at new objects in larger steps: from here on nearly all of them either stay or go by themselves."""
    gc.set_threshold(_STARTING, _MIDDLE, _OLD)


def freeze_objects() -> None:
    """Put aside everything that exists now: it stays. Garbage among it is a few hundred objects, not worth a look.

    What comes from here on is looked at in smaller steps than a start is.
    """
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)


def give_back() -> None:
    """Give memory that is free, but lies between what is in use, back to the system; only glibc keeps it at all."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
