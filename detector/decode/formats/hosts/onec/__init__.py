"""The event log of 1C:Enterprise (журнал регистрации): ``.lgp`` files with their dictionary ``1Cv8.lgf``.

Comes in: nothing. Goes out: the format.
"""

from detector.decode.formats.hosts.onec.event_log import ONEC

__all__ = ["ONEC"]
