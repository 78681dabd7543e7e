"""What the access means that a client of Windows or Samba asks for when it opens a file.

Comes in: the bits of the access mask. Goes out: the word for ``event.action``. Whoever asks for the right to read can
read: so can whoever asks for all rights (``GENERIC_ALL``, ``MAXIMUM_ALLOWED``), to run the file, or to write as well,
unless the file is emptied or made by that. What was written then, the log says of the writing. The right to delete is
asked for beside others by programs that only read or rename.
"""

TRAVERSE = 0x20
"""FILE_EXECUTE of a file; of a folder the right to pass through it."""
_READS = 0x1 | TRAVERSE | 0x2000000 | 0x10000000 | 0x20000000 | 0x80000000
"""FILE_READ_DATA, FILE_EXECUTE, MAXIMUM_ALLOWED, GENERIC_ALL, GENERIC_EXECUTE, GENERIC_READ."""
_WRITES = 0x2 | 0x4 | 0x40000000
"""FILE_WRITE_DATA, FILE_APPEND_DATA, GENERIC_WRITE."""
_DELETES = 0x10000


def asked_for(mask: int, *, emptied: bool = False) -> str:
    """Return what is done with a file that is opened with this access; ``emptied``: nothing is left in it to read."""
    writes = mask & _WRITES
    if mask & _READS and not (writes and emptied):
        return "read"
    if writes:
        return "update"
    return "delete" if mask & _DELETES else "other"
