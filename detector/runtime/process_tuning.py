"""What is set for the whole process: memory, garbage collection, plugins of pydantic, and how it ends.

Only commands call it, never a part of the pipeline; a replay gives back what it needs no more.

- Polars brings an allocator of its own, which gives each thread a store to itself. What one thread frees others cannot
  use, and of a replay's threads one makes what another lets go of: with one store for all, a replay of 1,000,000 lines
  takes 12 MB and some per cent of the CPU less, and the service some hundred MB less under a flood. What is free goes
  back after a second instead of ten; after 0.2 s each batch takes anew what the one before it let go of.
- Arrow brings one, too, which keeps what is free: with that of the C library a replay of 1,000,000 lines takes 14 MB
  less.
- The C library gives a large block to the system as soon as it is free, but what is large it learns: after one of 30 MB
  smaller ones are cut from a heap, where what lives long keeps what lay beside it. Each batch makes and drops arrays of
  some megabytes, and the windows of rules grow meanwhile: a replay of 1,000,000 lines takes 10 MB less if what is large
  stays the same, from 1 MB on. From 4 MB on it takes as much memory and CPU, and the service may keep more.
- Rules, formats, texts and the model live as long as the process, and a busy pipeline makes many short-lived objects
  that hold no cycles: looking through all of them again and again costs a tenth of a start and some per cent of the CPU
  after it (a replay: 5-8 %). So a start is over before the first look, and after it looks are rare.
- Pydantic looks through all installed packages for plugins when the first model is made, a fiftieth of a short command.
  What it found could change how a configuration is read.
- At its end Python takes apart what is loaded, object by object: 30 ms, a thirtieth of a start. The system takes it
  back in one piece.
"""

import atexit
import ctypes
import gc
import os
import sys
from functools import cache

_STARTING = 500_000  # a start makes some 300,000 objects that stay
_YOUNG, _MIDDLE, _OLD = 50_000, 20, 50
# Of glibc's malloc.h. Smaller blocks come and go many times a batch: mapping them anew each time costs more.
_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3
_LARGE = 1 << 20


class QuickExit:
    """Ends the process after all that an exit waits for, calls and writes, and takes nothing apart.

    Attributes:
        status: The exit status, once it is known; without one, Python ends as always.
    """

    status: int | None = None

    def end(self) -> None:
        """Be the last of what an exit calls; what cannot be written is Python's to tell."""
        if self.status is not None:
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:  # closed before the start
                    stream.flush()
            os._exit(self.status)


@cache
def quick_exit() -> QuickExit:
    """Return the process's way out. Ask for it first: what asks an exit to call it first is called last."""
    way_out = QuickExit()
    atexit.register(way_out.end)
    return way_out


def share_one_arena() -> None:
    """Have one store of memory for all threads, of polars and of glibc each, unless the environment says otherwise.

    Arrow takes glibc's. Neither it nor polars may be loaded yet: they look then, and never again.
    """
    os.environ.setdefault("_RJEM_MALLOC_CONF", "narenas:1,dirty_decay_ms:1000,muzzy_decay_ms:0")
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    _set_glibc("MALLOC_ARENA_MAX", _M_ARENA_MAX, 1)


def map_large_blocks() -> None:
    """Have blocks of 1 MB and more given back when they are free, unless the environment says otherwise."""
    _set_glibc("MALLOC_MMAP_THRESHOLD_", _M_MMAP_THRESHOLD, _LARGE)


def load_no_plugins() -> None:
    """Have pydantic look for no plugins, unless the environment says otherwise; it must not be loaded yet."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


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
    """Let go of what was put aside and is needed no more, and give memory that is free back to the system.

    Only glibc keeps it, where it lies between what is in use.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _set_glibc(name: str, what: int, value: int) -> None:
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None and name not in os.environ:
        mallopt(what, value)
