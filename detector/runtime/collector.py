"""Let Python's garbage collector look less often at what stays.

Rules, formats, texts and the model live as long as the process, and a busy pipeline makes many short-lived objects that
hold no cycles: looking through all of them again and again costs a tenth of a start and some per cent of the CPU after
it (a replay: 5-8 %). It concerns the whole process, so only commands call it, never a part of the pipeline.
"""

import gc

_YOUNG, _MIDDLE, _OLD = 50_000, 20, 50


def unhurried() -> None:
    """Look at new objects in larger steps: from here on nearly all of them either stay or go by themselves."""
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)


def settle() -> None:
    """Put aside everything that exists now: it stays. Garbage among it is a few hundred objects, not worth a look."""
    gc.freeze()
