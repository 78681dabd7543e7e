"""Start a program and write down what it used: ``python -I -S spent.py REPORT COMMAND ...``.

A program of its own, with nothing imported, because the kernel counts the memory of whoever starts a process as its
own: started from a process that holds a whole log, ``true`` would seem to need that much. Writes CPU seconds (user and
system) and peak resident memory in bytes; exits as the program did.
"""

import os
import sys


def main() -> int:
    """Run the command and write its report."""
    report, command = sys.argv[1], sys.argv[2:]
    _, status, used = os.wait4(os.posix_spawnp(command[0], command, os.environ), 0)
    with open(report, "w", encoding="ascii") as out:
        out.write(f"{used.ru_utime + used.ru_stime} {used.ru_maxrss * 1024}")
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
